"""The text of the article pane is the article's text, whatever is marked in it."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from positions.admin.segments import Span, as_html, segments

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
SPANS = st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=6)


class Read(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.marked, self.depth = "", "", 0

    def handle_starttag(self, tag, attrs):
        self.depth += tag == "mark"

    def handle_endtag(self, tag):
        self.depth -= tag == "mark"

    def handle_data(self, data):
        self.text += data
        self.marked += data if self.depth else ""


@given(TEXTS, SPANS)
def test_segments_joined_are_the_text(text, pairs):
    cut = segments(text, [Span(a, b, pk) for pk, (a, b) in enumerate(pairs)])
    assert "".join(segment.text for segment in cut) == text
    assert all(text[s.start : s.start + len(s.text)] == s.text for s in cut)


@given(TEXTS, SPANS)
def test_the_page_shows_the_text_and_marks_the_span(text, pairs):
    spans = [Span(a, b, pk) for pk, (a, b) in enumerate(pairs)]
    this = spans[0] if spans else None
    read = Read()
    read.feed(as_html(text, this, spans[1:]))
    read.close()
    assert read.text == text
    inside = this is not None and 0 <= this.start < this.end <= len(text)
    assert read.marked == (text[this.start : this.end] if inside else "")


def test_carriage_returns_are_kept_apart_from_line_feeds():
    assert as_html("a\r\nb", None, []) == "a&#13;\nb"
