"""Spelling-proof comparison of names: folding, words with offsets, slugs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Letters that Unicode does not decompose, and the way English wires write them.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ə": "a"}
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_WORD = re.compile(r"[^\W_]+(?:\+)?", re.UNICODE)
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:['’]s|['’])$")


def fold(text: str) -> str:
    """Return `text` lower-cased, without accents, with plain apostrophes."""
    if text.isascii():  # nearly every word of an article
        return text.lower()
    flat = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(ch for ch in flat if not unicodedata.combining(ch)).replace("’", "'")


def words(text: str) -> list[tuple[str, int, int]]:
    """Return (folded word, start, end) of every run of letters or digits."""
    return [(fold(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]


def key(text: str) -> tuple[str, ...]:
    """Return the folded words of a name, its leading article dropped."""
    return tuple(word for word, _, _ in words(bare(text)))


def keys(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the folded forms under which a spelling may appear: accents dropped, umlauts spelt out."""
    plain = key(text)
    yield plain
    spelt = key(text.translate(_GERMAN))
    if spelt != plain:
        yield spelt


def bare(text: str) -> str:
    """Return a name without quotation marks, leading article and possessive ending."""
    text = text.strip(" \t\n\"“”‘’',.;:()[]—–-")
    return _POSSESSIVE.sub("", _ARTICLE.sub("", text))


def slugify(text: str) -> str:
    """Return the slug of a name: folded words joined by hyphens."""
    return "-".join(word for word, _, _ in words(bare(text.translate(_GERMAN))))
