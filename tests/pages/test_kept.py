"""What is kept of pages: it saves work, is never out of date, and is nobody's but everybody's."""

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from positions import read_models
from positions.models import Edition, LineEdition, LinePoint
from positions.pages import record as version
from tests.pages.test_every_page import body
from tests.support import make

PAGE = "/actors/ruritania/"


def say(record):
    """Let somebody else say something, in an outlet that is known already."""
    make.stance(holder=record.zenda, topic="sanctions", article=make.article(source=record.outlet))


def line_numbers():
    rows = LineEdition.objects.values_list("actor__slug", "topic__slug", "number")
    return {(actor, topic): number for actor, topic, number in rows}


def narrow(slug):
    return version.version(version.Subject("actor", slug)).narrow


def between(page, marks):
    return page[page.index(marks.start) : page.index(marks.stop)]


def asked(client, path, **headers):
    """Return the page and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        found = body(client.get(path, **headers))
    return found, len(queries)


def test_an_actors_page_outlives_what_others_say(client, record):
    before, _ = asked(client, PAGE)
    say(record)
    again, queries = asked(client, PAGE)
    assert (again, queries) == (before, 1)


@pytest.mark.parametrize("path", ["/topics/nato-membership/", "/timeline/", "/timeline/?topic=territory"])
def test_a_page_about_a_topic_outlives_what_is_said_on_others(client, record, path):
    before, _ = asked(client, path)
    say(record)
    assert asked(client, path) == (before, 1)


def test_a_timeline_of_an_unknown_topic_is_refused_whatever_is_kept(client, record):
    path = "/timeline/?topic=weather%00"
    assert [client.get(path).status_code for _ in range(2)] == [400, 400]


def test_an_event_that_is_reported_shows_on_a_kept_timeline(client, record):
    assert "Zenda summit" not in asked(client, "/timeline/")[0]
    event = make.event("Zenda summit", start_on=date(2024, 3, 2))
    make.event_mention(event, record.article.version, evidence="STRELSAU.")
    assert "Zenda summit" in asked(client, "/timeline/")[0]


def test_of_a_new_saying_only_its_own_topic_is_made_anew_on_the_actors_page(client, record):
    """What is said on membership stays on the page as it was; the tab of the other topic is another."""
    before, whole = asked(client, PAGE)
    make.stance(holder=record.ruritania, topic="sanctions", position=2, article=record.article)
    after, queries = asked(client, PAGE)
    assert queries < whole
    panel = slice('<section class="first">', 'id="every-h"')
    assert between(after, panel) == between(before, panel)
    assert after != before


def test_the_foot_of_a_kept_page_is_of_today(client, record):
    before, _ = asked(client, PAGE)
    say(record)
    cache.delete("furniture")
    again, _ = asked(client, PAGE)
    assert "3 statements" in before
    assert again == before.replace("3 statements", "4 statements")


@pytest.mark.parametrize(
    "path",
    [
        PAGE,
        "/actors/ruritania.csv?table=statements",
        "/actors/ruritania.svg",
        "/actors/rudolf-rassendyll/",
        "/actors/",
        "/embed/actors/ruritania/",
        "/",
        "/topics/",
        "/topics/nato-membership/",
        "/timeline/",
        "/compare/?actors=ruritania~zenda",
        "/shifts/?who=all",
        "/search/?q=rudolf",
        "/statements/{once.pk}/",
        "/articles/{article.pk}/",
        "/api/v1/positions?actor=ruritania",
    ],
)
def test_a_correction_shows_on_the_next_request(client, record, path):
    path = path.format(**vars(record))
    before, _ = asked(client, path)
    tag = client.get(path)["ETag"]
    make.review(record.once, "corrected", position=-1)
    response = client.get(path, headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert body(response) != before


@pytest.mark.parametrize("path", ["/", "/topics/nato-membership/", "/actors/", "/actors/ruritania/"])
def test_a_correction_of_an_old_saying_shows_though_the_newest_ones_stay(client, record, path):
    old = make.stance(holder=record.ruritania, position=1, stated_on=date(2023, 1, 10))
    make.stance(holder=record.ruritania, position=1, stated_on=date(2023, 3, 10))
    make.stance(holder=record.ruritania, position=2, stated_on=date(2024, 1, 8))
    path += "?on=2024-06-01"
    newest = lambda: set(LinePoint.objects.filter(until__isnull=True).values_list("pk", "utterances"))
    before, points = asked(client, path)[0], newest()
    make.review(old, "corrected", position=-2)
    assert asked(client, path)[0] != before
    assert newest() == points


@pytest.mark.parametrize("on", ["", "?on=2024-06-01"])
def test_camps_are_counted_anew_for_an_ally_that_moves_and_only_then(client, record, on):
    path = "/topics/nato-membership/" + on
    camps = slice('id="camps-h"', 'id="rungs-h"')
    before = between(asked(client, path)[0], camps)
    make.stance(holder=record.ruritania, position=1, stated_on=date(2024, 4, 1))
    assert between(asked(client, path)[0], camps) == before
    make.stance(holder=record.ruritania, position=-1, stated_on=date(2024, 5, 1))
    assert between(asked(client, path)[0], camps) != before


def test_a_new_name_of_somebody_else_shows_on_a_kept_page(client, record):
    assert "Rudolf Rassendyll" in asked(client, PAGE)[0]
    record.minister.name = "Rupert of Hentzau"
    record.minister.save()
    assert "Rupert of Hentzau" in asked(client, PAGE)[0]


def test_a_new_title_of_an_article_shows_on_a_kept_page(client, record):
    assert "Ruritania speaks" in asked(client, PAGE)[0]
    record.article.title = "Ruritania whispers"
    record.article.save()
    make.version(record.article, "Ruritania wants it settled after all.", number=2)
    assert "Ruritania whispers" in asked(client, PAGE)[0]


def test_the_page_of_a_merged_actor_follows_the_one_it_became(client, record):
    old = make.state("Strelsau", merged_into=record.ruritania)
    client.get(f"/actors/{old.slug}/")
    make.stance(holder=record.ruritania, position=-2, stated_on=date(2024, 5, 5), topic="sanctions")
    assert narrow(old.slug) != narrow("zenda")
    assert "5 May 2024" in asked(client, f"/actors/{old.slug}/?topic=sanctions")[0]


def test_hosts_and_languages_do_not_share_what_is_kept(client, record):
    path = "/actors/ruritania.json"
    for host in ("one.example", "two.example"):
        assert f"http://{host}/" in body(client.get(path, headers={"Host": host}))
    english, _ = asked(client, PAGE, headers={"Accept-Language": "en"})
    assert asked(client, PAGE, headers={"Accept-Language": "uk"})[0] != english


def test_what_was_known_is_kept_for_one_version_of_the_record_only(client, record):
    path = PAGE + "?known=2024-07-01"
    before, _ = asked(client, path)
    say(record)
    _again, queries = asked(client, path)
    assert queries > 1
    assert before


def test_no_cache_is_needed(client, record, settings):
    kept, _ = asked(client, PAGE)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert asked(client, PAGE)[0] == kept
    make.review(record.once, "corrected", position=-2)
    assert asked(client, PAGE)[0] != kept


def test_editions_count_every_change_of_an_actor_and_of_nobody_else(record):
    numbers = dict(Edition.objects.values_list("actor__slug", "number"))
    make.stance(holder=record.minister, position=-2, topic="sanctions")
    after = dict(Edition.objects.values_list("actor__slug", "number"))
    grown = {slug for slug, number in after.items() if number > numbers.get(slug, 0)}
    assert grown == {"ruritania", "rudolf-rassendyll"}


def test_editions_of_lines_count_every_change_of_a_line_and_of_no_other(record):
    before = line_numbers()
    make.stance(holder=record.minister, position=-2, topic="sanctions")
    after = line_numbers()
    grown = {line for line, number in after.items() if number > before.get(line, 0)}
    assert grown == {("ruritania", "sanctions"), ("rudolf-rassendyll", "sanctions")}


def test_a_rebuilt_record_begins_a_new_edition_of_every_line(record):
    before = line_numbers()
    read_models.rebuild()
    assert line_numbers() == {line: number + 1 for line, number in before.items()}


def test_a_line_that_nothing_counts_the_changes_of_is_found(record):
    assert read_models.differences() == []
    LineEdition.objects.filter(actor=record.ruritania, topic__slug="nato-membership").delete()
    assert read_models.differences() == ["line of ruritania on nato-membership has no edition"]
