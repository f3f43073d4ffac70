"""Values, differences and reasons in words an editor reads."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from actors.models import Actor
from positions.codebook import codebook
from positions.effective import Effective
from positions.extraction.scorer import LABELS
from positions.ingestion.anchor import successor
from positions.models import Stance, Topic

NAMES = {
    "holder_id": "holder",
    "source_actor_id": "source",
    "topic_id": "topic",
    "position": "position",
    "mode": "mode",
    "kind": "kind",
    "condition": "condition",
    "stated_on": "said on",
    "precision": "exact to",
    "evidence": "evidence",
}


def differences_in_words(before: Effective, after: Effective) -> list[str]:
    """Return "position + → ++" for each value that differs."""
    return [
        f"{label} {_word(name, getattr(before, name))} → {_word(name, getattr(after, name))}"
        for name, label in NAMES.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _word(name: str, value: Any) -> str:
    if value in (None, ""):
        return "none"
    if name in {"holder_id", "source_actor_id"}:
        return str(Actor.objects.get(pk=value))
    if name == "topic_id":
        return str(Topic.objects.get(pk=value))
    if name == "position":
        return codebook().position(value).glyph
    return f"“{value}”" if name in {"evidence", "condition"} else str(value)


def reasons_in_words(stance: Stance) -> list[tuple[str, str]]:
    """Return the extractor's reasons as (what, why), without empty ones; nested values are joined."""
    said = [(key.replace("_", " "), _reason(value)) for key, value in sorted(stance.reasons.items())]
    return [(what, why) for what, why in said if why]


def _reason(value: Any) -> str:
    """Say a value; the six probabilities of a scorer with the position that each is of."""
    if isinstance(value, list) and len(value) == len(LABELS) and all(isinstance(p, float) for p in value):
        named = zip(LABELS, value, strict=True)
        return " · ".join(
            f"{'none' if at is None else codebook().position(at).glyph} {p:.0%}" for at, p in named
        )
    return "" if value is None else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_plain(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(inner) for inner in value)
    if isinstance(value, float):
        return f"{value:.2f}"
    return str(value)


def evidence_diff(stance: Stance) -> SafeString | None:
    """Return the evidence and what became of its sentence in the newest text, as marked words.

    None where nothing in the newest text resembles it.
    """
    newest = stance.article.version
    span = successor(stance.evidence, newest.text) if newest else None
    if newest is None or span is None:
        return None
    old, new = stance.evidence.split(), newest.text[span[0] : span[1]].split()
    pieces = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    return format_html_join(" ", "{}", ((_change(op, old[a:b], new[c:d]),) for op, a, b, c, d in pieces))


def _change(op: str, gone: list[str], come: list[str]) -> SafeString:
    if op == "equal":
        return format_html("{}", " ".join(gone))
    removed = format_html("<del>{}</del> ", " ".join(gone)) if gone else ""
    added = format_html("<ins>{}</ins>", " ".join(come)) if come else ""
    return format_html("{}{}", removed, added)
