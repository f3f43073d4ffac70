"""`on` and `known`: the position on a day, and what the record said on a day."""

from datetime import date

import pytest

from positions.pages import shifts
from tests.pages.test_every_page import body
from tests.support import make


def test_day_asked_about_decides_the_position(client, record):
    before = body(client.get("/actors/ruritania/?on=2024-02-01"))
    after = body(client.get("/actors/ruritania/?on=2024-03-20"))
    assert "Ruritania has advocated NATO membership since 10 January 2024" in before
    assert "once the war is over" not in before
    assert "Ruritania has supported NATO membership since 4 March 2024" in after


def test_no_page_tells_of_a_later_day(client, record):
    for path in ("/", "/topics/nato-membership/", "/shifts/", "/timeline/", "/compare/?actors=ruritania"):
        joint = "&" if "?" in path else "?"
        assert "once the war is over" not in body(client.get(f"{path}{joint}on=2024-02-01"))


def test_known_day_brings_back_what_was_rejected_later(client, record):
    """The record may not be rewritten: on 1 April it still said what was rejected on 1 June."""
    assert "rejected line" in body(client.get("/actors/ruritania/?known=2024-04-01"))
    assert "rejected line" not in body(client.get("/actors/ruritania/?known=2024-06-02"))
    assert client.get(f"/statements/{record.rejected.pk}/?known=2024-04-01").status_code == 200
    assert client.get(f"/statements/{record.rejected.pk}/").status_code == 404


def test_known_day_leaves_out_what_was_recorded_later(client, record):
    late = make.stance(
        holder=record.ruritania,
        position=-2,
        stated_on=date(2024, 2, 10),
        evidence="A late find.",
        recorded_at=make.instant(date(2025, 1, 1)),
    )
    assert "A late find." in body(client.get("/actors/ruritania/"))
    assert "A late find." not in body(client.get("/actors/ruritania/?known=2024-12-31"))
    assert client.get(f"/statements/{late.pk}/?known=2024-12-31").status_code == 404


@pytest.mark.parametrize("path", ["/positions.json", "/actors/ruritania.json?table=line"])
def test_exports_take_both_days_and_say_so(client, record, path):
    joint = "&" if "?" in path else "?"
    found = client.get(f"{path}{joint}on=2024-02-01&known=2024-04-01").json()
    assert (found["on"], found["known"]) == ("2024-02-01", "2024-04-01")
    assert {row["position"] for row in found["rows"]} <= {2, None}


def test_stored_and_computed_lines_are_the_same(client, record):
    """Today known and today stored are two ways to one answer."""
    today = date.today().isoformat()
    for name in ("positions", "actors/ruritania", "topics/nato-membership", "shifts"):
        stored = client.get(f"/{name}.json").json()["rows"]
        computed = client.get(f"/{name}.json?known={today}").json()["rows"]
        assert computed == stored


def test_reviewed_only_counts_nothing_else(client, record):
    assert "Ruritania has no record" in body(client.get("/actors/ruritania/?reviewed=1"))
    make.review(record.wants, "confirmed")
    assert "Ruritania has advocated NATO membership" in body(client.get("/actors/ruritania/?reviewed=1"))


def test_citation_freezes_both_days(client, record):
    shown = body(client.get(f"/statements/{record.once.pk}/?on=2024-04-01&known=2024-05-01"))
    assert "on=2024-04-01&amp;known=2024-05-01" in shown


def test_what_was_learned_between_two_days(client, record):
    shown = body(client.get("/actors/ruritania/?known=2024-04-01&on=2024-03-20"))
    assert "Since then" in shown
    assert "now it reads" in shown


@pytest.fixture
def thrice(record):
    """A line that read "opposes" on 1 May, "supports" on 1 July and "advocates" on 1 September."""
    for value, day in ((-2, date(2024, 5, 1)), (1, date(2024, 7, 1)), (2, date(2024, 9, 1))):
        make.stance(
            holder=record.zenda, topic="sanctions", position=value, stated_on=date(2024, 3, 1),
            recorded_at=make.instant(day),
        )  # fmt: skip
    return record


@pytest.mark.parametrize(("by", "later"), [("&by=2024-07-15", "supports"), ("", "advocates")])
def test_what_was_learned_until_a_later_day_or_until_now(client, thrice, by, later):
    path = f"/positions.json?known=2024-05-15&on=2024-04-01{by}&table=learned"
    (row,) = [r for r in client.get(path).json()["rows"] if r["actor"] == "Zenda"]
    assert (row["then"], row["now"]) == ("opposes", later)


def test_learned_between_two_days_is_said_as_such(client, thrice):
    path = "/actors/zenda/?topic=sanctions&known=2024-05-15&on=2024-04-01"
    assert "By 15 July 2024, 1 line about the same day had changed:" in body(
        client.get(f"{path}&by=2024-07-15")
    )
    assert "Since then 1 line about the same day has changed:" in body(client.get(path))


@pytest.mark.parametrize(
    "query", ["by=2024-05-01", "known=2024-05-01&by=2024-05-01", "known=2024-05-01&by=2024-04-01"]
)
def test_a_later_day_needs_an_earlier_one(client, record, query):
    response = client.get(f"/?{query}")
    assert response.status_code == 400
    assert "needs an earlier" in response.content.decode()


def test_shifts_as_known_go_on_where_the_page_ends(client, record, monkeypatch):
    """Page by page they are what they are on one page."""
    for number, value in enumerate((2, -2, 1, -1)):
        day = date(2024, 5, 1 + number)
        make.stance(holder=record.zenda, topic="sanctions", position=value, stated_on=day)
    path = f"/shifts/?known={date.today()}"
    whole = [row["after_url"] for row in client.get(path.replace("/?", ".json?")).json()["rows"]]
    monkeypatch.setattr(shifts, "PAGE", 2)
    found, more = [], path
    while more:
        shown = client.get(more)
        found += [row["after_url"] for row in shown.context["rows"]]
        more = shown.context["more"]
    assert found == whole
    assert len(whole) == 4
