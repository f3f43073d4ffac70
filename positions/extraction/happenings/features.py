"""What the learned judgement sees of a naming of a happening: names of features that hold, nothing else.

No feature holds a word of the text but the trigger's lemma, prepositions and determiners.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from positions.extraction.candidates import Scene
from positions.extraction.happenings.dating import dateline
from positions.extraction.happenings.participants import Part, governing_verb, part_of, place_of
from positions.extraction.happenings.reality import is_real
from positions.extraction.happenings.triggers import Trigger, find_triggers, kind_of
from positions.extraction.happenings.vocabulary import vocabulary
from positions.extraction.lexicon import lexicon
from positions.extraction.text import Span
from positions.extraction.types import EventKind

if TYPE_CHECKING:
    from positions.extraction.tree import Token

Features = frozenset[str]
_DETERMINERS = frozenset(
    ("the", "a", "an", "his", "her", "their", "its", "bare", "this", "that", "any", "no")
)


@dataclass(frozen=True)
class Candidate:
    """A trigger with the kind of event it names, its people, its place and what is seen of it."""

    trigger: Trigger
    kind: EventKind
    part: Part
    place: Span | None
    features: Features


def find_candidates(scene: Scene) -> list[Candidate]:
    """Return every naming of a happening with its features, in the order of the text."""
    found: list[Candidate] = []
    seen: set[tuple[str, object]] = set()
    triggers = find_triggers(scene.parsed)
    rivals = Counter(trigger.sentence for trigger in triggers)
    fixed = {(t.day, t.sentence) for t in triggers if t.link == "own"}
    for trigger in triggers:
        place = place_of(scene.cast, trigger)
        part = part_of(scene.cast, trigger, place)
        names = {*_features(scene, trigger, part, place, seen, rivals[trigger.sentence])}
        names |= {*_of_days(trigger, fixed)}
        found.append(Candidate(trigger, kind_of(trigger), part, place, frozenset(names)))
        seen |= {("sort", trigger.sort.name), ("day", trigger.day), (trigger.sort.kind, trigger.day),
                 ("lemma", trigger.token.lemma_.lower())}  # fmt: skip
    return found


def _of_days(trigger: Trigger, fixed: set[tuple[date, int]]) -> Iterator[str]:
    """How much else of the article happens on the day, by the words that a date hangs on."""
    before = sum(day == trigger.day and at < trigger.sentence for day, at in fixed)
    after = sum(day == trigger.day and at > trigger.sentence for day, at in fixed)
    yield f"day before={min(before, 2)}"
    yield f"day after={min(after, 2)}"
    yield f"days={min(len({day for day, _ in fixed}), 6)}"
    yield f"here={min(sum(at == trigger.sentence for _, at in fixed), 2)} {trigger.link}"


def _features(
    scene: Scene, trigger: Trigger, part: Part, place: Span | None, seen: set[tuple[str, object]], rivals: int
) -> Iterator[str]:
    yield "bias"
    yield from _of_word(trigger)
    yield from _of_date(scene, trigger)
    yield from _of_grammar(scene, trigger)
    yield from _of_people(trigger, part, place)
    yield from _of_site(scene, trigger, part, place, seen, rivals)


def _of_word(trigger: Trigger) -> Iterator[str]:
    sort, token = trigger.sort, trigger.token
    shape = "noun" if token.pos_ in ("NOUN", "PROPN") else "verb"
    yield f"kind={sort.kind}"
    yield f"sort={sort.name} {shape}"
    yield f"lemma={token.lemma_.lower()} {shape}"
    yield f"sort={sort.name} {trigger.link}"
    yield f"{shape} {trigger.link}"


def _of_date(scene: Scene, trigger: Trigger) -> Iterator[str]:
    days = (trigger.day - scene.parsed.article.published).days
    steps = (-400, -32, -8, -4, -2, -1, 0, 1, 7)
    bucket = next((str(step) for step in steps if days <= step), "far")
    yield f"days={bucket}"
    yield f"days={bucket} {trigger.link}"
    yield f"days={bucket} {trigger.sort.kind}"
    if trigger.dated is not None:
        when = trigger.dated.when
        yield f"precision={'month rough' if when.rough else when.precision} {trigger.link}"
    if trigger.dated is not None and trigger.link == "own":
        gap = abs(trigger.token.idx - trigger.dated.when.start)
        yield f"gap={'near' if gap < 15 else 'mid' if gap < 50 else 'far'}"


def _of_grammar(scene: Scene, trigger: Trigger) -> Iterator[str]:
    token = trigger.token
    tense, over = tense_of(token), _over(token)
    yield f"dep={token.dep_}"
    yield f"tense={tense}"
    yield f"tense={tense} {trigger.sort.kind}"
    if scene.parsed.quote_at(token.idx) is not None:
        yield "quoted"
    yield f"real={is_real(token)} {trigger.link}"
    if any(child.dep_ == "neg" or child.lower_ == "no" for child in token.children):
        yield "negated"
    if over is not None:
        lemma = over.lemma_.lower()
        yield f"under {'say' if lemma in lexicon().say else 'other'}"
        yield f"under hypothetical {lemma in vocabulary().hypothetical}"
    for child in token.children:
        if child.dep_ in ("mark", "advmod", "prt") and child.pos_ in ("SCONJ", "ADV", "ADP"):
            yield f"{child.dep_}={child.lower_}"
    if token.dep_ == "pcomp":
        yield f"mark={token.head.lower_}"
    if token.dep_ == "pobj":
        yield f"after {token.head.lower_}"
        yield f"after {token.head.lower_} {trigger.sort.kind}"
    if token.pos_ in ("NOUN", "PROPN"):
        yield from _of_noun(token)


def _of_noun(token: Token) -> Iterator[str]:
    det = next((c.lower_ for c in token.children if c.dep_ in ("det", "poss", "nummod")), "bare")
    yield f"det={det if det in _DETERMINERS else 'name'}"
    yield f"plural={token.tag_ in ('NNS', 'NNPS')}"
    for child in token.children:
        if child.dep_ == "prep":
            yield f"noun {child.lower_}"
        elif child.dep_ in ("compound", "amod"):
            yield f"modified {'name' if child.text[:1].isupper() else 'word'}"


def tense_of(token: Token) -> str:
    """Return how a happening stands in time, by its verb or, for a noun, by the verb above it."""
    verb = token if token.pos_ in ("VERB", "AUX") else governing_verb(token)
    if verb is None:
        return "none"
    helpers = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if helpers & {"will", "'ll", "shall"}:
        return "future"
    if helpers & {"would", "could", "should", "might", "may", "can", "must", "cannot"}:
        return "modal"
    if "had" in helpers:
        return "pluperfect"
    if helpers & {"has", "have"}:
        return "perfect"
    if "to" in helpers:
        return "infinitive"
    return {"VBD": "past", "VBN": "participle", "VBG": "gerund", "VBZ": "present", "VBP": "present"}.get(
        verb.tag_, "base"
    )


def _over(token: Token) -> Token | None:
    return next((a for a in token.ancestors if a.pos_ in ("VERB", "AUX")), None)


def _of_people(trigger: Trigger, part: Part, place: Span | None) -> Iterator[str]:
    kind = trigger.sort.kind
    first = part.doers[0] if part.doers else None
    if len(part.actors) > len(part.doers) > 0:
        yield f"both sides {kind}"
        yield f"both sides {trigger.sort.name}"
    who = first.actor.kind if first is not None else "nobody"
    yield f"doer={who}"
    yield f"doer={who} {trigger.sort.name}"
    if first is not None and first.pronoun:
        yield "doer pronoun"
    yield f"actors={min(len(part.actors), 3)}"
    yield f"actors={min(len(part.actors), 3)} {kind}"
    if place is not None:
        yield "place"
        yield f"place {trigger.sort.name}"
    below = {t.lemma_.lower() for t in trigger.token.subtree}
    words = vocabulary()
    if below & words.aid_words:
        yield f"aid {trigger.sort.name}"
        yield "aid"
    if any(t.ent_type_ == "MONEY" for t in trigger.token.subtree):
        yield f"money {trigger.sort.name}"
        yield "money"
    if below & words.venues - {trigger.token.lemma_.lower()}:
        yield f"venue {kind}"


def _of_site(
    scene: Scene, trigger: Trigger, part: Part, place: Span | None, seen: set[tuple[str, object]], rivals: int
) -> Iterator[str]:
    parsed, number = scene.parsed, trigger.sentence
    start = parsed.sentences[number][0]
    paragraph = parsed.paragraph_at(start)
    yield f"sentence={min(number, 3)}"
    yield f"sentence={min(number, 3)} {trigger.link}"
    yield f"third={3 * number // max(1, len(parsed.sentences))}"
    if any(a == start for a, _ in parsed.paragraphs) or (number == 0 and dateline(parsed.text)):
        yield f"opens paragraph {trigger.link}"
    if paragraph == len(parsed.paragraphs) - 1:
        yield "last paragraph"
    yield f"rivals={min(rivals, 5)}"
    for what in (("sort", trigger.sort.name), ("day", trigger.day), (trigger.sort.kind, trigger.day)):
        label = what[0] if what[0] in ("sort", "day") else "kind and day"
        yield f"{'again' if what in seen else 'first'} {label}"
        yield f"{'again' if what in seen else 'first'} {label} {trigger.link}"
    yield from _of_title(scene, trigger, part, place)
    if any(number == parsed.sentence_at(t.start) for t in scene.topics):
        yield f"topic {trigger.sort.kind}"
    if any(q.start < parsed.sentences[number][1] and start < q.end for q in parsed.quotes):
        yield f"quotation {trigger.sort.kind}"


def _of_title(scene: Scene, trigger: Trigger, part: Part, place: Span | None) -> Iterator[str]:
    """The headline names what the article holds to be the news."""
    title = {word.strip(".,:;'’\"").lower()[:6] for word in scene.parsed.article.title.split()}
    if not title:
        return
    if trigger.token.lemma_.lower()[:6] in title:
        yield "title word"
    words = {word.lower()[:6] for m in part.doers for word in m.actor.name.split()}
    yield f"title doer {bool(words & title)}"
    yield f"title doer {bool(words & title)} {trigger.sort.kind}"
    if place is not None and scene.parsed.text[slice(*place)].lower()[:6] in title:
        yield "title place"
