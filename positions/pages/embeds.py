"""`/embed/actors/<slug>/`: one chart for other people's pages."""

from __future__ import annotations

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt

from positions.pages import rows as sayings
from positions.pages import sentences, words
from positions.pages.actor import Question
from positions.pages.actor_charts import chart
from positions.pages.answer import Answer, page
from positions.pages.asking import ask
from positions.pages.facts import facts_of, find
from positions.pages.home import MAIN_TOPIC
from positions.pages.known import asked
from positions.pages.lines import Tracks, tracks_of
from positions.pages.record import Subject

# The site's own policy, but for who may frame it.
FRAMED = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": ["*"],
}
LIMIT = 200


@xframe_options_exempt
@csp(FRAMED)
@page(about=lambda request, slug: Subject("actor", slug))
def actor(request: HttpRequest, slug: str) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    who = find(request, slug)
    topic = values["topic"] or MAIN_TOPIC
    tracks = tracks_of(who, question, [topic], [topic]).get(topic, Tracks())
    said = sayings.about(who, question, topic=topic, limit=LIMIT)
    link = settings.SITE_URL + reverse("actor", args=[who.slug])
    drawn = chart(who, topic, tracks, said, facts_of(request, who, question.on).offices, [], question)
    return Answer(
        "embed.html",
        {
            "asked": question,
            "actor": who,
            "topic_name": words.topic_name(topic),
            "lead": sentences.lead(who.name, topic, tracks, question, person=not who.is_body),
            # Dots point at rows that only the page has.
            "chart": drawn.replace('href="#s', f'target="_top" href="{link}?topic={topic}#s'),
            "link": f"{link}?topic={topic}&on={question.on}",
            "day": words.day(question.on),
        },
        charts={"position": drawn} if drawn else {},
        title=f"{who.name}: {words.topic_name(topic)}",
    )
