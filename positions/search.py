"""Full text over statements, actors, articles and events, the same on SQLite and PostgreSQL.

`modelsearch` keeps the index; the words in it are folded and stemmed by `positions.folding`, as the two
databases would do it differently. The index is a cache that follows the record: `follow()` takes in what
changed, and what is found is always shown through the pages' own public rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from modelsearch.backends import get_search_backend

from actors.models import Actor, Alias
from positions import newest_hits
from positions.folding import stems
from positions.models import ArticleVersion, CurrentStance, Event, SearchEntry

BATCH = 500
# Ranking and counting read every hit; beyond this many the newest are counted, and the page says so.
MOST_HITS = 1_000
LONGEST_TEXT = 20_000
PHRASE = re.compile(r'"([^"]+)"|“([^”]+)”|«([^»]+)»')
KIND = SearchEntry.Kind


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found, with what results are narrowed and counted by."""

    kind: str
    ref: int
    day: date | None
    topic: str
    position: int | None
    mode: str
    actor: str
    outlet: str


def backend() -> Any:
    """Return modelsearch's backend of this database, told to take our stems as they are.

    PostgreSQL's English would drop "at" and "once" and stem the stems; SQLite would not.
    """
    return get_search_backend(SEARCH_CONFIG="simple")


def find(query: str, *, on: date) -> tuple[list[Hit], bool]:
    """Return what holds all words of the query (phrases in quotation marks), newest first, by the day `on`.

    The second value says whether there was more than MOST_HITS.
    """
    words = stems(query)
    if not words:
        return [], False
    phrases = [f" {stems(''.join(groups))} " for groups in PHRASE.findall(query)]
    found = newest_hits.newest(words.split(), on=on, limit=MOST_HITS + 1, text=bool(phrases))
    # With phrases, the last column is the text.
    hits = [_hit(*row[:8]) for row in found if all(phrase in f" {row[-1]} " for phrase in phrases)]
    return hits[:MOST_HITS], len(found) > MOST_HITS


def browse(*, on: date, **facets: object) -> tuple[list[Hit], bool]:
    """Return the statements that fit all facets (fields of an entry), as `find` does words."""
    rows = SearchEntry.objects.filter(kind=SearchEntry.Kind.STATEMENT, day__lte=on, **facets)
    return _stored(list(rows.defer("text").order_by("-day", "-id")[: MOST_HITS + 1]))


def _stored(found: Sequence[SearchEntry]) -> tuple[list[Hit], bool]:
    hits = [
        Hit(e.kind, e.ref, e.day, e.topic, e.position, e.mode, e.actor, e.outlet) for e in found[:MOST_HITS]
    ]
    return hits, len(found) > MOST_HITS


def _hit(kind: str, ref: int, day: Any, *others: Any) -> Hit:
    return Hit(kind, ref, date.fromisoformat(day) if isinstance(day, str) else day, *others)


# -- Following the record --


def follow(limit: int = BATCH) -> int:
    """Take in what changed since the last time, at most `limit` of each kind; return how many entries.

    Idempotent; cheap when nothing changed (one query). Call it again until it returns 0 to catch up.
    """
    behind = _behind()
    return sum(reader(since, limit) for kind, reader in READERS.items() if (since := behind.get(kind)))


def rebuild() -> int:
    """Make the index anew; return how many entries it has."""
    SearchEntry.objects.all().delete()
    while follow(BATCH):
        pass
    return SearchEntry.objects.count()


_NEWEST = {
    KIND.STATEMENT: "SELECT MAX(changed_at) FROM positions_currentstance",
    KIND.ACTOR: "SELECT MAX(history_date) FROM actors_historicalactor",
    KIND.ARTICLE: "SELECT MAX(fetched_at) FROM positions_articleversion",
    KIND.EVENT: "SELECT MAX(id) FROM positions_event",
}
BEGINNING = datetime(1970, 1, 1, tzinfo=timezone.get_fixed_timezone(0))


def _behind() -> dict[str, Any]:
    """Return, for each kind with something newer than the index, up to where the index goes."""
    columns = []
    for kind, newest in _NEWEST.items():
        column = "ref" if kind == KIND.EVENT else "changed"
        indexed = f"SELECT MAX({column}) FROM positions_searchentry WHERE kind = '{kind}'"
        columns += [f"({newest})", f"({indexed})"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(columns))
        row = cursor.fetchone()
    found: dict[str, Any] = {}
    for number, kind in enumerate(_NEWEST):
        newest, indexed = row[2 * number], row[2 * number + 1]
        if newest is not None and (indexed is None or newest > indexed):
            found[kind] = _moment(indexed) if kind != KIND.EVENT else (indexed or 0) + 1
    return found


def _moment(value: Any) -> datetime:
    """Return a raw column as an aware datetime: SQLite gives text, PostgreSQL a datetime."""
    if value is None:
        return BEGINNING
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if timezone.is_aware(value) else timezone.make_aware(value, timezone.get_fixed_timezone(0))


def _save(entries: Sequence[SearchEntry], gone: Sequence[int] = (), kind: str = "") -> int:
    """Write entries over what was there, and their words into the index; drop those that are gone."""
    with transaction.atomic():
        if gone:
            SearchEntry.objects.filter(kind=kind, ref__in=gone).delete()
        if entries:
            SearchEntry.objects.bulk_create(
                entries, update_conflicts=True, unique_fields=["kind", "ref"], batch_size=BATCH,
                update_fields=["text", "day", "topic", "position", "mode", "actor", "outlet", "changed"],
            )  # fmt: skip
            refs = [e.ref for e in entries]
            saved = list(SearchEntry.objects.filter(kind=entries[0].kind, ref__in=refs))
            backend().add_bulk(SearchEntry, saved)
    return len(entries) + len(gone)


def _statements(since: datetime, limit: int) -> int:
    rows = CurrentStance.objects.filter(changed_at__gte=since).order_by("changed_at", "pk")
    rows = rows.select_related("holder", "source_actor", "on_behalf_of", "topic", "article__source")
    done = set(SearchEntry.objects.filter(kind=KIND.STATEMENT, changed=since).values_list("ref", flat=True))
    changed = [r for r in rows[: limit + len(done)] if r.changed_at > since or r.pk not in done]
    entries = [_statement(row) for row in changed if row.is_public]
    hidden = [row for row in changed if not row.is_public]
    count = _save(entries, [row.pk for row in hidden], KIND.STATEMENT)
    if hidden and (not entries or hidden[-1].changed_at >= entries[-1].changed):
        _mark(hidden[-1])
    return count


def _mark(row: CurrentStance) -> None:
    """Remember how far the index has come where the newest change is one that must not be found."""
    values = {"text": "", "changed": row.changed_at, "day": date.max}
    SearchEntry.objects.update_or_create(kind=KIND.STATEMENT, ref=0, defaults=values)


def _statement(row: CurrentStance) -> SearchEntry:
    behalf, source = row.on_behalf_of, row.source_actor
    names = [row.holder.name, behalf.name if behalf else "", source.name if source else "", row.topic.name]
    text = " ".join([*names, row.office, row.condition, row.evidence])
    return SearchEntry(
        kind=KIND.STATEMENT, ref=row.pk, text=stems(text), day=row.stated_on, topic=row.topic.slug,
        position=row.position, mode=row.mode, actor=row.holder.slug, outlet=row.article.source.slug,
        changed=row.changed_at,
    )  # fmt: skip


def _actors(since: datetime, _limit: int) -> int:
    # All at once: loading the registry writes thousands of rows with one and the same moment.
    touched = Actor.history.filter(history_date__gt=since).order_by("history_date")
    moments = dict(touched.values_list("id", "history_date"))
    rows = Actor.objects.in_bulk(list(moments))
    aliases: dict[int, list[str]] = {}
    names = Alias.objects.filter(actor__in=rows).values_list("actor", "text")
    for actor_id, text in names:
        aliases.setdefault(actor_id, []).append(text)
    entries = [
        SearchEntry(
            kind=KIND.ACTOR, ref=pk, text=stems(" ".join([actor.name, *aliases.get(pk, [])])),
            actor=actor.slug, changed=moments[pk],
        )
        for pk, actor in rows.items()
        if actor.merged_into_id is None
    ]  # fmt: skip
    return _save(entries, [pk for pk in moments if pk not in rows or rows[pk].merged_into_id], KIND.ACTOR)


def _articles(since: datetime, limit: int) -> int:
    rows = ArticleVersion.objects.filter(fetched_at__gt=since).select_related("article__source")
    newest: dict[int, SearchEntry] = {}
    for version in rows.order_by("fetched_at", "pk")[:limit]:
        article = version.article
        newest[article.pk] = SearchEntry(
            kind=KIND.ARTICLE, ref=article.pk, text=stems(f"{version.title} {version.text[:LONGEST_TEXT]}"),
            day=article.published_on, outlet=article.source.slug, changed=version.fetched_at,
        )  # fmt: skip
    return _save(list(newest.values()))


def _events(since: int, limit: int) -> int:
    rows = Event.objects.filter(pk__gte=since, merged_into__isnull=True).order_by("pk")
    now = timezone.now()
    entries = [
        SearchEntry(
            kind=KIND.EVENT,
            ref=event.pk,
            text=stems(f"{event.title} {event.place}"),
            day=event.start_on,
            changed=now,
        )
        for event in rows[:limit]
    ]
    return _save(entries)


READERS: dict[str, Callable[[Any, int], int]] = {
    KIND.STATEMENT: _statements,
    KIND.ACTOR: _actors,
    KIND.ARTICLE: _articles,
    KIND.EVENT: _events,
}
