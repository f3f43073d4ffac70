"""Which addresses may be fetched: public ones, by http or https, on the usual ports. Pure."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
PORTS = {"http": 80, "https": 443}
MAX_URL = 2000
# Spaces, controls and backslashes: two parsers may disagree on where such an address leads.
_AMBIGUOUS = re.compile(r"[\s\\\x00-\x1f\x7f]")
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\]")
# Special in ways that `is_global` of some Python versions misses: relays into other networks, translations.
_SPECIAL = [
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4",
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2002::/16", "3fff::/20",
        "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10",
    )
]  # fmt: skip


class Refused(ValueError):
    """An address that is not fetched; the message says why."""


def check_url(url: str, *, loopback: bool = False) -> None:
    """Raise Refused unless the address is plain http(s) to the usual port, without login.

    With `loopback` (tests only) any port of this machine's own addresses is allowed. What the name
    resolves to is checked where the connection is made.
    """
    if len(url) > MAX_URL or _AMBIGUOUS.search(url):
        raise Refused("the address is too long or holds spaces, control characters or backslashes")
    try:
        parts, other = parse_url(url), urlsplit(url)
        port = other.port
    except (LocationParseError, ValueError):
        raise Refused("the address cannot be read") from None
    if parts.scheme not in PORTS:
        raise Refused(f"only http and https are fetched, not {parts.scheme or 'nothing'}")
    host = (parts.host or "").lower()
    if parts.auth is not None or "@" in other.netloc:
        raise Refused("the address holds a login")
    if not _HOST.fullmatch(host) or host.strip("[]") != (other.hostname or "").lower():
        raise Refused("the address has no plain host name")
    if parts.port != port or (
        parts.port not in (None, PORTS[parts.scheme]) and not (loopback and _is_loopback(host))
    ):
        raise Refused(f"only ports 80 and 443 are fetched, not {parts.port}")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_address(text: str, *, loopback: bool = False) -> None:
    """Raise Refused unless the resolved address is a public one, whatever form it is wrapped in."""
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        raise Refused("the name resolves to no address") from None
    unwrapped = getattr(address, "ipv4_mapped", None) or address
    if loopback and unwrapped.is_loopback:
        return
    special = any(unwrapped in net for net in _SPECIAL if net.version == unwrapped.version)
    if special or not unwrapped.is_global or unwrapped.is_multicast or unwrapped.is_reserved:
        raise Refused(f"the name leads to {unwrapped}, which is not a public address")
