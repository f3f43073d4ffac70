"""Descriptions that the codebook turns into actors: unnamed sources by side, loose groups of states."""

from __future__ import annotations

from collections.abc import Callable

from actors.naming import fold, key
from positions.extraction.types import Resolution

StateOf = Callable[[tuple[str, ...]], str]

# Plural and singular nouns for people who are quoted without a name.
UNNAMED = {
    "official": "officials", "officials": "officials", "diplomat": "diplomats", "diplomats": "diplomats",
    "source": "sources", "sources": "sources", "aide": "aides", "aides": "aides", "envoy": "diplomats",
    "envoys": "diplomats", "adviser": "advisers", "advisers": "advisers", "advisor": "advisers",
    "advisors": "advisers", "insider": "officials", "insiders": "officials", "lawmaker": "lawmakers",
    "lawmakers": "lawmakers", "person": "sources", "people": "sources", "negotiator": "negotiators",
    "negotiators": "negotiators", "commander": "commanders", "commanders": "commanders",
    "ambassador": "diplomats", "ambassadors": "diplomats", "minister": "ministers", "officer": "officers",
    "officers": "officers", "general": "officers", "representative": "officials",
}  # fmt: skip
# Nouns for states acting together without a list.
LOOSE = {
    "leaders": "leaders", "governments": "governments", "capitals": "capitals", "allies": "allies",
    "partners": "partners", "states": "states", "countries": "states", "nations": "states",
    "members": "members", "ministers": "ministers", "presidents": "leaders", "powers": "states",
    "donors": "donors", "signatories": "signatories", "diplomacies": "states",
}  # fmt: skip
_SIDES = {
    "western": "western", "european": "european", "nato": "nato", "eu": "eu", "allied": "allied",
    "alliance": "nato", "nordic": "nordic", "baltic": "baltic", "trump": "us", "biden": "us",
    "kremlin": "russian", "pentagon": "us", "washington": "us", "white": "us", "us": "us", "u": "us",
    "american": "us", "administration": "us", "transatlantic": "western", "balkan": "balkan",
    "eastern": "eastern", "central": "central", "world": "world", "global": "world",
}  # fmt: skip
# The sides that are one state or body.
_BODIES = {"us": "us", "nato": "nato", "eu": "eu", "russian": "ru"}
# Whose ministers and leaders, acting together, are the body itself.
_COUNCILS = frozenset({"nato", "eu", "g7"})
_FIXED = {
    "west": "western-allies", "western allies": "western-allies", "western powers": "western-allies",
    "western capitals": "western-capitals", "western partners": "western-allies",
    "world leaders": "world-leaders", "international community": "world-leaders",
    "european governments": "european-governments", "european leaders": "european-leaders",
    "european capitals": "european-governments", "european allies": "european-allies",
    "european countries": "european-states", "european states": "european-states",
    "global south": "global-south",
}  # fmt: skip
# Adjectives as they stand in slugs of unnamed sources.
_DEMONYMS = {"gb": "british", "fr": "french", "nl": "dutch", "us": "us", "ie": "irish", "dk": "danish"}


def describe(shown: str, state_of: StateOf) -> Resolution | None:
    """Return the unnamed source or loose group that the words describe, or None.

    The ministers or leaders of some bodies are the body.
    """
    spelling = key(shown)
    phrase = " ".join(spelling)
    if phrase in _FIXED:
        return _made(_FIXED[phrase], shown, "group")
    for at in range(len(spelling) - 1, -1, -1):
        word = spelling[at]
        if word in UNNAMED and word not in LOOSE:
            side, body = side_of(spelling[:at] + spelling[at + 1 :], shown, state_of)
            slug = "-".join(part for part in ("unnamed", side, UNNAMED[word]) if part)
            return _made(slug, shown, "unnamed", body)
        if word in LOOSE:
            side, body = side_of(spelling[:at], shown, state_of)
            if body in _COUNCILS and LOOSE[word] in ("ministers", "leaders"):
                return _made(body, shown, "organisation")
            return (
                _made("-".join(part for part in (side, LOOSE[word]) if part), shown, "group")
                if side
                else None
            )
    return None


def side_of(words: tuple[str, ...], shown: str, state_of: StateOf) -> tuple[str, str]:
    """Return the side that the words around a noun give, and the state or body that it is, if it is one.

    ("us", "us"), ("german", "de"), ("european", ""), or ("", "").
    """
    for size in (2, 1):
        for at in range(len(words) - size, -1, -1):
            run = words[at : at + size]
            if size == 1 and run[0] in _SIDES:
                if run[0] == "u" and "U.S" not in shown and "U. S" not in shown:
                    continue
                return _SIDES[run[0]], _BODIES.get(_SIDES[run[0]], "")
            slug = state_of(run)
            if slug:
                side = _DEMONYMS.get(slug) or (slug if slug in ("nato", "eu", "un") else fold(run[0]))
                return side, slug
    return "", ""


def _made(slug: str, shown: str, kind: str, side: str = "") -> Resolution:
    return Resolution(slug, shown, kind, "made", "description", speaks_for=side)  # type: ignore[arg-type]
