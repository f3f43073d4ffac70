"""Actors in the text: names, titles, unnamed sources and groups, bodies of a state, and pronouns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from positions.extraction.lexicon import lexicon, words
from positions.extraction.parsing import Parsed
from positions.extraction.turns import Floor
from positions.extraction.types import ActorMention, NameHit, Resolution, Resolver

if TYPE_CHECKING:
    from positions.extraction.tree import Stretch, Token

# Nouns for a part of a state or body: with a state's name or adjective they mean the state itself.
BODIES = words("bodies")
# Bodies that need no state beside them: they belong to whoever was named last.
OWN_BODIES = words("own_bodies")
LOOSE_HEADS = words("loose_heads")
_LINK = re.compile(r"\.?(?:['’]s?)?\s+(?:new |then-?|outgoing |former |acting )?")
_LEAD = re.compile(
    r"(?:\b(?:the|his|her|its|their|whose|a|an|former|ex-?|incoming|new|outgoing|then-?)\s*)+$", re.I
)
_INDEFINITE = re.compile(r"(?:a|an|another)\b", re.I)
SPOKESPEOPLE = words("spokespeople")
_STUDYING = words("studying")
_OWNED = re.compile(r"['’]s$")
REACH = 4  # sentences back that a word may point
_BACK = frozenset({"the", "this", "that", "these", "those", "both", "another"})
_ORDINALS = frozenset({"second", "third", "fourth", "fifth", "sixth"})
_PARTICLES = frozenset({"de", "van", "von", "der", "al"})
_SIDES = ("at", "from", "of", "in")  # "a diplomat at NATO", "officials from Morra"
_OF = re.compile(r"\s+of\s+(?:the\s+)?")
HE = {"he": "male", "him": "male", "his": "male", "himself": "male",
       "she": "female", "her": "female", "hers": "female", "herself": "female"}  # fmt: skip
IT = frozenset({"it", "its", "itself"})
THEY = frozenset({"they", "them", "their", "both", "themselves"})
_WE = frozenset({"we", "us", "our", "i", "my", "me", "ours", "ourselves", "mine", "myself"})
FIRST_PERSON = _WE
PRONOUNS = frozenset(HE) | IT | THEY | _WE


@dataclass(frozen=True, slots=True)
class Mention:
    """One naming of an actor: whom, where, and what pronouns need to know of it."""

    actor: ActorMention
    head: int  # index of the head token
    gender: str = ""
    speaks_for: str = ""
    subject: bool = False
    pronoun: bool = False

    @property
    def start(self) -> int:
        return self.actor.start

    @property
    def end(self) -> int:
        return self.actor.end


@dataclass
class Cast:
    """Everybody named in one article, in order, with the ways to ask who a word stands for."""

    parsed: Parsed
    resolver: Resolver
    mentions: list[Mention] = field(default_factory=list)
    by_token: dict[int, Mention] = field(default_factory=dict)
    bystanders: set[str] = field(default_factory=set)
    floor: Floor = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.floor = Floor(self)

    def resolve(self, text: str, context: Sequence[str] = ()) -> Resolution:
        return self.resolver.resolve(text, self.parsed.article.published, context)

    def context(self, offset: int, size: int = 14) -> list[str]:
        """Return the slugs named before the offset, newest last."""
        before = (m.actor.slug for m in reversed(self.mentions) if m.end <= offset)
        return list(islice(before, size))[::-1]

    def add(self, resolution: Resolution, start: int, end: int) -> Mention | None:
        """Record that text[start:end] names the resolved actor; None where a mention is there already."""
        span = self.parsed.doc.char_span(start, end)
        if span is None or not resolution.slug or any(t.i in self.by_token for t in span):
            return None
        head = span.root
        actor = actor_mention(resolution, start, end)
        subject = head.dep_ in ("nsubj", "nsubjpass", "agent")
        mention = Mention(actor, head.i, resolution.gender, resolution.speaks_for, subject)
        for token in span:
            self.by_token[token.i] = mention
        self.mentions.append(mention)
        return mention

    def forget(self, token: Token) -> None:
        """Take back the mention that covers the token, if any."""
        mention = self.by_token.pop(token.i, None)
        if mention in self.mentions:
            self.mentions.remove(mention)

    def name_of(self, slug: str) -> str:
        """Return a name by which the resolver knows the slug."""
        return self.resolver.name_of(slug)

    def covering(self, token: Token) -> Mention | None:
        return self.by_token.get(token.i)


def actor_mention(resolution: Resolution, start: int, end: int) -> ActorMention:
    """Place a resolution in the text."""
    return ActorMention(
        resolution.slug, resolution.name, resolution.kind, resolution.resolved, start, end,
        resolution.path, resolution.candidates,
    )  # fmt: skip


def find_cast(parsed: Parsed, resolver: Resolver) -> Cast:
    """Find every actor named in the article, in the order of the text."""
    cast = Cast(parsed, resolver)
    text = parsed.flat
    hits = list(resolver.find(text))
    jobs: list[tuple[int, int, Callable[[], None]]] = []
    jobs += [(h.start, 0, partial(_add_hit, cast, text, hits, n)) for n, h in enumerate(hits)]
    jobs += [
        (e.start_char, 1, partial(_add_person, cast, e)) for e in parsed.doc.ents if e.label_ == "PERSON"
    ]
    jobs += [
        (t.idx, 2, partial(_add_loose, cast, t))
        for t in parsed.doc
        if t.text in LOOSE_HEADS or t.lower_ in LOOSE_HEADS
    ]
    for _, _, job in sorted(jobs, key=lambda job: job[:2]):
        job()
    cast.mentions.sort(key=lambda m: m.start)
    cast.bystanders = {m.actor.slug for m in cast.mentions if _is_bystander(cast, m)}
    return cast


def _is_bystander(cast: Cast, mention: Mention) -> bool:
    """Return whether a person is told to be an expert or a journalist: "Ada Holm, who teaches law"."""
    if mention.actor.kind != "person" or mention.speaks_for:
        return False
    name = cast.parsed.doc[mention.head]
    told = [child for child in name.children if child.dep_ in ("appos", "compound", "nmod")]
    told += [name.head] if name.dep_ in ("appos", "compound", "nmod") else []
    kinds = lexicon().no_holders
    return any(token.lemma_.lower() in kinds or token.lower_ in kinds for token in told) or any(
        child.dep_ == "relcl" and child.lemma_.lower() in _STUDYING for child in name.children
    )


def _add_hit(cast: Cast, text: str, hits: list[NameHit], number: int) -> None:
    hit = hits[number]
    if hit.role == "title":
        _add_title(cast, text, hits, number)
    elif (
        hit.role == "adjective"
        or _names_next(text, hits, number)
        or (hit.role == "surname" and hit.weak and not _is_name(cast, hit))
    ):
        return
    else:
        shown = text[hit.start : hit.end]
        if hit.role in ("person", "surname") and _longer_name(cast, hit):
            return
        if hit.role == "group" and _other_party(cast, hit):
            return
        cast.add(cast.resolve(shown, cast.context(hit.start)), hit.start, hit.end)


def _names_next(text: str, hits: list[NameHit], number: int) -> bool:
    """Return whether this state only qualifies a title that follows: "Poland's foreign minister"."""
    hit = hits[number]
    after = hits[number + 1] if number + 1 < len(hits) else None
    if after is None or after.role != "title" or hit.role in ("person", "surname"):
        return False
    return bool(_LINK.fullmatch(text[hit.end : after.start]))


def _is_name(cast: Cast, hit: NameHit) -> bool:
    """A weak surname counts only if its bearer was named before, or the tagger sees a person there."""
    span = cast.parsed.doc.char_span(hit.start, hit.end)
    seen = span is not None and any(token.ent_type_ == "PERSON" for token in span)
    return seen or bool(set(cast.context(hit.start, 60)) & set(hit.slugs))


def _longer_name(cast: Cast, hit: NameHit) -> bool:
    """Return whether the surname is part of a longer name that is somebody else's ("Lloyd Austin")."""
    span = cast.parsed.doc.char_span(hit.start, hit.end)
    if span is None or hit.role == "person" or span.start == 0:
        return False
    before = cast.parsed.doc[span.start - 1]
    return before.ent_type_ == "PERSON" and span[0].ent_iob_ == "I" and before.text[:1].isupper()


def _other_party(cast: Cast, hit: NameHit) -> bool:
    """Return whether a name before it makes it another group: "the Social Democrats" are no Democrats."""
    span = cast.parsed.doc.char_span(hit.start, hit.end)
    if span is None or span.start == 0:
        return False
    before = cast.parsed.doc[span.start - 1]
    return before.dep_ in ("compound", "amod") and before.text[:1].isupper() and before.i not in cast.by_token


def _add_title(cast: Cast, text: str, hits: list[NameHit], number: int) -> None:
    """Read "[the] [German] chancellor [of …] [Name]": a name that follows is the actor, not the title."""
    hit = hits[number]
    start, end = hit.start, hit.end
    before = hits[number - 1] if number else None
    if before is not None and before.role != "title" and _LINK.fullmatch(text[before.end : hit.start]):
        start = before.start
    after = hits[number + 1] if number + 1 < len(hits) else None
    if (
        after is not None
        and after.role in ("person", "surname")
        and text[end : after.start].strip(" ,") == ""
    ):
        return
    if _entity_after(cast, end):
        return
    if after is not None and _OF.fullmatch(text[end : after.start]) and after.role != "title":
        end = after.end
    lead = _LEAD.search(text[max(0, start - 40) : start])
    begin = start - len(lead.group()) if lead else start
    if begin == hit.start and not text[hit.start].isupper():
        return
    owner = _owner_of_title(cast, lead.group() if lead else "", start)
    if owner:
        resolution = cast.resolve(f"{owner} {text[start:end]}", cast.context(start))
        if resolution.resolved == "registry" and resolution.kind == "person":
            cast.add(resolution, start, end)
            return
    bare = (start, end) == (hit.start, hit.end)
    own = _own_leader(cast, text[begin:end], start) if bare else None
    resolution = own or cast.resolve(text[begin:end], cast.context(start))
    if resolution.resolved == "registry" and resolution.kind == "person":
        unnamed = SPOKESPEOPLE.intersection(text[start:end].lower().split())
        if unnamed and _INDEFINITE.match(lead.group() if lead else ""):
            resolution = cast.resolve(cast.name_of(resolution.speaks_for))  # "a spokesman" is the body
        cast.add(resolution, start, end)


def _own_leader(cast: Cast, title: str, start: int) -> Resolution | None:
    """ "The President", said in a transcript: the speaker's own, unless that is the speaker."""
    side = cast.floor.side_at(start)
    if not side:
        return None
    resolution = cast.resolve(f"{side} {title.lower().removeprefix('the ')}", cast.context(start))
    known = resolution.resolved == "registry" and resolution.kind == "person"
    speaking = cast.floor.speaker_at(start)
    return resolution if known and (speaking is None or speaking.slug != resolution.slug) else None


def _owner_of_title(cast: Cast, lead: str, start: int) -> str:
    """Return the state's name behind "its president", "whose foreign minister", "his defence minister"."""
    word = lead.strip().split(" ")[0].lower()
    if word not in ("its", "whose", "his", "her"):
        return ""
    near = [m for m in cast.mentions if m.end <= start and (m.speaks_for or m.actor.kind == "state")]
    if word in HE:
        near = [m for m in near if m.speaks_for and m.gender in ("", HE[word])]
    if word != "whose":  # who acts owns, before who was named last
        here = cast.parsed.sentence_at(start)
        near = [m for m in near if m.subject and cast.parsed.sentence_at(m.start) >= here - 1] or near
    return cast.name_of(near[-1].speaks_for or near[-1].actor.slug) if near else ""


def _entity_after(cast: Cast, end: int) -> bool:
    span = cast.parsed.doc.char_span(end, min(end + 2, len(cast.parsed.text)))
    return span is not None and any(t.ent_type_ == "PERSON" and t.idx > end for t in span)


def _add_person(cast: Cast, entity: Stretch) -> None:
    """A person the registry lacks: by full name, and later by the surname of that full name."""
    shown = _OWNED.sub("", entity.text).strip()
    start, end = entity.start_char, entity.start_char + len(shown)
    names = shown.split()
    if not names or not all(name[:1].isupper() for name in names if name not in _PARTICLES):
        return
    if len(names) == 1:
        known = _named_before(cast, shown)
        if known is not None:
            path = "surname after full name"
            cast.add(Resolution(known.slug, known.name, "person", "unknown", path), start, end)
        return
    if len(names) <= 4 and all(t.pos_ == "PROPN" or not t.text[:1].isupper() for t in entity):
        resolution = cast.resolve(shown, cast.context(start))
        if resolution.kind == "person":
            cast.add(resolution, start, end)


def _named_before(cast: Cast, surname: str) -> ActorMention | None:
    """Return the unknown person named last whose full name ends with the surname."""
    for mention in reversed(cast.mentions):
        if mention.actor.resolved == "unknown" and mention.actor.name.split()[-1] == surname:
            return mention.actor
    return None


def _add_loose(cast: Cast, token: Token) -> None:
    """Unnamed sources and loose groups: the noun with what stands before it in its noun phrase."""
    if token.i in cast.by_token or (token.tag_ == "NN" and any(c.dep_ == "poss" for c in token.children)):
        return
    if token.i + 1 < len(token.doc) and token.doc[token.i + 1].ent_type_ == "PERSON":
        return  # "the aide Ada Holm" is not unnamed
    left = max(token.left_edge.i, token.i - 6)
    start, end = token.doc[left].idx, token.idx + len(token)
    tail = next((c for c in token.children if c.dep_ == "prep" and c.lower_ in _SIDES), None)
    reach = end
    if tail is not None and tail.right_edge.i - token.i <= 4:
        reach = tail.right_edge.idx + len(tail.right_edge)
    resolution = cast.resolve(cast.parsed.text[start:reach], cast.context(start))
    if resolution.kind == "unnamed" and resolution.slug.count("-") == 1 and _pointing(token):
        known = _spoken_of(cast, resolution.slug, start)
        if known is not None and known.actor.kind == "unnamed":
            resolution = replace(resolution, slug=known.actor.slug, speaks_for=known.speaks_for)
        elif known is not None and token.tag_ == "NN":
            return  # "the envoy" is the person named before: see pronouns.py
    if resolution.resolved == "made" or resolution.kind == "organisation":  # "NATO's foreign ministers"
        for t in token.doc[left : token.i + 1]:  # "NATO diplomats" is not NATO
            cast.forget(t)
        cast.add(resolution, start, end)


def _pointing(token: Token) -> bool:
    """Return whether the noun points back at sources spoken of: "the official", "a fourth diplomat"."""
    return any(c.lower_ in _BACK or c.lower_ in _ORDINALS for c in token.children)


def _spoken_of(cast: Cast, slug: str, start: int) -> Mention | None:
    """Return the last unnamed sources of that kind named close before, else the last person."""
    here = cast.parsed.sentence_at(start)
    near = [m for m in cast.mentions if m.end <= start and here - cast.parsed.sentence_at(m.start) <= REACH]
    noun = slug.removeprefix("unnamed-")
    same = [m for m in near if m.actor.kind == "unnamed" and m.actor.slug.endswith(f"-{noun}")]
    return next(reversed(same or [m for m in near if m.actor.kind == "person"]), None)
