"""Highlighting: offsets in, nested marks out, whatever the spans do to each other."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from positions.pages.marking import Span, paragraphs

TEXT = "One <b>two</b> three.\n\nFour & five six."


def test_span_is_marked_numbered_and_escaped():
    (first, _second) = paragraphs(TEXT, [Span(4, 14, 7, 1, "p1")])
    assert '<mark id="s7" class="p1">&lt;b&gt;two&lt;/b&gt;</mark><sup><a href="#f7">1</a></sup>' in first


def test_overlapping_marks_nest_with_the_longest_outermost():
    (first, _second) = paragraphs(TEXT, [Span(0, 21, 1, 1, "p1"), Span(4, 14, 2, 2, "p-1")])
    assert '<mark class="p1 outer"><mark id="s2" class="p-1">' in first


def test_excerpt_shows_only_what_is_around_the_evidence():
    shown = paragraphs(
        "a" * 500 + "\n\n" + "b" * 100 + "KEY" + "c" * 300, [Span(602, 605, 1, 1, "p0")], excerpt=10
    )
    assert [re.sub("<[^>]+>", "", p).replace("1", "") for p in shown] == [
        " […] " + "b" * 10 + "KEY" + "c" * 10 + " […] "
    ]


@given(
    st.text("ab <&\n", max_size=80), st.lists(st.tuples(st.integers(0, 79), st.integers(1, 30)), max_size=5)
)
def test_text_is_never_lost_and_ids_are_never_doubled(text, places):
    spans = [Span(a, min(a + n, len(text)), i, i, "p1") for i, (a, n) in enumerate(places) if a < len(text)]
    shown = "".join(paragraphs(text, spans))
    without = unescape(re.sub(r"<sup>.*?</sup>|<[^>]+>", "", shown))
    assert re.sub(r"\s", "", without) == re.sub(r"\s", "", text)
    ids = re.findall(r'id="(s\d+)"', shown)
    assert len(ids) == len(set(ids))
