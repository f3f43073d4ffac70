"""The topic page: rungs between two days, the conditions board, the window of its chart."""

from datetime import date

import pytest

from positions.pages import conditions, rungs
from tests.pages.test_every_page import body
from tests.support import make


@pytest.fixture
def movers(record):
    """Ruritania moved from advocates to supports in March 2024; Strelsau spoke up first in April."""
    strelsau = make.state("Strelsau")
    make.membership(strelsau, record.nato, start=date(1990, 1, 1))
    make.stance(holder=strelsau, position=-1, stated_on=date(2024, 4, 2))
    return record


def test_rungs_ring_who_moved_and_not_who_was_first_heard(client, movers):
    shown = body(client.get("/topics/nato-membership/?then=2024-02-01&on=2024-05-01"))
    table = shown.split('<table class="rungs">')[1].split("</table>")[0]
    assert table.count("tile p2 then moved") == 1 and table.count("tile p1 moved") == 1
    assert "tile p-1 moved" not in table and "tile none then" in table
    assert "1 → 0" in table and "0 → 1" in table


def test_rung_leads_to_its_statements(client, movers):
    shown = body(client.get("/topics/nato-membership/?then=2024-02-01&on=2024-05-01"))
    link = "/search/?topic=nato-membership&amp;on=2024-05-01&amp;position=-1"
    assert f'href="{link}"' in shown
    assert "Strelsau" in body(client.get(link.replace("&amp;", "&")))


def test_ladder_draws_movers_only(client, movers):
    drawn = body(client.get("/topics/nato-membership.svg?table=ladder&then=2024-02-01&on=2024-05-01"))
    assert "Ruritania" in drawn and "Strelsau" not in drawn


def test_day_to_compare_with_is_the_last_eve_a_year_back():
    assert rungs.base(date(2024, 8, 1)) == date(2023, 7, 10)
    assert rungs.base(date(2010, 8, 1)) == date(2009, 8, 1)


def test_condition_is_the_same_however_it_is_brought_in():
    assert conditions.same("Once the war is over.") == conditions.same("if the war is over")
    assert conditions.same("once the war is over") != conditions.same("once the war is won")


def test_board_puts_equal_conditions_of_several_together(client, record):
    zenda_minister = make.person(of=record.zenda)
    make.stance(holder=zenda_minister, position=0, stated_on=date(2024, 3, 9), condition="if the war is over")
    shown = body(client.get("/topics/nato-membership/?on=2024-04-01"))
    board = shown.split('<ul class="board">')[1].split("</section>")[0]
    assert board.count('<p class="quote">') == 1
    assert "Ruritania" in board and "Zenda" in board
    assert "2 allies attach conditions" in shown


def test_condition_of_who_opposes_moves_nobody(client, record):
    zenda_minister = make.person(of=record.zenda)
    make.stance(holder=zenda_minister, position=-2, stated_on=date(2024, 3, 9), condition="if it ever ends")
    assert (
        "if it ever ends"
        not in body(client.get("/topics/nato-membership/?on=2024-04-01")).split("newest-h")[0]
    )


def test_long_record_is_drawn_from_five_years_back_with_a_way_to_all_of_it(client, record):
    make.stance(holder=record.ruritania, position=-1, stated_on=date(2008, 4, 3))
    shown = body(client.get("/actors/ruritania/?on=2024-05-01"))
    assert "since 2019" in shown and "whole record, since 2008" in shown
    assert "from=2008-03-04" in shown
    whole = client.get("/actors/ruritania.svg?on=2024-05-01&from=2008-03-04").content.decode()
    assert (
        whole.count("<circle")
        == client.get("/actors/ruritania.svg?on=2024-05-01").content.decode().count("<circle") + 1
    )


def test_first_day_drawn_must_lie_before_the_day_asked_about(client, record):
    response = client.get("/actors/ruritania/?on=2024-05-01&from=2024-05-01")
    assert response.status_code == 400 and "must lie before" in body(response)
