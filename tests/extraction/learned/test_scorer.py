"""The shipped model: it loads without a training library, and the same sentence gives the same numbers."""

from __future__ import annotations

import subprocess
import sys

import pytest

from positions.extraction.learned.masking import FOCUS_END, FOCUS_START, Sheet, sheet
from positions.extraction.learned.scorer import (
    LENGTH,
    MODEL,
    LearnedScorer,
    encode,
    load_tokenizer,
)
from positions.extraction.scorer import KINDS, LABELS, MODES, ScorerAnswer, ScorerItem


def item(text: str, holder: str, topic: str) -> ScorerItem:
    start = text.index(holder)
    return ScorerItem(text, ((start, start + len(holder)),), topic, (0, len(text)), (0, len(text)))


AGAINST = "Premier Ilse Korvat of Varland vowed on Monday to veto any invitation for Ukraine to join NATO."
FOR = "Premier Ilse Korvat of Varland urged the allies on Monday to invite Ukraine to join NATO at once."


@pytest.fixture(scope="module")
def scorer() -> LearnedScorer:
    return LearnedScorer()


def test_answers_labels_are_distributions_in_order(scorer: LearnedScorer) -> None:
    items = [item(text, "Premier Ilse Korvat", "nato-membership") for text in (AGAINST, FOR)]
    rows = [answer.labels for answer in scorer.answers(items)]
    assert [len(row) for row in rows] == [len(LABELS)] * 2
    assert [sum(row) for row in rows] == pytest.approx([1.0, 1.0])


def test_answers_tell_mode_and_kind(scorer: LearnedScorer) -> None:
    text = "Premier Ilse Korvat sent Ukraine forty tanks on Monday."
    sent, urged = scorer.answers(
        [
            item(text, "Premier Ilse Korvat", "arms-deliveries"),
            item(FOR, "Premier Ilse Korvat", "nato-membership"),
        ]
    )
    assert [sum(chances) for chances in (sent.modes, sent.kinds)] == pytest.approx([1.0, 1.0])
    assert dict(zip(sent.kinds, KINDS, strict=True))[max(sent.kinds)] == "action"
    assert dict(zip(urged.kinds, KINDS, strict=True))[max(urged.kinds)] == "demand"
    assert dict(zip(sent.modes, MODES, strict=True))[max(sent.modes)] == "narrative"


def test_answers_tell_a_veto_from_an_invitation(scorer: LearnedScorer) -> None:
    against, for_ = (
        answer.labels
        for answer in scorer.answers(
            [item(text, "Premier Ilse Korvat", "nato-membership") for text in (AGAINST, FOR)]
        )
    )
    assert LABELS[against.index(max(against))] == -2
    assert LABELS[for_.index(max(for_))] == 2


def test_answers_names_do_not_matter(scorer: LearnedScorer) -> None:
    other = AGAINST.replace("Ilse Korvat", "Otto Fehrmann").replace("Varland", "Ostmarken")
    first, second = (
        scorer.answers([item(text, name, "nato-membership")])
        for text, name in ((AGAINST, "Premier Ilse Korvat"), (other, "Premier Otto Fehrmann"))
    )
    assert first == second


def test_answers_company_does_not_change_a_sentence(scorer: LearnedScorer) -> None:
    question = item(AGAINST, "Premier Ilse Korvat", "nato-membership")
    company = [item(FOR, "Premier Ilse Korvat", "nato-membership"), question]
    assert scorer.answers([question])[0] == scorer.answers(company)[1]


class Stub(LearnedScorer):
    """Answers with given chances of a stance, one a reading, and keeps what it was shown."""

    def __init__(self, *chances: float) -> None:
        super().__init__()
        self.chances, self.pages = list(chances), []

    def _read(self, page: Sheet) -> list[ScorerAnswer]:
        self.pages.append(page.text)
        chance = self.chances.pop(0)
        return [ScorerAnswer((1 - chance, chance, 0.0, 0.0, 0.0, 0.0), chance) for _ in page.asked]


def after(words: str) -> ScorerItem:
    """The question about the second of two sentences, whose holder stands in both."""
    text = f"Premier Ilse Korvat arrived {words}. {AGAINST}"
    start, second = len(text) - len(AGAINST), text.rindex("Premier Ilse Korvat")
    spans = ((0, 19), (second, second + 19))
    return ScorerItem(text, spans, "nato-membership", (start, len(text)), (0, len(text)))


def test_a_sentence_in_doubt_is_read_once_more_by_itself() -> None:
    stub = Stub(0.5, 0.9)
    (answer,) = stub.answers([after("by train")])
    assert ["by train" in page for page in stub.pages] == [True, False]
    assert answer.labels[1] == pytest.approx(0.75, abs=1e-4)  # sqrt(.5 * .9) beside sqrt(.5 * .1)
    assert answer.condition == 0.5
    assert sum(answer.labels) == pytest.approx(1)


@pytest.mark.parametrize("chance", [0.05, 0.95])
def test_a_sentence_without_doubt_is_read_once(chance: float) -> None:
    stub = Stub(chance)
    (answer,) = stub.answers([after("by train")])
    assert answer.labels[1] == chance


def test_answers_nothing_asked_nothing_said(scorer: LearnedScorer) -> None:
    assert list(scorer.answers([])) == []


def test_answers_tell_of_a_condition(scorer: LearnedScorer) -> None:
    tied = "Premier Ilse Korvat of Varland would back Ukraine's entry into NATO only once the war is over."
    plain, bound = scorer.answers(
        [item(text, "Premier Ilse Korvat", "nato-membership") for text in (AGAINST, tied)]
    )
    assert 0 <= plain.condition < bound.condition <= 1


def test_encode_long_sentence_is_cut_around_the_focus() -> None:
    tokenizer = load_tokenizer(MODEL / "tokenizer.json")
    before = "It rained for days in the hills beyond the river. " * 30
    text = before + AGAINST
    question = ScorerItem(text, (), "nato-membership", (len(before), len(text)), (0, len(text)))
    row = encode(tokenizer, [sheet([question])])["ids"][0].tolist()
    assert len(row) == LENGTH
    assert {tokenizer.token_to_id(FOCUS_START), tokenizer.token_to_id(FOCUS_END)} <= set(row)


def test_model_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) <= 25_000_000


def test_reading_needs_no_training_library() -> None:
    heavy = "{'torch', 'transformers', 'sklearn', 'django'}"
    code = f"import sys, positions.extraction.hybrid; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
