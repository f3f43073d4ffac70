"""Who says so: the one in whose words another's position is reported."""

from __future__ import annotations

from collections.abc import Iterator

from positions.extraction.candidates import Candidate, Scene
from positions.extraction.lexicon import words
from positions.extraction.mentions import Mention
from positions.extraction.roles import parts_of
from positions.extraction.voices import Voice, subject_of, voices_at
from positions.extraction.who import actors_of

NAMING = words("naming")
WISHING = words("wishing")
MEDIA = words("media")
REPORTING = words("reporting")
PLACING = frozenset({"as", "among"})


def told(scene: Scene, candidate: Candidate) -> bool:
    """Return whether the rules see others say so: unnamed sources, or a voice or verb naming the holder."""
    source, voice = candidate.source, candidate.voice
    over = voice is not None and voice.covers(candidate.holder.start)
    if source is not None and (over or source.actor.kind == "unnamed") and not apart(scene, candidate):
        return True
    return (
        next(_accounts(scene, candidate), None) is not None
        or any(one.actor.slug != candidate.holder.actor.slug for one in _named(scene, candidate))
        or any(_by_media(scene, candidate, voice) for voice in scene.voices)
    )


def apart(scene: Scene, candidate: Candidate) -> bool:
    """Return whether the voice around the holder's position does not tell of it.

    It speaks in another clause of a list of clauses, it wishes and does not tell, or it is the state that
    what follows a colon goes on about.
    """
    voice = candidate.voice
    return voice is not None and bool(voice.speakers) and _beside(scene, voice, candidate.holder.start)


def _beside(scene: Scene, voice: Voice, holder: int) -> bool:
    """Return whether the voice does not tell of a holder named at that offset."""
    first, last = sorted((voice.cue_at, holder))
    return (
        ";" in scene.parsed.flat[first:last]
        or voice.cue in WISHING
        or (voice.kind == "colon" and voice.speakers[0].actor.kind == "state")
    )


def _by_media(scene: Scene, candidate: Candidate, voice: Voice) -> bool:
    """Return whether the voice is a newspaper's or the like, and tells of a holder who is not quoted."""
    holder = candidate.holder
    verb = candidate.part.verb
    told_of = voice.covers(holder.start) or (verb >= 0 and voice.covers(scene.parsed.doc[verb].idx))
    if voice.speakers or voice.cue_token < 0 or not told_of:
        return False
    own = candidate.voice
    if own is not None and any(speaker.actor.slug == holder.actor.slug for speaker in own.speakers):
        return False
    cue = scene.parsed.doc[voice.cue_token]
    to = next((c for c in cue.children if c.lower_ == "to"), None)
    teller = next((c for c in to.children if c.dep_ == "pobj"), None) if to is not None else subject_of(cue)
    if teller is None or not (voice.cue in REPORTING or voice.kind == "according"):
        return False
    return teller.pos_ == "PROPN" or bool({teller.lower_, teller.lemma_.lower()} & MEDIA)


def _named(scene: Scene, candidate: Candidate) -> Iterator[Mention]:
    """Yield who names the holder as or among those who want something: "named Varland as ready".

    By the order of words: parsers hang such a list on the verb, on its subject or on one another.
    """
    holder = candidate.holder.head
    tokens = scene.parsed.tokens(candidate.sentence)
    placed = any(t.i > holder and t.lower_ in PLACING and t.dep_ == "prep" for t in tokens)
    verb = next((t for t in reversed(tokens) if t.i < holder and t.pos_ == "VERB"), None)
    if placed and verb is not None and verb.lemma_ in NAMING and (subject := subject_of(verb)) is not None:
        yield from (m for m in actors_of(scene.cast, subject) if m.actor.kind != "state")


def _accounts(scene: Scene, candidate: Candidate) -> Iterator[Mention]:
    """Yield who speaks of the holder in so many words: "according to …", or sources without a name."""
    holder, (start, end) = candidate.holder, candidate.focus
    for voice in scene.voices:
        if not voice.speakers or any(s.actor.slug == holder.actor.slug for s in voice.speakers):
            continue
        according = voice.kind == "according" and start <= voice.cue_at < end
        unnamed = voice.speakers[0].actor.kind == "unnamed" and voice.covers(holder.start)
        if (according or unnamed) and not _beside(scene, voice, holder.start):
            yield from voice.speakers


def source_of(scene: Scene, candidate: Candidate) -> Mention | None:
    """Return who tells of the holder's position in the candidate's sentence; None where only media do."""
    holder = candidate.holder.actor.slug
    for mention in _tellers(scene, candidate):
        if mention.actor.slug != holder:
            return mention
    return None


def _tellers(scene: Scene, candidate: Candidate) -> Iterator[Mention]:
    """Yield who may tell, the likeliest first."""
    if candidate.source is not None:
        yield candidate.source
    yield from _named(scene, candidate)
    yield from _accounts(scene, candidate)
    for voice in voices_at(scene.voices, candidate.holder.start):
        yield from voice.speakers
    start, end = candidate.focus
    for voice in scene.voices:
        if start <= voice.cue_at < end:
            if voice.barred:
                return
            yield from voice.speakers
    yield from (m for m in scene.cast.mentions if start <= m.start < end and m.actor.kind == "unnamed")
    for part in parts_of(scene.parsed, scene.cast, scene.heard[candidate.sentence], candidate.sentence, []):
        if part.role in ("speaker", "subject") and part.mention.actor.kind != "state":
            yield part.mention
