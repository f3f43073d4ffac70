"""The grammar of the position chart, row by row, and one chart of everything as a golden file."""

import os
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest

from positions.charts import Band, Chart, Dot, Mark, Rung, Step, clip, position_chart

GOLDEN = Path(__file__).parent / "golden"
RUNGS = [
    Rung(2, "++", "advocates"),
    Rung(1, "+", "supports"),
    Rung(0, "0", "neutral"),
    Rung(-1, "−", "reluctant"),
    Rung(-2, "−−", "opposes"),
]
FIRST, LAST = date(2023, 1, 1), date(2025, 1, 1)
SVG = "{http://www.w3.org/2000/svg}"


def draw(**fields):
    values = {
        "ident": "c",
        "title": "Ruritania on membership",
        "description": "Ruritania supports it.",
        "first": FIRST,
        "last": LAST,
        "on": LAST,
        "rungs": RUNGS,
        **fields,
    }
    return position_chart(Chart(**values))


def parts(drawn, tag, class_):
    """Return the elements of a tag that bear all of the classes."""
    wanted = set(class_.split())
    return [e for e in ET.fromstring(drawn).iter(SVG + tag) if wanted <= set(e.get("class", "").split())]


def test_chart_is_named_and_described_for_screen_readers():
    root = ET.fromstring(draw())
    assert root.get("role") == "group"
    assert [root.find(SVG + "title").text, root.find(SVG + "desc").text] == [
        "Ruritania on membership",
        "Ruritania supports it.",
    ]


def test_all_five_rows_are_labelled_whatever_the_data():
    labels = [e.text for e in parts(draw(), "text", "ax")]
    assert labels[:5] == ["advocates", "supports", "neutral", "reluctant", "opposes"]


def test_step_holds_its_colour_and_runs_until_the_day_asked_about():
    (step,) = parts(draw(steps=[Step(date(2023, 7, 1), None, 1)]), "path", "ln p1")
    assert step.get("d").endswith("H836")


def test_line_is_labelled_at_its_end_with_word_and_since():
    drawn = draw(steps=[Step(date(2023, 7, 1), None, -2)], note="since 1 Jul 2023")
    assert [e.text for e in parts(drawn, "text", "now")] == ["−− opposes"]
    assert "since 1 Jul 2023" in drawn


def test_chart_without_a_line_has_no_label_at_its_end():
    assert parts(draw(), "text", "now") == []


def test_window_leaves_out_what_ended_before_it_and_cuts_what_reaches_in():
    early = Step(date(2008, 1, 1), date(2010, 1, 1), -1, stale=date(2008, 6, 29))
    held = Step(date(2010, 1, 1), None, 1, stale=date(2010, 6, 30))
    assert clip([early, held], FIRST) == [Step(FIRST, None, 1, stale=FIRST)]


def test_stale_part_is_dotted_and_fresh_part_is_not():
    drawn = draw(steps=[Step(date(2023, 7, 1), None, -1, stale=date(2023, 12, 28))])
    assert len(parts(drawn, "path", "ln p-1")) == 2
    assert len(parts(drawn, "path", "ln p-1 st")) == 1


def test_change_of_value_has_one_riser_and_renewal_none():
    steps = [
        Step(date(2023, 3, 1), date(2023, 6, 1), 1),
        Step(date(2023, 6, 1), date(2023, 9, 1), 1),
        Step(date(2023, 9, 1), None, -2),
    ]
    assert len(parts(draw(steps=steps), "path", "ri ln")) == 1


def test_accounts_are_a_second_trace_below_the_line():
    drawn = draw(steps=[Step(date(2023, 7, 1), None, 1)], accounts=[Step(date(2023, 7, 1), None, 1)])
    heights = [
        float(e.get("d").split("H")[0].split()[1])
        for c in ("ln p1", "acc p1")
        for e in parts(drawn, "path", c)
    ]
    assert heights[1] == heights[0] + 6


def test_reviewed_dot_is_solid_machine_dot_hollow_and_size_is_outlets():
    dots = [Dot(date(2023, 7, 1), 1, True, 1, "#s1", "one"), Dot(date(2023, 8, 1), 1, False, 9, "#s2", "two")]
    drawn = draw(dots=dots)
    assert [e.get("r") for e in parts(drawn, "circle", "d")] == ["4", "6"]
    assert [e.get("r") for e in parts(drawn, "circle", "d h")] == ["6"]


def test_uncertain_date_is_a_bar_not_a_dot():
    drawn = draw(dots=[Dot(date(2023, 7, 1), 0, True, 1, "#s1", "in July", until=date(2023, 7, 31))])
    assert len(parts(drawn, "rect", "d")) == 1
    assert parts(drawn, "circle", "d") == []


def test_dots_are_links_out_of_the_tab_order():
    root = ET.fromstring(draw(dots=[Dot(date(2023, 7, 1), 0, True, 1, "#s7", "a word")]))
    (link,) = [a for a in root.iter(SVG + "a") if a.get("href") == "#s7"]
    assert (link.get("tabindex"), link.find(SVG + "title").text) == ("-1", "a word")


def test_contested_window_is_hatched_even_for_a_day():
    (band,) = parts(draw(contested=[Band(date(2023, 7, 1), date(2023, 7, 1))]), "rect", "ct")
    assert (band.get("width"), band.get("fill")) == ("3", "url(#c-c)")


def test_office_change_and_event_are_drawn_with_their_names():
    drawn = draw(
        offices=[Mark(date(2023, 5, 6), "Rudolf Rassendyll")],
        events=[Mark(date(2023, 7, 11), "Summit at Strelsau", "/events/4/")],
    )
    assert parts(drawn, "path", "of")[0].find(SVG + "title").text == "Rudolf Rassendyll"
    assert parts(drawn, "path", "ev") and 'href="/events/4/"' in drawn


def test_time_after_a_past_day_is_hatched_and_empty():
    drawn = draw(on=date(2024, 1, 1), steps=[Step(date(2023, 7, 1), None, 1)])
    (future,) = parts(drawn, "rect", "fu")
    (step,) = parts(drawn, "path", "ln p1")
    assert step.get("d").endswith("H" + future.get("x"))


def test_no_record_is_words_and_no_line():
    drawn = draw(no_record="no record before 1 July 2024", steps=[Step(date(2024, 7, 1), None, 1)])
    assert [e.text for e in parts(drawn, "text", "nr")] == ["no record before 1 July 2024"]
    assert parts(draw(), "path", "ln") == []


def test_text_from_outside_cannot_become_markup():
    drawn = draw(title='<script>"x"</script>', events=[Mark(date(2023, 7, 1), "A & B <b>", 'x" onload="y')])
    assert "<script>" not in drawn and 'onload="' not in drawn
    ET.fromstring(drawn)


def test_nothing_is_styled_inline():
    assert "style=" not in draw(steps=[Step(date(2023, 7, 1), None, 1)])


def everything():
    return draw(
        steps=[
            Step(date(2023, 3, 1), date(2024, 2, 1), 1, stale=date(2023, 8, 28)),
            Step(date(2024, 2, 1), None, -1),
        ],
        accounts=[Step(date(2023, 9, 1), None, 0)],
        contested=[Band(date(2024, 1, 20), date(2024, 2, 1))],
        dots=[
            Dot(date(2023, 3, 1), 1, True, 2, "#s1", "1 March 2023 · Rudolf: Yes."),
            Dot(
                date(2023, 9, 1),
                0,
                False,
                1,
                "#s2",
                "September 2023 · a diplomat",
                until=date(2023, 9, 30),
                on_record=False,
            ),
        ],
        offices=[Mark(date(2023, 5, 6), "Rudolf Rassendyll")],
        events=[Mark(date(2023, 7, 11), "11 July 2023: Summit", "/events/4/")],
        no_record="none before",
    )


def test_whole_grammar_is_drawn_as_before():
    """Golden file. `REWRITE_GOLDEN=1` writes it anew; the difference is then reviewed like code."""
    path = GOLDEN / "position.svg"
    drawn = everything().replace("><", ">\n<") + "\n"
    if os.environ.get("REWRITE_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("steps", [[], [Step(LAST, None, 0)], [Step(FIRST, None, 2)]])
def test_edges_of_the_axis_draw_without_error(steps):
    ET.fromstring(draw(steps=steps))
