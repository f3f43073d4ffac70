"""No packet leaves the machine. pytest-socket guards `connect`; looking up a name would be a packet too."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

LOOPBACK = ["127.0.0.1", "::1", "localhost"]


class LookUpBlocked(RuntimeError):
    """A test tried to look up a name on the network."""


def is_local(host: object) -> bool:
    """Return whether resolving the host needs no packet: nothing, an address, or this machine's name."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost":
        return True
    try:
        ipaddress.ip_address(str(name).split("%")[0])
    except ValueError:
        return False
    return True


def _guarded(real: Callable[..., Any]) -> Callable[..., Any]:
    def look_up(host: object, *args: Any, **kwargs: Any) -> Any:
        if not is_local(host):
            raise LookUpBlocked(f"A test tried to look up {host!r}; replace the resolver or use loopback.")
        return real(host, *args, **kwargs)

    return look_up


def block_look_ups() -> None:
    socket.getaddrinfo = _guarded(socket.getaddrinfo)
    socket.gethostbyname = _guarded(socket.gethostbyname)
