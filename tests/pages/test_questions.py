"""A newcomer's six questions, asked on a built record at the addresses that docs/questions.md gives."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from positions.codebook import codebook
from tests.pages.test_every_page import body
from tests.support import make

PAGE = Path(__file__).parents[2] / "docs" / "questions.md"
ADDRESSES = re.findall(
    r"^\[[^\]]+\]\(http://localhost:8000(/[^)]+)\)$", PAGE.read_text(encoding="utf-8"), re.M
)


@pytest.fixture
def five(db):
    """Invented people under the slugs that the page names: what is tested is the site, not the world."""
    for topic in codebook().topics:
        make.topic(topic.slug)
    nato = make.organisation("North Atlantic Treaty Organization", slug="nato")
    states = {slug: make.state(name, slug=slug) for slug, name in NAMES.items()}
    for state in states.values():
        make.membership(state, nato, start=date(1990, 1, 1))
    return states


NAMES = {"de": "Ruritania", "fr": "Strelsau", "hu": "Zenda", "us": "Hentzau"}


def shown(client, number):
    """Return the page's text without markup, as a reader meets it."""
    response = client.get(ADDRESSES[number])
    assert response.status_code == 200
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", body(response), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_page_gives_six_addresses():
    assert len(ADDRESSES) == 6


def test_since_when_and_who_said_so(client, five):
    first = make.person("Rudolf Rassendyll", of=five["de"], role="head_of_government")
    second = make.person("Michael Elphberg", of=five["de"])
    make.stance(holder=first, topic="security-guarantees", position=1, stated_on=date(2024, 3, 2))
    make.stance(holder=second, topic="security-guarantees", position=1, stated_on=date(2024, 5, 9))
    text = shown(client, 0)
    assert "Ruritania has supported Security guarantees since 2 March 2024." in text
    assert "First said by Rudolf Rassendyll (Head of government), last by Michael Elphberg" in text


def test_who_is_against_today_and_who_was_then(client, five):
    make.stance(holder=five["de"], position=-2, stated_on=date(2023, 6, 1))
    make.stance(holder=five["de"], position=1, stated_on=date(2024, 6, 1))
    make.stance(holder=five["hu"], position=1, stated_on=date(2023, 6, 1))
    make.stance(holder=five["hu"], position=-2, stated_on=date(2024, 6, 1))
    text = shown(client, 1)
    against = text.split("opposes 1 → 1")
    assert "Ruritania" in against[0].split("Rung by rung")[1].split("supports 1 → 1")[1]
    assert against[1].strip().startswith("HU Zenda")


def test_on_the_record_and_behind_closed_doors(client, five):
    whisperer = make.unnamed("Unnamed Hentzau officials")
    make.stance(holder=five["us"], position=1, stated_on=date(2024, 12, 3))
    make.stance(
        holder=five["us"],
        source_actor=whisperer,
        mode="second-hand",
        position=-1,
        stated_on=date(2024, 12, 9),
    )
    make.stance(holder=five["us"], position=-2, stated_on=date(2025, 2, 12))
    text = shown(client, 2)
    assert "Hentzau has supported NATO membership since 3 December 2024." in text
    assert "Behind closed doors, by unnamed or second-hand accounts: reluctant (9 December 2024)." in text


def test_whether_the_person_or_the_mind_changed(client, five):
    one = make.person("Black Michael")
    two = make.person("Rupert Rassendyll")
    make.mandate(one, five["hu"], role="head_of_government", end=date(2026, 5, 1))
    make.mandate(two, five["hu"], role="head_of_government", start=date(2026, 5, 1))
    for holder, day, position in (
        (one, date(2024, 2, 1), 1), (one, date(2024, 4, 1), -2), (two, date(2026, 6, 12), 2)
    ):  # fmt: skip
        make.stance(holder=holder, topic="eu-membership", position=position, stated_on=day)
    text = shown(client, 3)
    assert "The position changed 2 times, 1 of these as the office changed hands." in text
    changes = text.split("What changed")[1].split("Voices")[0]
    assert re.search(r"12 June 2026 .*? new speaker .*? 1 April 2024 ", changes)
    assert "new speaker" not in changes.split("1 April 2024")[1]


def test_which_conditions_stand(client, five):
    for slug in ("de", "fr"):
        make.stance(
            holder=five[slug], position=1, condition="once the war is over", stated_on=date(2024, 3, 4)
        )
    text = shown(client, 4).split("What would have to happen")[1].split("Silent allies")[0]
    assert "2 allies attach conditions" in text
    assert re.search(r"once the war is over Ruritania .*? 4 March 2024 Strelsau", text)


def test_what_this_site_said_on_a_day(client, five):
    make.stance(holder=five["fr"], position=1, stated_on=date(2025, 1, 5))
    make.stance(
        holder=five["fr"], position=-2, stated_on=date(2025, 2, 1), recorded_at=make.instant(date(2025, 6, 1))
    )
    text = shown(client, 5)
    assert "This is what the record said on 1 March 2025." in text
    assert "Strelsau has supported NATO membership since 5 January 2025." in text
    assert re.search(r"Since then 1 line about the same day has changed.*?now it reads −− opposes", text)
