"""Who says so: the one in whose words another's position is reported."""

from __future__ import annotations

from collections.abc import Iterator

from positions.extraction.candidates import Candidate, Scene
from positions.extraction.mentions import Mention
from positions.extraction.roles import parts_of
from positions.extraction.voices import voices_at


def told(candidate: Candidate) -> bool:
    """Return whether the rules see others say so: unnamed sources, or a voice that names the holder."""
    source, voice = candidate.source, candidate.voice
    if source is None:
        return False
    return source.actor.kind == "unnamed" or (voice is not None and voice.covers(candidate.holder.start))


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
    for voice in voices_at(scene.voices, candidate.holder.start):
        yield from voice.speakers
    start, end = candidate.focus
    for voice in scene.voices:
        if start <= voice.cue_at < end:
            if voice.barred:
                return
            yield from voice.speakers
    yield from (m for m in scene.cast.mentions if start <= m.start < end and m.actor.kind == "unnamed")
    for part in parts_of(scene.parsed, scene.cast, scene.voices, candidate.sentence, []):
        if part.role in ("speaker", "subject") and part.mention.actor.kind != "state":
            yield part.mention
