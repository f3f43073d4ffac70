"""`/search/`: one box over statements, actors, articles and events."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from actors.models import Actor
from positions.models import CurrentStance
from positions.pages import rows as sayings
from positions.pages.answer import Answer, page
from positions.pages.asking import LONGEST_QUERY, AfterField, Dates, WordField, ask, topic_words
from positions.pages.lines import asked

PAGE = 20


class Question(Dates):
    q = forms.CharField(required=False, max_length=LONGEST_QUERY)
    tab = WordField([(t, t) for t in ("statements", "actors", "articles", "events")])
    topic = WordField(topic_words())
    after = AfterField()


@page
def search(request: HttpRequest) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    text = values["q"].strip()
    rows: list[dict[str, Any]] = []
    actors: list[Any] = []
    if text:
        said = CurrentStance.public.until(question.on).filter(
            Q(evidence__icontains=text) | Q(holder__name__icontains=text)
        )
        rows = [sayings.row(s) for s in sayings.newest([said], PAGE)]
        actors = list(
            Actor.objects.filter(Q(name__icontains=text) | Q(aliases__text__icontains=text)).distinct()[:PAGE]
        )
    return Answer(
        "search.html",
        {"asked": question, "values": values, "rows": rows, "actors": actors},
        fragments={"results": "results"},
        tables=[sayings.table(rows, _("Search"), question)],
        title=_("Search"),
    )
