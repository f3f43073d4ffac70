"""Why an article is set aside instead of being read for stances. Pure; it stays findable with its reason."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# Below this the language of a text cannot be told.
MIN_LANGUAGE_CHARS = 80
SURE = 0.9
_SAMPLE = 4000
# High recall on purpose: every topic of the codebook concerns these; a text with none has no stance.
_SUBJECT = re.compile(
    r"\b(?:ukrain|kyiv|kiev|zelensk|donbas|donetsk|luhansk|crimea|kharkiv|odes+a|zaporizhzh|kherson|"
    r"russia|kremlin|moscow|putin|nato\b|north atlantic|atlantic alliance|the alliance\b)",
    re.IGNORECASE,
)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads numpy and a model: only where needed

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str, declared: str = "") -> str:
    """Return the two-letter language of a text: what it reads as when sure, else what it was declared as."""
    declared = declared.strip().lower()[:2]
    if len(text) < MIN_LANGUAGE_CHARS:
        return declared
    code, probability = _identifier().classify(text[:_SAMPLE])
    return str(code) if probability >= SURE or not declared else declared


def why_set_aside(title: str, text: str, language: str) -> str:
    """Return the reason in words, or "" for an article that should be read."""
    if language and language != "en":
        return f"Written in another language ({language}); only English is read."
    if not _SUBJECT.search(title) and not _SUBJECT.search(text):
        return "Names neither Ukraine nor Russia nor NATO, so no topic can be at issue."
    return ""
