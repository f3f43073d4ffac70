"""The condition a position is tied to: the shortest span that states it."""

from __future__ import annotations

import re

from positions.extraction.text import Span

_CONDITION = re.compile(
    r"\b(?:only )?(?:if|unless|until|once|provided(?: that)?|as long as|so long as|as soon as|on (?:the )?condition that|"
    r"on condition of|only after|in (?:exchange|return) for|in the event of|in case of|when (?:the )?(?:conditions|allies|time)|"
    r"should (?=[A-Z])|subject to|conditional on|depends? on|pending)\b[^.;\"”]{3,160}",
    re.IGNORECASE,
)
_CUT = re.compile(r",\s(?:he|she|it|they|the|[A-Z]\w+)\b")


def find_condition(text: str, span: Span) -> str | None:
    """Return the first condition stated in text[span], or None."""
    found = _CONDITION.search(text, *span)
    if found is None:
        return None
    words = found.group().strip(' ,.;:"”')
    cut = _CUT.search(words)
    return words[: cut.start()] if cut else words
