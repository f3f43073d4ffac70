"""Who says what: for every place in the text, the chain of those in whose words it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from positions.extraction.lexicon import lexicon, words
from positions.extraction.mentions import Cast, Mention, actor_mention
from positions.extraction.parsing import Parsed
from positions.extraction.text import Quote, Span
from positions.extraction.turns import Turn
from positions.extraction.who import actors_of

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_VIEWS = words("views")


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody's words or views: `speakers` in `cue` report `content`.

    `speakers` is empty where the one who speaks is no actor (an expert, a newspaper). `inherited`
    voices stand without a cue of their own: an orphan quotation, the next sentence of a speech.
    """

    cue: str
    cue_at: int
    speakers: tuple[Mention, ...]
    content: tuple[Span, ...]
    kind: str  # clause, quote, according, turn, carried
    barred: bool = False
    inherited: bool = False
    cue_token: int = -1

    def covers(self, offset: int) -> bool:
        for start, end in self.content:  # noqa: SIM110  asked so often that a generator shows
            if start <= offset < end:
                return True
        return False

    @property
    def size(self) -> int:
        return sum(end - start for start, end in self.content)


def find_voices(parsed: Parsed, cast: Cast) -> list[Voice]:
    """Return every voice in the article, in the order of their cues."""
    found: list[Voice] = find_turns(cast)
    for number in range(len(parsed.sentences)):
        here = _sentence_voices(parsed, cast, number)
        here += _quote_voices(parsed, number, here, found)
        found += here
    return found


def find_turns(cast: Cast) -> list[Voice]:
    """Return the turns of a transcript as voices; a turn without a known speaker bars what is said in it."""
    return [
        Voice(
            "turn", turn.start, _have_floor(cast, turn), ((turn.begins, turn.end),), "turn",
            barred=cast.floor.speaker_of(turn) is None,
        )
        for turn in cast.floor.turns
    ]  # fmt: skip


def _have_floor(cast: Cast, turn: Turn) -> tuple[Mention, ...]:
    speaker = cast.floor.speaker_of(turn)
    if speaker is None:
        return ()
    # Whom the title announces or an interview introduces has no label here.
    end = turn.start + (len(turn.name) if turn.begins > turn.start else 0)
    actor = actor_mention(speaker, turn.start, end)
    return (Mention(actor, -1, speaker.gender, speaker.speaks_for, subject=True),)


def voices_at(voices: list[Voice], offset: int) -> list[Voice]:
    """Return the voices whose content holds the offset, the innermost first."""
    return sorted((v for v in voices if v.covers(offset)), key=lambda v: (v.inherited, v.size))


def _sentence_voices(parsed: Parsed, cast: Cast, number: int) -> list[Voice]:
    found: list[Voice] = []
    for token in parsed.tokens(number):
        if token.pos_ in ("VERB", "AUX") and reports(token):
            voice = _clause_voice(parsed, cast, token, number)
        elif token.lower_ in _VIEWS:
            voice = _view_voice(parsed, cast, token, number)
        elif token.text == ":" and parsed.quote_at(token.idx) is None:
            voice = _colon_voice(parsed, cast, token, number)
        elif token.lower_ == "according":
            voice = _according_voice(parsed, cast, token, number)
        else:
            continue
        if voice is not None:
            found.append(voice)
    return found


def _clause_voice(parsed: Parsed, cast: Cast, verb: Token, number: int) -> Voice | None:
    subject = subject_of(verb)
    clause = next((c for c in verb.children if c.dep_ in ("ccomp", "parataxis") and c.i != verb.i), None)
    span = parsed.sentences[number]
    content: list[Span] = []
    kind = "clause"
    if clause is not None and subject is not None:
        content = _clause_content(verb, clause, subject, span)
    elif subject is not None and _inserted(verb, subject):
        content = [(span[0], edges(subject)[0]), (verb.idx + len(verb), span[1])]
    elif subject is not None and _stands_aside(verb):
        start, end = edges(verb)
        content = [(span[0], start), (end, span[1])]
    quotes = [
        q for q in parsed.quotes if q.start < span[1] and q.end > span[0] and not q.start <= verb.idx < q.end
    ]
    main = (
        verb.dep_ in ("ROOT", "conj", "ccomp", "parataxis", "advcl", "relcl", "acl") and subject is not None
    )
    if not content and quotes and main:
        content = [
            (max(q.start, span[0]), min(q.end, span[1])) for q in quotes if abs(q.start - verb.idx) < 300
        ]
        kind = "quote"
    if not content or subject is None:
        return None
    speakers, barred = _speakers(cast, subject, verb)
    return Voice(verb.lemma_.lower(), verb.idx, speakers, tuple(content), kind, barred, cue_token=verb.i)


def _clause_content(verb: Token, clause: Token, subject: Token, span: Span) -> list[Span]:
    """The clause reported; around the cue where the cue stands inside or after it."""
    start, end = edges(clause)
    if clause.i < verb.i and verb.dep_ in ("ROOT", "parataxis"):
        lo = min(verb.idx, edges(subject)[0]) if subject.i < verb.i else verb.idx
        hi = max(verb.idx + len(verb), edges(subject)[1] if subject.i > verb.i else 0)
        return [(span[0], lo), (hi, span[1])]
    if start <= verb.idx < end:
        return [(start, verb.idx), (verb.idx + len(verb), end)]
    later = [c for c in verb.children if c.dep_ == "ccomp" and c.i > clause.i]
    return [(start, end), *(edges(c) for c in later)]


def _stands_aside(verb: Token) -> bool:
    """Return whether the cue is a clause beside the content: "It is late, he said, …"."""
    return (
        verb.dep_ in ("parataxis", "ccomp", "dep")
        and verb.head.pos_ in ("VERB", "AUX", "NOUN", "ADJ")
        and not any(c.dep_ in ("dobj", "ccomp", "xcomp", "mark") for c in verb.children)
    )


def _inserted(verb: Token, subject: Token) -> bool:
    """Return whether subject and cue alone stand between commas, whatever the parser hangs on the cue."""
    doc, before = verb.doc, subject.left_edge.i - 1
    after = verb.i + 1
    return (
        subject.i < verb.i
        and subject.right_edge.i < verb.i
        and before >= 0
        and after < len(doc)
        and doc[before].text == "," == doc[after].text
        and verb.dep_ in ("parataxis", "ccomp", "dep", "conj")
    )


def reports(token: Token) -> bool:
    """Return whether the verb, with its particle, is a cue."""
    lemma = token.lemma_.lower()
    say = lexicon().say
    return lemma in say or any(
        f"{lemma} {c.lower_}" in say for c in token.children if c.dep_ in ("prt", "prep", "advmod")
    )


def _view_voice(parsed: Parsed, cast: Cast, noun: Token, number: int) -> Voice | None:
    """ "In his view", "to her mind", "in the words of the minister": the rest of the sentence is theirs."""
    if noun.head.lower_ not in ("in", "to", "by", "for") or noun.dep_ != "pobj":
        return None
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    if owner is None:
        of = next((c for c in noun.children if c.lower_ == "of"), None)
        owner = next((c for c in of.children if c.dep_ == "pobj"), None) if of is not None else None
    if owner is None:
        return None
    span = parsed.sentences[number]
    start, end = edges(noun.head)
    speakers, barred = _speakers(cast, owner, noun)
    content = tuple(s for s in ((span[0], start), (end, span[1])) if s[1] - s[0] > 3)
    return Voice(f"in {noun.lower_}", noun.idx, speakers, content, "according", barred, cue_token=noun.i)


def _colon_voice(parsed: Parsed, cast: Cast, colon: Token, number: int) -> Voice | None:
    """What follows a colon is the words of the one who acts before it."""
    span = parsed.sentences[number]
    before = [
        t
        for t in parsed.tokens(number)
        if t.i < colon.i and t.pos_ in ("VERB", "AUX") and t.dep_ not in ("aux", "auxpass")
    ]
    verb = min(before, key=lambda t: (sum(1 for _ in t.ancestors), t.i), default=None)
    subject = subject_of(verb) if verb is not None else None
    if subject is None or verb is None or span[1] - colon.idx < 15 or subject.i > colon.i:
        return None
    speakers, barred = _speakers(cast, subject, verb)
    content = ((colon.idx + 1, span[1]),)
    return (
        Voice(verb.lemma_.lower(), verb.idx, speakers, content, "colon", barred, cue_token=verb.i)
        if speakers
        else None
    )


def _according_voice(parsed: Parsed, cast: Cast, token: Token, number: int) -> Voice | None:
    to = next((c for c in token.children if c.lower_ == "to"), None)
    source = next((c for c in to.children if c.dep_ == "pobj"), None) if to is not None else None
    if source is None:
        return None
    span = parsed.sentences[number]
    start, end = edges(token)
    speakers, barred = _speakers(cast, source, token)
    content = tuple(s for s in ((span[0], start), (end, span[1])) if s[1] - s[0] > 3)
    return Voice("according to", token.idx, speakers, content, "according", barred, cue_token=token.i)


def _speakers(cast: Cast, subject: Token, verb: Token) -> tuple[tuple[Mention, ...], bool]:
    speakers = tuple(actors_of(cast, subject))
    barred = not speakers and any(t.lower_ in lexicon().no_holders for t in subject.subtree)
    return speakers, barred


def _quote_voices(parsed: Parsed, number: int, here: list[Voice], before: list[Voice]) -> list[Voice]:
    """Quotations of the sentence that no cue of its own claims belong to the one who spoke last."""
    span = parsed.sentences[number]
    loose = [
        q for q in parsed.quotes
        if q.start < span[1] and q.end > span[0] and not _claimed(q, span, here)
    ]  # fmt: skip
    speaker = next((v for v in reversed([*before, *here]) if v.speakers), None)
    if not loose or speaker is None or not _continues(parsed, span, loose, speaker):
        return []
    content = tuple((max(q.start, span[0]), min(q.end, span[1])) for q in loose)
    main = next((v for v in here if v.speakers), None)
    chosen = main or speaker
    return [Voice(chosen.cue, chosen.cue_at, chosen.speakers, content, "quote", inherited=main is None)]


def _claimed(quote: Quote, span: Span, here: list[Voice]) -> bool:
    middle = (max(quote.start, span[0]) + min(quote.end, span[1])) // 2
    return any(voice.covers(middle) for voice in here)


def _continues(parsed: Parsed, span: Span, quotes: list[Quote], voice: Voice) -> bool:
    """A quotation long enough to be a sentence, close after its speaker's last words."""
    gap = parsed.sentence_at(span[0]) - parsed.sentence_at(voice.cue_at)
    return gap <= 3 and any(q.end - q.start > 15 for q in quotes)


def subject_of(verb: Token, depth: int = 0) -> Token | None:
    """Return who does it: the subject, the agent of a passive, or the subject it shares with a verb above."""
    subjects = [child for child in verb.children if child.dep_ == "nsubj"]
    if subjects:  # two are a slip of the parser over a long title: the name stands nearer to the verb
        return max((s for s in subjects if s.i < verb.i), key=lambda s: s.i, default=subjects[0])
    for child in verb.children:
        if child.dep_ == "agent":
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    if any(child.dep_ == "nsubjpass" for child in verb.children) or depth > 4:
        return None
    head = verb.head
    if verb.dep_ in ("conj", "xcomp", "advcl", "pcomp", "prep") and head is not verb:
        while head.dep_ in ("prep", "aux", "auxpass") and head.head is not head:
            head = head.head
        if head.pos_ in ("VERB", "AUX", "ADJ"):
            return subject_of(head, depth + 1)
    if verb.dep_ in ("acl", "relcl"):
        return verb.head
    return None


def edges(token: Token) -> Span:
    """Return the character span of a token's subtree."""
    left, right = token.doc[token.left_edge.i], token.doc[token.right_edge.i]
    return left.idx, right.idx + len(right)
