"""Messages as files: the embedded broker, so that a message is there whole or not at all."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """kombu's own writes into the file that readers look for, and one that it cannot read ends its reader."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # its bases disagree
        folder = Path(self.data_folder_out)
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}"
        hidden = folder / f".{name}"
        try:
            hidden.write_bytes(str_to_bytes(dumps(payload)))
            hidden.rename(folder / f"{name}.{queue}.msg")
        except OSError as error:
            raise ChannelError(f"cannot add a message to {folder}: {error.strerror}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        while True:
            try:
                return super()._get(queue)
            except Empty:
                raise
            except (ValueError, ChannelError) as error:
                # It was moved away already; messages are hints, and the sweep asks again.
                log.warning("a message could not be read and is passed over: %s", error)
            except OSError as error:
                log.warning("no messages: %s", error)
                raise Empty from None

    def _size(self, queue: str) -> int:
        try:
            return int(super()._size(queue))
        except OSError:  # the folder is away: there is nothing to take
            return 0


class Transport(filesystem.Transport):
    Channel = Channel
