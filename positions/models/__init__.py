"""Sources, articles, stances, reviews, events, and the read models that pages need."""

from positions.models.alerts import Follow
from positions.models.articles import Article, ArticleVersion, StoredParse, TextBand
from positions.models.changes import Change
from positions.models.desk import Note, Watch
from positions.models.events import Event, EventMention
from positions.models.line import CurrentStance, Edition, LineEdition, LinePoint, Utterance
from positions.models.runs import IngestRun, PeriodicTurn, WorkerHeartbeat
from positions.models.search import SearchEntry
from positions.models.sources import Host, Source
from positions.models.stances import Stance, StanceReview, Topic, UnresolvedMention
from positions.models.users import User
from positions.models.workbench import (
    ExhaustiveCoding,
    Report,
    SecondReading,
    ShadowReading,
    ShadowRun,
)

__all__ = [
    "Article",
    "ArticleVersion",
    "Change",
    "CurrentStance",
    "Edition",
    "Event",
    "EventMention",
    "ExhaustiveCoding",
    "Follow",
    "Host",
    "IngestRun",
    "LineEdition",
    "LinePoint",
    "Note",
    "PeriodicTurn",
    "Report",
    "SearchEntry",
    "SecondReading",
    "ShadowReading",
    "ShadowRun",
    "Source",
    "Stance",
    "StanceReview",
    "StoredParse",
    "TextBand",
    "Topic",
    "UnresolvedMention",
    "User",
    "Utterance",
    "Watch",
    "WorkerHeartbeat",
]
