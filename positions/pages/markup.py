"""Rows that pages show by the dozen, as markup: a template takes ten times as long over each.

Every value is escaped here; words that are the same in every row are looked up once a language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

Row = Mapping[str, Any]
QUOTES = frozenset('"“„«')


class Labels(NamedTuple):
    """What rows say in the reader's language."""

    off_record: str
    condition: str
    statement: str
    to: str
    contested: str
    before: str
    after: str
    reviewed: str
    machine: str
    shift: str
    moved: str
    last_known: str


def labels() -> Labels:
    return _labels(get_language() or "en")


@lru_cache(maxsize=16)
def _labels(_language: str) -> Labels:
    return Labels(
        off_record=escape(_("unnamed or second-hand")),
        condition=escape(_("condition")),
        statement=escape(_("statement")),
        to=escape(_("to")),
        contested=escape(_("contested")),
        before=escape(_("Evidence before")),
        after=escape(_("Evidence after")),
        reviewed=escape(_("reviewed")),
        machine=escape(_("machine reading")),
        shift=escape(_("shift")),
        moved=escape(_("moved")),
        last_known=escape(_("last known")),
    )


def bare(text: str) -> str:
    """Return the class that leaves out our quotation marks where the words bring their own."""
    return "bare" if text[:1] in QUOTES else ""


def chip(css: str, glyph: str, word: str) -> str:
    """Return a position as word and glyph beside a bar in its colour."""
    return f'<span class="chip {css}"><b aria-hidden="true">{escape(glyph)}</b> {escape(word)}</span>'


def link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words)}</a>'


def joined(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))


def tile(css: str, slug: str, name: str, url: str, *, stale: bool = False, moved: bool = False) -> str:
    """Return an ally as a small square with its letters, in the colour of a position."""
    words, name = labels(), escape(name)
    look = f"tile {css}{' st' if stale else ''}{' moved' if moved else ''}"
    title = f"{name} ({words.last_known})" if stale else name
    told = f"{name} ({words.moved})" if moved else name
    return (
        f'<a class="{look}" href="{escape(url)}" title="{title}">'
        f'<span aria-hidden="true">{escape(slug.upper())}</span><span class="vh">{told}</span></a>'
    )


# -- Sayings --


def said(row: Row, with_topic: str = "") -> SafeString:
    """Return one saying as an item of a list, with its topic where the page is about several.

    `marked` in the row is its sentence with what was searched for marked.
    """
    words = labels()
    text: str = row["evidence"]
    shown = row.get("marked") or escape(text)
    quote = "" if row["on_record"] else ' class="off"'
    topic = f' <span class="tag">{escape(row["topic_name"])}</span>' if with_topic else ""
    return mark_safe(
        f'<li class="said" id="s{row["id"]}">\n<p class="what">{_who_said(row)}{topic}</p>\n'
        f'<blockquote{quote}><p class="{bare(text)}">{shown}</p></blockquote>\n'
        f'<p class="meta">{_about(row, words)}</p>\n</li>'
    )


def _who_said(row: Row) -> str:
    place = ", ".join(filter(None, (row["office"], row["for_name"])))
    office = f' <span class="soft">{escape(place)}</span>' if place else ""
    return (
        f"{chip(row['css'], row['glyph'], row['word'])} "
        f'<time datetime="{row["iso"]}">{escape(row["day"])}</time> '
        f'<a class="who" href="{escape(row["holder_url"])}">{escape(row["holder_name"])}</a>{office}'
    )


def _about(row: Row, words: Labels) -> str:
    tags = [] if row["on_record"] else [words.off_record]
    if row["condition"]:
        tags.append(f"{words.condition}: {escape(row['condition'])}")
    parts = [escape(_("according to %(who)s") % {"who": row["source_name"]})] if row["source_name"] else []
    parts += [escape(row[key]) for key in ("mode_word", "kind_word", "review_word", "outlets_word")]
    parts.append(link(f"{row['article_url']}#s{row['id']}", f"{row['outlet']}: {row['title']}"))
    parts.append(f'<a href="{escape(row["url"])}">{words.statement}</a>')
    return "".join(f'<span class="tag">{tag}</span> ' for tag in tags) + " · ".join(parts)


# -- Shifts --


def shift(row: Row) -> SafeString:
    """Return one shift as an item of a list: who, on what, from where to where, both sentences."""
    who = (
        f' <a class="who" href="{escape(row["actor_url"])}">{escape(row["actor"])}</a>'
        f' <span class="soft">{escape(row["topic_name"])}</span>'
    )
    return _shift(row, who)


def own_shift(row: Row) -> SafeString:
    """Return one shift on its actor's own page, where actor and topic go without saying."""
    return _shift(row, "")


def _shift(row: Row, who: str) -> SafeString:
    words = labels()
    return mark_safe(
        f'<li class="shift">\n'
        f'<p class="what"><time datetime="{row["iso"]}">{escape(row["day"])}</time>{who}</p>\n'
        f'<div><p class="move">{move(row)}\n{_kinds(row, words)}</p>\n'
        f'<div class="pair">\n{_before(row, words)}\n{_after(row, words)}\n</div></div>\n</li>'
    )


def move(row: Row) -> str:
    """Return "from → to" as two chips."""
    return (
        f"{chip(row['from_css'], row['from_glyph'], row['from_word'])} "
        f'<span aria-hidden="true">→</span><span class="vh">{labels().to}</span> '
        f"{chip(row['to_css'], row['to_glyph'], row['to_word'])}"
    )


def _kinds(row: Row, words: Labels) -> str:
    kinds = "".join(f'<span class="tag">{escape(kind)}</span>' for kind in row["kind_names"])
    return kinds + (f'<span class="tag hatched">{words.contested}</span>' if row["contested"] else "")


def _before(row: Row, words: Labels) -> str:
    text = row["before"]
    quote = f'<p class="{bare(text)}">{escape(text)}</p>' if text else ""
    source = f'<a href="{escape(row["before_url"])}">{words.before}</a>'
    return f"<blockquote>{quote}<footer>{source}</footer></blockquote>"


def _after(row: Row, words: Labels) -> str:
    text = row["after"]
    speaker = ", ".join(filter(None, (row["speaker"], row["office"])))
    state = words.reviewed if row["reviewed"] else words.machine
    return (
        f'<blockquote><p class="{bare(text)}">{escape(text)}</p><footer>{escape(speaker)} · {state} · '
        f'<a href="{escape(row["after_url"])}">{words.after}</a></footer></blockquote>'
    )


# -- The timeline's list --


def debate(row: Row) -> str:
    """Return an event, or a shift that opens to both sentences, as an item of the timeline's list."""
    words = labels()
    day = f'<li><span class="soft nowrap">{escape(row["day"])}</span> '
    shift = row["shift"]
    if shift is None:
        place = f' <span class="soft">{escape(row["place"])}</span>' if row["place"] else ""
        kind = f'<span class="tag">{escape(row["what_word"])}</span>'
        return f"{day}{kind} {link(row['url'], row['title'])}{place}</li>"
    source = f'<a href="{escape(row["url"])}">{words.statement}</a>'
    return (
        f'{day}<details><summary><span class="tag">{words.shift}</span> {escape(shift["actor"])} '
        f'{move(shift)}</summary><div class="pair"><blockquote><p>{escape(shift["before"])}</p></blockquote>'
        f"<blockquote><p>{escape(shift['after'])}</p><footer>{escape(shift['speaker'])} · {source}"
        f"</footer></blockquote></div></details></li>"
    )
