"""The reader as a whole: exact spans, no crash, the same answer every time, abstention."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.resolution import RegistryResolver
from positions.extraction.gold import gold_form
from positions.extraction.reader import RulesExtractor
from positions.extraction.types import ArticleText, Reading
from tests.support.invented import registry

DAY = date(2024, 7, 4)
ARTICLE = (
    "OSMARK, July 4 - President Ilse Korvat urged allies on Tuesday to invite Ukraine into NATO.\n\n"
    '"We will send Kyiv more tanks," she said. Hanne Aske, her foreign minister, was more cautious: '
    "troops in Ukraine were out of the question, she told reporters in Belisk.\n\n"
    "Morra has long opposed Ukraine's accession to the European Union. Two Western diplomats said the "
    "chancellor, Goran Ilves, would veto it once more.\n"
)
WORDS = st.sampled_from(
    [
        *(
            "Ukraine",
            "NATO",
            "Varland",
            "Ilse",
            "Korvat",
            "said",
            "will",
            "not",
            "oppose",
            "send",
            "troops",
            "weapons",
        ),
        *(
            '"',
            "“",
            "”",
            "'",
            ".",
            ",",
            ":",
            ";",
            "—",
            "(",
            ")",
            "\n",
            "…",
            "é",
            "🙂",
            "1234",
            "no",
            "or",
            "and",
            "the",
        ),
        *(
            "if",
            "unless",
            "Monday",
            "membership",
            "Kyiv",
            "he",
            "she",
            "it",
            "they",
            "PRESIDENT:",
            "Q",
            "ruled",
            "out",
        ),
    ]
)


def reading(text: str, *, weighed: bool = True) -> Reading:
    return RulesExtractor(weighed=weighed).read(ArticleText("x", text, DAY), RegistryResolver(registry()))


def test_read_returns_the_evidence_at_its_offsets() -> None:
    found = reading(ARTICLE).stances
    assert found
    assert all(ARTICLE[s.start : s.end] == s.evidence for s in found)
    assert list(found) == sorted(found, key=lambda s: (s.start, s.end, s.holder.slug, s.topic))


def test_read_finds_who_says_what_and_when() -> None:
    found = {(s.holder.slug, s.topic): s for s in reading(ARTICLE, weighed=False).stances}
    assert found["ilse-korvat", "nato-membership"].position == 2
    assert found["ilse-korvat", "nato-membership"].stated_on == date(2024, 7, 2)
    assert found["ilse-korvat", "arms-deliveries"].mode == "direct"
    assert found["hanne-aske", "troops-in-ukraine"].position == -2
    assert found["mo", "eu-membership"].position == -2


def test_read_twice_gives_the_same_bytes() -> None:
    first, second = (json.dumps(gold_form(reading(ARTICLE))) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("article", "reason"),
    [
        (ArticleText("x", "  \n", DAY), "empty"),
        (ArticleText("x", "Varland won the cup final in Osmark on Sunday.", DAY), "not about Ukraine"),
        (ArticleText("x", "L'Ukraine demande des armes.", DAY, language="fr"), "not in English (fr)"),
    ],
)
def test_read_sets_aside_what_it_cannot_read(
    article: ArticleText, reason: str, rules: RulesExtractor, resolver: RegistryResolver
) -> None:
    found = rules.read(article, resolver)
    assert (found.set_aside, found.stances, found.events) == (reason, (), ())


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_read_never_fails_and_keeps_spans_exact(text: str) -> None:
    text = f"Ukraine and Kyiv. {text}"
    for stance in reading(text).stances:
        assert text[stance.start : stance.end] == stance.evidence
        assert -2 <= stance.position <= 2
        assert 0.0 <= stance.confidence <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        "Ukraine " + "and NATO said that Varland will send weapons " * 40,
        '"' * 400 + " Ukraine Kyiv NATO",
        ("UKRAINE MUST JOIN NATO SAID ILSE KORVAT. " * 40),
        "Ukraine\t1\t2\t3\n" * 400,
        "Ukraine (((((" + "[" * 300,
    ],
    ids=["300 words", "marks", "capitals", "table", "brackets"],
)
def test_read_bad_text_takes_bounded_time(text: str) -> None:
    start = time.process_time()  # other work on the machine does not count
    reading(text)
    assert time.process_time() - start < 20


def test_read_unknown_official_is_a_holder_and_is_reported(read: Callable[[str], Reading]) -> None:
    found = read("Foreign Minister Tomas Velder said Ukraine should join NATO.")
    assert [s.holder.slug for s in found.stances] == ["tomas-velder"]
    assert [a.slug for a in found.unresolved] == ["tomas-velder"]


def test_package_imports_neither_django_nor_actors() -> None:
    code = (
        "import sys, positions.extraction; "
        "print({m.split('.')[0] for m in sys.modules} & {'django', 'actors', 'celery'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
