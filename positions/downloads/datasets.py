"""The tables that may be taken away.

Only what pages may show goes out: readings below the threshold and rejected ones do not, editors are
not named, articles go without their text.
"""

from __future__ import annotations

from django.db.models import QuerySet

from actors.models import Actor, BlocMembership, Mandate
from positions.downloads.schema import Dataset, Field
from positions.models import Article, CurrentStance, Event, LinePoint, Source, Topic


def _same(*names: str) -> tuple[Field, ...]:
    """Return fields of text that are called what the column is called."""
    return tuple(Field(name, name) for name in names)


def _held() -> tuple[Field, ...]:
    """Return from which day, and up to which, something was so."""
    return Field("from", "start", "date"), Field("until", "end", "date", "Not included; empty: still so.")


def _statements() -> QuerySet[CurrentStance]:
    return CurrentStance.public.order_by("stance_id")


STATEMENTS = Dataset(
    "statements",
    "Every statement that pages show: who takes which position on what, when, and the words.",
    _statements,
    (
        Field("id", "stance_id", "integer", "Number of the statement; its page is /statements/<id>/."),
        Field("holder", "holder__slug", about="Whose position it is."),
        Field("holder_name", "holder__name"),
        Field("holder_kind", "holder__kind"),
        Field("office", "office", about="The holder's office on the day."),
        Field("tier", "tier", "integer", "1 and 2 move the line, 3 is a voice."),
        Field("on_behalf_of", "on_behalf_of__slug", about="For whom the holder speaks by their office."),
        Field("source", "source_actor__slug", about="Who says so, where that is not the holder."),
        Field("topic", "topic__slug"),
        Field("position", "position", "integer", "-2 opposes … +2 advocates the topic's proposition."),
        *_same("mode", "kind", "condition"),
        Field("stated_on", "stated_on", "date"),
        Field("precision", "precision"),
        Field("on_record", "on_record", "boolean", "Said by the holder under their own name."),
        Field("evidence", "evidence", about="The words of the article."),
        Field("start", "start", "integer", "Offset of the first character in the article's text."),
        Field("end", "end", "integer"),
        Field("article", "article_id", "integer"),
        Field("confidence", "confidence", "number"),
        Field("decision", "decision", about="machine, or what an editor decided."),
        Field("recorded_at", "recorded_at", "datetime", "Since when the record says this."),
    ),
)
LINES = Dataset(
    "lines",
    "Every point of every line: from when an actor held a position, and which statement set it.",
    lambda: LinePoint.objects.order_by("pk"),
    (
        Field("actor", "actor__slug"),
        Field("topic", "topic__slug"),
        Field("track", "track", about="line, or accounts (unnamed and second-hand; never moves the line)."),
        Field("from", "stated_on", "date"),
        Field("until", "until", "date", "Day of the next point; empty: still holds."),
        Field("since", "since", "date", "Since when the value has held without a break."),
        Field("position", "position", "integer"),
        Field("previous", "previous", "integer"),
        *_same("condition", "shift"),
        Field("contested", "contested", "boolean"),
        Field("speaker", "holder__slug"),
        Field("office", "office"),
        Field("utterances", "utterances", "integer"),
        Field("reviewed", "reviewed", "boolean"),
        Field("statement", "stance_id", "integer"),
        Field("statement_before", "previous_stance_id", "integer"),
    ),
)
ACTORS = Dataset(
    "actors",
    "States, organisations, persons, groups and unnamed sources.",
    lambda: Actor.objects.existing().order_by("slug"),
    (
        *_same("slug", "name", "kind", "gender", "wikidata"),
        Field("origin", "origin", about="Who wrote the row."),
    ),
)
MANDATES = Dataset(
    "mandates",
    "Who held which office of which state or organisation, from and up to (not including) a day.",
    lambda: Mandate.objects.order_by("pk"),
    (
        Field("person", "person__slug"),
        Field("of", "of__slug"),
        *_same("office", "role"),
        *_held(),
        Field("precision", "precision"),
        Field("speaks_for", "speaks_for", "boolean"),
        Field("tier", "tier", "integer"),
        Field("confirmed_to", "confirmed_to", "date", "Last day for which there is support."),
    ),
)
MEMBERSHIPS = Dataset(
    "memberships",
    "Which state belonged to which alliance, union or group.",
    lambda: BlocMembership.objects.order_by("pk"),
    (
        Field("member", "member__slug"),
        Field("bloc", "bloc__slug"),
        *_held(),
        Field("indicative", "indicative", "boolean"),
    ),
)
TOPICS = Dataset(
    "topics",
    "The propositions that positions are read against.",
    lambda: Topic.objects.order_by("order"),
    (*_same("slug", "name", "proposition", "belongs_here", "not_here"),),
)
ARTICLES = Dataset(
    "articles",
    "What was read: without the texts, which belong to their publishers.",
    lambda: Article.objects.filter(state=Article.State.DONE, withdrawn_at__isnull=True).order_by("pk"),
    (
        Field("id", "pk", "integer"),
        Field("source", "source__slug"),
        *_same("title", "url", "language"),
        Field("published_on", "published_on", "date"),
        Field("recorded_at", "recorded_at", "datetime"),
        Field("backfilled", "backfilled", "boolean"),
        Field("copy_of", "duplicate_of_id", "integer"),
    ),
)
SOURCES = Dataset(
    "sources",
    "Outlets and feeds.",
    lambda: Source.objects.order_by("slug"),
    (*_same("slug", "name", "kind", "homepage", "country", "language", "reliability", "licence"),),
)
EVENTS = Dataset(
    "events",
    "Dated happenings that positions cluster around.",
    lambda: Event.objects.filter(merged_into__isnull=True).order_by("pk"),
    (
        Field("id", "pk", "integer"),
        *_same("title", "kind"),
        Field("from", "start_on", "date"),
        Field("to", "end_on", "date"),
        Field("place", "place"),
        Field("recorded_at", "recorded_at", "datetime"),
    ),
)
DATASETS = {
    d.name: d for d in (STATEMENTS, LINES, ACTORS, MANDATES, MEMBERSHIPS, TOPICS, ARTICLES, SOURCES, EVENTS)
}
