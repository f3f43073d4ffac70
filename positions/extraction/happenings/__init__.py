"""Events: dated happenings that positions cluster around.

`find_events` is the way in. Over-generate (`triggers`), see (`dating`, `participants`, `features`), judge
(`model`, `choosing`), tell (`titles`).
"""

from positions.extraction.happenings.events import find_events

__all__ = ["find_events"]
