"""When two documents are one article: sender's id, else canonical address, else text. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from courlan import normalize_url

# Below this a text is a stub ("Video", "Read more") and says nothing about identity.
MIN_FINGERPRINT_CHARS = 120
MAX_GUID = 500
_WORDS = re.compile(r"\w+")


def canonical(url: str) -> str:
    """Return the address without fragment, tracking parameters, default port and trailing slash.

    "" for anything that is not an http(s) address. Only for comparing: never fetched, never shown.
    """
    url = url.strip()
    if not url.lower().startswith(("http://", "https://")):
        return ""
    try:
        cleaned = normalize_url(url.split("#")[0])
    except ValueError:
        return ""
    return re.sub(r"^https?://(www\.)?", "https://", cleaned).rstrip("/")[:2000]


def normalised(text: str) -> str:
    """Return the words of a text, folded, one space between: what layout and punctuation cannot change."""
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))


def fingerprint(text: str) -> str:
    """Return the SHA-256 of the normalised text, in hex."""
    return hashlib.sha256(normalised(text).encode()).hexdigest()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def tells(text: str) -> bool:
    """Return whether a text is long enough for its fingerprint to identify it."""
    return len(normalised(text)) >= MIN_FINGERPRINT_CHARS


def short_guid(guid: str) -> str:
    """Return the guid itself or, where it is too long for a column, its start and hash."""
    if len(guid) <= MAX_GUID:
        return guid
    return f"{guid[: MAX_GUID - 65]}#{hashlib.sha256(guid.encode()).hexdigest()}"


def resemblance(one: str, other: str) -> float:
    """Return the share of three-word runs that two texts have in common (Jaccard), 0 to 1."""
    a, b = _runs(one), _runs(other)
    return len(a & b) / len(a | b) if a or b else 1.0


def _runs(text: str, size: int = 3) -> set[tuple[str, ...]]:
    words = normalised(text).split()
    return {tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1))} if words else set()
