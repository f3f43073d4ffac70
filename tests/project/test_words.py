"""There is one list of topics, positions, modes and kinds: the codebook's. Whatever repeats it must agree."""

from __future__ import annotations

from typing import get_args

from positions.codebook import codebook
from positions.extraction import types
from positions.extraction.lexicon import lexicon
from positions.models import Event
from positions.models.stances import DatePrecision, Kind, Mode, Position

TOPICS = [topic.slug for topic in codebook().topics]


def test_the_lexicon_knows_every_topic_and_no_other() -> None:
    assert sorted(terms.slug for terms in lexicon().topics) == sorted(TOPICS)


def test_predicates_name_topics_that_exist() -> None:
    named = {
        topic for entries in lexicon().predicates.values() for entry in entries for topic in entry.topics
    }
    assert named <= set(TOPICS)


def test_modes_are_the_codebooks() -> None:
    modes = [mode.slug for mode in codebook().modes]
    assert modes == list(get_args(types.Mode)) == Mode.values


def test_kinds_are_the_codebooks() -> None:
    kinds = [kind.slug for kind in codebook().kinds]
    assert kinds == list(get_args(types.Kind)) == Kind.values


def test_events_are_the_codebooks() -> None:
    events = [event.slug for event in codebook().events]
    assert events == list(get_args(types.EventKind)) == Event.Kind.values


def test_positions_are_the_codebooks() -> None:
    assert sorted((p.value, p.name) for p in codebook().positions) == sorted(
        (int(p), p.label) for p in Position
    )


def test_date_precisions_agree() -> None:
    assert list(get_args(types.Precision)) == DatePrecision.values
