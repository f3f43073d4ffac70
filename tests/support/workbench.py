"""The workbench from outside: its addresses out of the URL configuration, and one row behind each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from lxml import html

from positions import models
from positions.models import User
from tests.support import make

PAGES = ("changelist", "add", "change", "delete", "history", "simple_history")
NOON = make.instant(make.DAY)
FEED = b'<opml version="2.0"><body><outline text="Zenda" xmlUrl="https://zenda.example/f"/></body></opml>'
TALKS = b"---\nid: strelsau-1\ntitle: Talks\npublished: 2024-03-04\n---\nRuritania wants Ukraine in NATO.\n"


def patterns(resolver: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield (namespace, pattern) of every address of the site."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, space or one.namespace or "")
        else:
            yield space, one


def names() -> set[str]:
    """Return the names of all addresses of the admin and of the desk, as `reverse` takes them."""
    named = {f"{space}:{one.name}" if space else one.name for space, one in patterns() if one.name}
    return {name for name in named if name.startswith(("admin:", "account"))}


def nameless() -> set[str]:
    """Return the admin's addresses without a name."""
    return {str(one.pattern) for space, one in patterns() if space == "admin" and not one.name}


def page_of_a_model(name: str) -> tuple[str, str] | None:
    """Return "actors_actor" and "change" for "admin:actors_actor_change"; None for what is no such page."""
    bare = name.removeprefix("admin:")
    found = next((page for page in reversed(PAGES) if bare.endswith(f"_{page}")), None)
    model = bare.removesuffix(f"_{found}")
    return (model, found) if found and model.count("_") == 1 and name.startswith("admin:") else None


class World:
    """One row of every model, and what each screen needs to do something. `me` has the desk."""

    def __init__(self, me: User) -> None:
        first, second = make.editor(), make.editor()
        self.state, self.other = make.state("Ruritania"), make.state("Graustark")
        self.person = make.person("Flavia", of=self.other)
        self.merged, self.bloc = make.state("Strelsau", merged_into=self.state), make.organisation()
        self.decided, self.read_twice = make.stance(holder=self.state, fingerprint="00a"), make.stance()
        self.review = make.review(self.decided, by=first, batch="batch-1")
        self.reading = models.SecondReading.objects.create(
            stance=self.read_twice, first=make.review(self.read_twice, by=first), by=second, no_stance=True
        )
        self.waiting, self.mine, self.article = make.stance(), make.stance(), make.article()
        self.my_review, self.reader = make.review(self.mine, by=me), make.user()
        self.mention, self.source = make.unresolved(), make.source("Archive", kind="file", language="en")
        self.run = models.ShadowRun.objects.create(extractor="x", state=models.ShadowRun.State.READY)
        self.event = make.event(merged_into=make.event())
        self.note = models.Note.objects.create(user=me, text="Hm.")
        self.watch = models.Watch.objects.create(user=me, actor=self.state, seen_at=NOON)
        self.rows = {row._meta.label_lower.replace(".", "_"): row for row in self._rows(first)}

    def _rows(self, coder: User) -> list[Any]:
        newest, blocked = self.article.version, {"ip_address": "127.0.0.1", "user_agent": "x"}
        return [
            self.person, self.person.mandates.get(), make.alias(self.person, "The princess"), self.source,
            make.membership(self.state, self.bloc), Group.objects.get(name="Editor"), self.reader,
            AccessAttempt.objects.create(**blocked, get_data="", post_data="", failures_since_start=1),
            AccessFailureLog.objects.create(**blocked), AccessLog.objects.create(**blocked),
            self.decided, self.decided.current, self.review, self.decided.article, newest, self.decided.topic,
            self.state.line_points.first(), self.reading, self.run, self.mention, self.event,
            models.ExhaustiveCoding.objects.create(version=self.mine.version, by=coder, recorded_at=NOON),
            models.Follow.objects.create(email="a@example.org", actor=self.person),
            models.Host.objects.create(name="example.org"), models.IngestRun.objects.create(label="x"),
            models.Report.objects.create(stance=self.waiting, reason="date", ip_hash="0"),
            models.ShadowReading.objects.create(run=self.run, version=newest, reading={}),
            models.WorkerHeartbeat.objects.create(name="w", seen_at=NOON),
        ]  # fmt: skip

    def address(self, name: str) -> str:
        """Return where `name` leads for these rows."""
        if page := page_of_a_model(name):
            row = self.rows[page[0]]
            own = {"changelist": [], "add": [], "simple_history": [row.pk, self._first_state_of(row)]}
            return reverse(name, args=own.get(page[1], [row.pk]))
        own = {
            "admin:actors_actor_merge": [self.other.pk],
            "admin:actors_actor_part": [self.merged.pk],
            "admin:app_list": ["positions"],
            "admin:positions_event_part": [self.event.pk],
            "admin:auth_user_password_change": [self.reader.pk],
            "admin:positions_shadowrun_compare": [self.run.pk],
            "admin:positions_stance_decide": [self.waiting.pk],
            "admin:positions_unresolvedmention_settle": [self.mention.slug],
            "admin:view_on_site": [ContentType.objects.get_for_model(self.state).pk, self.state.pk],
            "account-unfollow": [self.watch.pk],
            "account-note": [self.note.pk],
        }
        return reverse(name, args=own.get(name, []))

    def _first_state_of(self, row: Any) -> int:
        return row.history.earliest().pk if hasattr(row, "history") else 0

    def sent(self, name: str) -> dict[str, Any]:
        """Return what the form of a screen sends when it is filled in."""
        secret = {"new_password1": "a new long horse", "new_password2": "a new long horse"}
        given = {"password1": "a new long horse", "password2": "a new long horse", "usable_password": "true"}
        return {
            "admin:actors_actor_merge": {"into": self.state.pk},
            "admin:auth_user_password_change": given,
            "admin:password_change": {"old_password": "correct horse", **secret},
            "admin:positions_exhaustivecoding_whole": {
                "action": "complete", "version": self.article.version.pk,
            },
            "admin:positions_secondreading_blind": {"action": "none", "stance": self.decided.pk},
            "admin:positions_secondreading_differences": {
                "reading": self.reading.pk, "right": "first", "expected": self.reading.first_id,
            },
            "admin:positions_shadowrun_compare": {"action": "discard"},
            "admin:positions_source_opml": {"file": SimpleUploadedFile("feeds.opml", FEED)},
            "admin:positions_source_upload": {
                "file": SimpleUploadedFile("talks.md", TALKS), "source": self.source.pk,
            },
            "admin:positions_stance_decide": {"action": "confirm", "expected": ""},
            "admin:positions_stance_undo": {"review": self.my_review.pk},
            "admin:positions_stance_undo_batch": {"batch": self.review.batch},
            "admin:positions_unresolvedmention_settle": {"action": "nobody", "kind": "person"},
            "account-follow": {"topic": self.decided.topic.slug},
            "account-notes": {"text": "Ha."},
            "account-note": {"text": "Aha."},
        }.get(name, {})  # fmt: skip

    def entered(self, model: str) -> dict[str, Any]:
        """Return what somebody enters on the page that adds a row, beside what stands there already."""
        return {
            "actors_actor": {"name": "Hentzau", "slug": "hentzau", "kind": "state"},
            "actors_alias": {"text": "The Ruritanians", "actor": self.state.pk, "kind": "name"},
            "actors_mandate": {
                "person": self.person.pk, "of": self.state.pk, "office": "Queen", "role": "head_of_state",
                "start": "2024-01-01", "precision": "day",
            },
            "actors_blocmembership": {"member": self.state.pk, "bloc": self.bloc.pk, "start": "2020-01-01"},
            "positions_event": {"title": "Talks", "kind": "meeting", "start_on": "2024-03-04"},
            "positions_source": {
                "name": "Zenda", "slug": "zenda", "kind": "file", "excerpt_length": 9, "interval": 9,
            },
            "positions_user": {
                "username": "rudolf", "password1": "a long horse", "password2": "a long horse",
                "usable_password": "true",
            },
        }.get(model, {})  # fmt: skip


def as_it_stands(page: bytes) -> dict[str, Any]:
    """Return the fields of the form of a model's page as they are filled in; empty where there is none."""
    forms = [form for form in html.fromstring(page).forms if form.get("id", "").endswith("_form")]
    return dict(forms[0].form_values()) if forms else {}
