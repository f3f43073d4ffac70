from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks.copies import KINDS, measure, rewritten
from positions.ingestion import store
from positions.ingestion.duplicates import bands, cluster
from positions.ingestion.files import documents
from positions.ingestion.reading import read_article
from positions.models import Article, CurrentStance, Utterance
from tests.ingestion.scripted import Rule, Scripted
from tests.support import make

pytestmark = pytest.mark.django_db
DIGESTS = Path(settings.BASE_DIR) / "positions" / "data" / "digests"
WORDS = ["patience", "anger", "bread", "roads", "schools", "ships", "letters", "hopes", "fears", "plans"]
TEXT = " ".join(
    f"Sentence {n}: Ruritania spoke of NATO and the {word} of its neighbours." for n, word in enumerate(WORDS)
)


def article(text: str, day: date = make.DAY) -> Article:
    made = make.article(text, published_on=day)
    cluster(made, made.version)
    made.refresh_from_db()
    return made


def test_a_wire_copy_points_to_the_first():
    first = article(TEXT)
    copy = article("STRELSAU (Wire) - " + TEXT.replace("bread", "butter"))
    third = article(TEXT + " Reporting by Anna.")
    assert (first.duplicate_of, copy.duplicate_of, third.duplicate_of) == (None, first, first)


def test_another_article_points_nowhere():
    article(TEXT)
    other = article(
        " ".join(f"Clause {n}: NATO met in Zenda on the matter of salt number {n}." for n in range(12))
    )
    assert other.duplicate_of is None


def test_the_same_words_much_later_are_said_again():
    article(TEXT)
    assert article(TEXT + " Again.", make.DAY + timedelta(days=30)).duplicate_of is None


def test_a_short_text_is_not_compared():
    assert bands("NATO met.") == []
    article("NATO met.")
    assert article("NATO met. ").duplicate_of is None


def test_clustering_again_changes_nothing(django_assert_num_queries):
    first = article(TEXT)
    copy = article(TEXT + " Reporting by Anna.")
    before = sorted(copy.bands.values_list("value", flat=True))
    cluster(copy, copy.version)
    cluster(first, first.version)
    first.refresh_from_db()
    assert (first.duplicate_of, sorted(copy.bands.values_list("value", flat=True))) == (None, before)


def test_bands_do_not_change_between_runs():
    assert bands(TEXT)[:2] == [-3536422104091100823, 6412598123140389532]


def test_copies_count_once_as_an_utterance(scripted: Scripted, document):
    make.state("Ruritania")
    phrase = "Ruritania wants Ukraine in NATO"
    scripted.rules = [Rule(phrase)]
    for n in range(3):
        text = f"STRELSAU (Wire {n}) {phrase}. {TEXT}\n"
        read_article(store(document(text, guid=str(n)), make.source()).article_id)
    assert Article.objects.filter(duplicate_of__isnull=False).count() == 2
    assert (CurrentStance.objects.count(), Utterance.objects.count()) == (3, 1)
    assert Utterance.objects.get().outlets == 3


@pytest.mark.slow
def test_precision_and_recall_on_generated_copies():
    """Every digest and four copies of it, all of one week: who is found to be whose copy?"""
    rng = random.Random(7)
    originals = {d.guid: article(d.text, make.DAY) for d in documents(DIGESTS)}
    assert [a.duplicate_of for a in originals.values() if a.duplicate_of] == []
    right = wrong = 0
    for original in originals.values():
        for how in KINDS:
            found = article(rewritten(original.version.text, how, rng)).duplicate_of
            right += found == original
            wrong += found is not None and found != original
    copies = len(originals) * len(KINDS)
    assert wrong == 0
    assert right / copies > 0.95, f"found {right} of {copies}"


def test_the_command_measures_recall_by_kind_and_what_is_found_among_the_texts():
    other = TEXT.replace("Ruritania", "Zenda").replace("NATO", "bread").replace("neighbours", "cousins")
    recall, precision, among = measure([TEXT, f"STRELSAU (Wire). {TEXT}", f"{other} {other[::-1]}"])
    assert (precision, among) == (1.0, {(0, 1)})
    assert set(recall) == set(KINDS) and recall["cut"] == 1.0
