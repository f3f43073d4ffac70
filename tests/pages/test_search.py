"""Search: spellings, facets, freshness. The same table of queries runs on both databases."""

from datetime import date

import pytest
from django.db.models import F, Q
from modelsearch.query import PlainText

from positions import folding, newest_hits, search
from positions.models import SearchEntry
from tests.pages.test_every_page import body
from tests.support import make


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Зеленський", "zelensky"),
        ("Зеленский", "zelensky"),
        ("Zelenskyy", "zelensky"),
        ("Zelenskiy", "zelensky"),
        ("Orbán", "orban"),
        ("Türkiye", "turkiye"),
        ("Łódź", "lodz"),
        ("ČAPUTOVÁ", "caputova"),
        ("Straße", "strasse"),
    ],
)
def test_spellings_of_one_name_fold_together(text, folded):
    assert folding.fold(text) == [folded]


@pytest.mark.parametrize(
    "words",
    ["oppose opposes opposed opposing", "guarantee guarantees", "delivery deliveries", "missile missiles"],
)
def test_forms_of_one_word_have_one_stem(words):
    assert len(set(folding.stems(words).split())) == 1


@pytest.fixture
def found(record):
    """Statements that say the same thing in different words and spellings."""
    person = make.person("Володимир Зеленський", slug="volodymyr-z")
    make.alias(person, "Volodymyr Zelenskyy")
    make.stance(
        holder=person,
        position=2,
        evidence="Zelenskiy demanded guarantees at once.",
        topic="security-guarantees",
    )
    make.stance(
        holder=record.minister,
        position=-2,
        evidence="Orbán opposes deliveries of missiles.",
        topic="arms-deliveries",
    )
    while search.follow():
        pass
    return record


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("Зеленський", {"statement", "actor", "article"}),
        ("zelenskyy", {"statement", "actor", "article"}),
        ("ORBAN", {"statement", "article"}),
        ("opposed missile", {"statement", "article"}),
        ("guarantee", {"statement", "article"}),
        ('"at once"', {"statement", "article"}),
        ('"once at"', set()),
        ("summit strelsau", {"event"}),
        ("nothing of the kind whatsoever", set()),
        ("AND OR NOT * ( \" '", set()),
        ("   ", set()),
    ],
)
def test_query_finds(found, query, kinds):
    from datetime import date

    hits, capped = search.find(query, on=date(2026, 1, 1))
    assert ({h.kind for h in hits}, capped) == (kinds, False)


def test_new_statement_is_found_on_the_next_request(client, found):
    assert "Nothing found" in body(client.get("/search/?q=quicksilver"))
    said = make.stance(holder=found.ruritania, evidence="It asked for quicksilver.", topic="sanctions")
    assert f"/statements/{said.pk}/" in body(client.get("/search/?q=quicksilver"))


def test_rejected_statement_is_not_found_on_the_next_request(client, found):
    said = make.stance(holder=found.ruritania, evidence="It asked for quicksilver.", topic="sanctions")
    assert f"/statements/{said.pk}/" in body(client.get("/search/?q=quicksilver"))
    make.review(said, "rejected")
    shown = body(client.get("/search/?q=quicksilver&tab=statement"))
    assert f"/statements/{said.pk}/" not in shown and "Statements <b>0</b>" in shown


def test_facets_count_what_they_lead_to(client, found):
    shown = client.get("/search.json?q=ruritania&tab=statement").json()["rows"]
    narrowed = client.get("/search.json?q=ruritania&tab=statement&position=1").json()["rows"]
    assert len(narrowed) == sum(row["position"] == 1 for row in shown) > 0


def test_words_are_marked_in_whatever_form_they_stand(client, found):
    assert "<mark>opposes</mark>" in body(client.get("/search/?q=opposed"))


def test_near_miss_offers_a_name(client, found):
    assert "/actors/ruritania/" in body(client.get("/search/?q=ruritanja"))


def test_search_is_saved_as_a_feed(client, found):
    response = client.get("/search.atom?q=zelensky&tab=statement")
    assert response["Content-Type"].startswith("application/atom+xml")
    assert "tag:open-door,2026:statement:" in body(response)


def test_rebuilt_index_is_the_same(found):
    before = sorted(search.SearchEntry.objects.values_list("kind", "ref", "text"))
    search.rebuild()
    assert sorted(search.SearchEntry.objects.values_list("kind", "ref", "text")) == before


def test_statements_are_listed_by_facets_without_words(client, record):
    while search.follow():
        pass
    shown = body(client.get("/search/?topic=nato-membership&position=2"))
    assert "Ruritania wants it settled." in shown and "once the war is over" not in shown
    assert "Ruritania wants it settled." not in body(client.get("/search/?topic=nato-membership&year=2023"))


def test_facets_alone_show_nothing_that_pages_must_not(client, record):
    while search.follow():
        pass
    shown = body(client.get("/search/?topic=nato-membership&position=-2"))
    assert "whisperer claimed" not in shown and "rejected line" not in shown


@pytest.mark.parametrize("words", [["war"], ["rudolf"], ["over", "war"], ["nothing"]])
def test_the_newest_are_those_of_all_that_modelsearch_finds(found, monkeypatch, words):
    asked = {"on": date(2024, 12, 31), "limit": 3}
    rows = SearchEntry.objects.filter(Q(day__isnull=True) | Q(day__lte=asked["on"]))
    rows = rows.order_by(F("day").desc(nulls_first=True), "-id")
    all_found = search.backend().search(
        PlainText(" ".join(words), operator="and"), rows, order_by_relevance=False
    )
    newest = [(entry.kind, entry.ref) for entry in all_found[: asked["limit"]]]
    for many in (newest_hits.MANY, -1):  # on SQLite the way depends on how many there are
        monkeypatch.setattr(newest_hits, "MANY", many)
        assert [row[:2] for row in newest_hits.newest(words, **asked)] == newest
