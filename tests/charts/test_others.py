"""Scale, sparkline, camps, ladder, tiles, small multiples and timeline, as text."""

import itertools
import xml.etree.ElementTree as ET
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from positions.charts import (
    CampDay,
    Item,
    LadderName,
    Lane,
    Mark,
    Row,
    Span,
    Step,
    Tile,
    camp_bar,
    camp_sizes,
    ladder,
    overview,
    small_multiples,
    sparkline,
    tile_map,
    timeline_chart,
)
from positions.charts.scale import SMALLEST_GAP, TimeScale, around
from tests.charts.test_position import RUNGS, SVG, parts

DAYS = st.dates(date(1995, 1, 1), date(2030, 1, 1))


@given(DAYS, DAYS, DAYS)
def test_scale_never_leaves_its_edges_and_keeps_order(a, b, c):
    first, day, last = sorted((a, b, c))
    scale = TimeScale(first, last, 100, 900)
    assert 100 <= scale.x(first) <= scale.x(day) <= scale.x(last) <= 900


@given(DAYS, st.integers(10, 12_000))
def test_ticks_never_touch_each_other(first, days):
    last = date.fromordinal(first.toordinal() + days)
    places = [x for x, _label, _year in TimeScale(first, last, 100, 900).ticks()]
    assert all(b - a >= SMALLEST_GAP * 0.6 for a, b in itertools.pairwise(places))


def test_window_holds_all_days_and_is_a_year_at_least():
    first, last = around([date(2024, 3, 1)], date(2024, 5, 1))
    assert first < date(2023, 5, 3) and last == date(2024, 5, 1)


def test_sparkline_has_one_path_a_position_joined_by_one_and_is_hidden_from_readers():
    steps = [
        Step(date(2023, 1, 1), date(2023, 6, 1), 1),
        Step(date(2023, 6, 1), date(2024, 1, 1), -2),
        Step(date(2024, 1, 1), None, 1),
    ]
    drawn = sparkline(steps, date(2022, 1, 1), date(2025, 1, 1))
    assert [drawn.count(f'class="{c}"') for c in ("p1", "p-2", "r")] == [
        1,
        1,
        1,
    ] and 'aria-hidden="true"' in drawn


def test_sparkline_without_steps_in_the_window_is_nothing():
    assert sparkline([Step(date(2010, 1, 1), date(2011, 1, 1), 1)], date(2022, 1, 1), date(2025, 1, 1)) == ""


def camps(days, on=date(2024, 1, 1), **more):
    return camp_sizes(
        days, RUNGS, last=on, on=on, ident="k", title="Camps", description="d", silent="no record", **more
    )


def test_camps_are_labelled_with_their_newest_counts_and_silence_too():
    drawn = camps([CampDay(date(2022, 1, 1), {1: 3}, 10), CampDay(date(2023, 1, 1), {1: 4, -2: 1}, 10)])
    assert [e.text for e in parts(drawn, "text", "lb")] == ["4 supports", "1 opposes", "5 no record"]


def test_camps_count_nothing_after_the_day_asked_about():
    drawn = camps([CampDay(date(2022, 1, 1), {1: 3}, 10), CampDay(date(2025, 1, 1), {-2: 9}, 10)])
    assert [e.text for e in parts(drawn, "text", "lb")] == ["3 supports", "7 no record"]


def test_camps_name_what_happened_inside_the_window_only():
    marks = [Mark(date(2022, 2, 24), "invasion"), Mark(date(2008, 4, 2), "Bucharest")]
    days = [CampDay(date(2008, 1, 1), {1: 3}, 10)]
    drawn = camps(days, events=marks, first=date(2022, 1, 1))
    assert [e.text for e in parts(drawn, "text", "on")] == ["invasion"]


def test_camps_without_days_draw_an_empty_frame():
    ET.fromstring(camps([]))


def test_ladder_joins_movers_boldly_and_silence_not_at_all():
    names = [
        LadderName("Ruritania", "/r", 1, -2),
        LadderName("Zenda", "/z", 1, 1),
        LadderName("Strelsau", "/s", None, None),
    ]
    drawn = ladder(
        names, RUNGS, then="then", now="now", silent="no record", ident="l", title="t", description="d"
    )
    assert (len(parts(drawn, "path", "move p-2")), len(parts(drawn, "path", "stay"))) == (1, 1)
    assert [e.text for e in parts(drawn, "text", "mv")] == ["Ruritania", "Ruritania"]


def test_tile_says_its_words_and_no_record_has_its_own_look():
    drawn = tile_map(
        [Tile("fi", "+", 1, "/fi", "Finland: supports"), Tile("se", "·", None, "/se", "Sweden: no record")],
        ident="t",
        title="t",
        description="d",
    )
    root = ET.fromstring(drawn)
    assert [a.get("aria-label") for a in root.iter(SVG + "a")] == ["Finland: supports", "Sweden: no record"]
    assert len(parts(drawn, "rect", "none")) == 1


def test_tile_of_a_state_without_a_place_is_left_to_the_table():
    assert "Elbonia" not in tile_map(
        [Tile("zz", "+", 1, "/zz", "Elbonia")], ident="t", title="t", description="d"
    )


def test_multiples_keep_an_empty_row_for_a_line_without_a_record():
    rows = [
        Row("Zenda", "/z", [Step(date(2023, 1, 1), None, 1)], now="+ supports"),
        Row("Strelsau", "/s", [], now="no record"),
    ]
    drawn = small_multiples(
        rows,
        first=date(2022, 1, 1),
        last=date(2024, 1, 1),
        on=date(2024, 1, 1),
        ident="m",
        title="t",
        description="d",
    )
    assert [e.text for e in parts(drawn, "text", "now")] == ["+ supports", "no record"]


def test_timeline_stacks_items_that_would_touch_and_carries_days_for_the_script():
    day = date(2024, 5, 1)
    items = [
        Item(day, "meeting", "/e/1", "one"),
        Item(day, "meeting", "/e/2", "two"),
        Item(date(2010, 1, 1), "shift", "/s", "x", 2),
    ]
    drawn = timeline_chart(
        [Lane("Meetings", sorted(items, key=lambda i: i.day))],
        first=date(2008, 1, 1),
        last=date(2025, 1, 1),
        on=date(2025, 1, 1),
        ident="t",
        title="t",
        description="d",
        landmarks=[Mark(date(2022, 2, 24), "invasion"), Mark(date(1999, 1, 1), "long ago")],
    )
    assert [e.text for e in parts(drawn, "text", "on")] == ["invasion"]
    marks = [a for a in ET.fromstring(drawn).iter(SVG + "a") if a.get("data-t")]
    assert [a.get("data-t") for a in marks] == ["14610", "19844", "19844"]
    assert marks[1].get("data-y") != marks[2].get("data-y")


def test_bar_of_camps_is_as_wide_as_the_camps_are_many():
    root = ET.fromstring(camp_bar({1: 3, -2: 1, 0: 0}, 8))
    assert [(r.get("class"), r.get("x"), r.get("width")) for r in root] == [
        ("f p-2", "0", "12.5"),
        ("f p1", "12.5", "37.5"),
    ]
    assert list(ET.fromstring(camp_bar({}, 0))) == []


def test_names_of_landmarks_that_would_touch_stand_in_two_rows():
    days = [
        (date(2023, 7, 11), "Vilnius"),
        (date(2024, 7, 9), "Washington"),
        (date(2025, 6, 24), "The Hague"),
    ]
    drawn = timeline_chart(
        [Lane("Meetings", [Item(date(2020, 1, 1), "meeting", "/e/1", "one")])],
        first=date(2008, 1, 1), last=date(2026, 1, 1), on=date(2026, 1, 1), ident="t", title="t",
        description="d", landmarks=[Mark(day, name) for day, name in days],
    )  # fmt: skip
    heights = [text.get("y") for text in parts(drawn, "text", "on")]
    assert heights[0] == heights[2] != heights[1]


def strip(**values):
    base = {
        "months": {date(2014, 3, 1): 1, date(2022, 2, 1): 4},
        "spans": [
            Span(date(year, 1, 1), date(year, 12, 31), f"/?from={year}", f"{year}: 1")
            for year in range(2008, 2026)
        ],
        "first": date(2008, 1, 1), "last": date(2025, 12, 31),
        "shown": (date(2014, 1, 1), date(2014, 12, 31)),
        "ident": "o", "label": "All years", "title": "t", "description": "d",
    }  # fmt: skip
    return overview(**(base | values))


def test_overview_has_a_bar_a_month_the_busiest_the_tallest():
    (bars,) = parts(strip(), "path", "b")
    heights = [part.split("h")[0] for part in bars.get("d").split("v-")[1:]]
    assert heights == ["8.5", "34"]


def test_overview_links_every_year_and_labels_as_many_as_there_is_room_for():
    root = ET.fromstring(strip())
    links = list(root.iter(SVG + "a"))
    assert [a.get("href") for a in links] == [f"/?from={year}" for year in range(2008, 2026)]
    assert links[0].get("aria-label") == "2008: 1"
    crowded = strip(last=date(2080, 12, 31))
    assert 0 < len(parts(crowded, "text", "ax")) < 18


def test_overview_frames_the_window_that_is_shown():
    (frame,) = parts(strip(), "rect", "win")
    (whole,) = parts(strip(shown=(date(2008, 1, 1), date(2025, 12, 31))), "rect", "win")
    assert float(frame.get("x")) > float(whole.get("x"))
    assert float(frame.get("width")) * 17 < float(whole.get("width"))
    assert ET.fromstring(strip()).get("data-first") == "13879"


def test_overview_without_anything_draws_no_bar():
    assert parts(strip(months={}), "path", "b")[0].get("d") == "M0 0"
