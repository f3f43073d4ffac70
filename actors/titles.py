"""Titles and the persons they stand for on a day: "the German chancellor", "his Hungarian counterpart"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from actors.naming import key
from actors.registry import Registry, RegistryActor, TitleRule

Words = tuple[str, ...]
StateOf = Callable[[Words], str]

_FORMER = frozenset({"former", "ex", "outgone", "erstwhile"})
_INCOMING = frozenset({"incoming", "elect"})
_COUNTERPART = frozenset({"counterpart", "colleague", "opposite"})
_LEADERS = ("head_of_state", "head_of_government")
_SHARED = (*_LEADERS, "foreign_minister", "defence_minister", "national_security_adviser")


@dataclass(frozen=True, slots=True)
class _Parts:
    before: Words
    rules: tuple[TitleRule, ...]
    after: Words


class TitleReader:
    """Reads a title in context of a day and of who was named before."""

    @dataclass(frozen=True, slots=True)
    class Titled:
        """The person meant (`slug`), or the `name` that follows the title and decides instead."""

        slug: str
        path: str
        name: str = ""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._rules: dict[Words, list[TitleRule]] = {}
        for rule in registry.titles:
            for text in rule.texts:
                self._rules.setdefault(key(text), []).append(rule)
        self._longest = max((len(words) for words in self._rules), default=0)

    def leads(self, slug: str, on: date) -> bool:
        """Return whether the person heads a state or government on the day."""
        return any(tenure.role in _LEADERS for tenure in self.registry.tenures_on(slug, on))

    def read(self, shown: str, on: date, context: Sequence[str], state_of: StateOf) -> Titled | None:
        """Return whom the words mean, or None where they hold no title or nobody fits."""
        spelling = key(shown)
        if _COUNTERPART & set(spelling):
            return self._counterpart(spelling, on, context, state_of)
        parts = self._split(spelling)
        if parts is None:
            return None
        state = self._state(parts, state_of)
        name = self._name_after(shown, parts, state_of)
        if name:
            return TitleReader.Titled("", "name after title", name)
        return self._holder(parts, state, on, context)

    def _split(self, spelling: Words) -> _Parts | None:
        """Find the longest title in the words."""
        for size in range(min(self._longest, len(spelling)), 0, -1):
            for at in range(len(spelling) - size + 1):
                rules = self._rules.get(spelling[at : at + size])
                if rules:
                    return _Parts(spelling[:at], tuple(rules), spelling[at + size :])
        return None

    def _state(self, parts: _Parts, state_of: StateOf) -> str:
        after = parts.after[1:] if parts.after[:1] == ("of",) else ()
        after = after[1:] if after[:1] == ("the",) else after
        return _longest_state(after, state_of) or _longest_state(parts.before, state_of)

    def _name_after(self, shown: str, parts: _Parts, state_of: StateOf) -> str:
        """Return the capitalised words after the title, unless they are the state it is "of"."""
        if not parts.after or parts.after[0] in ("of", "to", "for", "on", "elect", "designate", "in", "and"):
            return ""
        if _longest_state(parts.after, state_of):
            return ""
        tail = shown.split()[-len(parts.after) :]
        return " ".join(tail) if all(word[:1].isupper() for word in tail) else ""

    def _holder(self, parts: _Parts, state: str, on: date, context: Sequence[str]) -> Titled | None:
        elect = bool(_INCOMING & {*parts.before, *parts.after[:1]})
        former = bool(_FORMER & set(parts.before))
        for rule in self._fitting(parts.rules, state):
            role = "president_elect" if elect and rule.role in ("head_of_state", "leader") else rule.role
            for of in (
                [rule.of or state] if rule.of or state else self._nearby(role, rule.office, on, context)
            ):
                found = self._pick(role, of, rule.office, on, context, former=former)
                if found is not None:
                    return TitleReader.Titled(found.slug, "former title" if former else "title on the date")
        return None

    def _fitting(self, rules: tuple[TitleRule, ...], state: str) -> list[TitleRule]:
        """Rules tied to another state do not apply; those tied to this one come first."""
        fitting = [rule for rule in rules if not rule.of or not state or rule.of == state]
        return sorted(fitting, key=lambda rule: (not (rule.of and rule.of == state), rule.role == "leader"))

    def _pick(
        self, role: str, of: str, office: str, on: date, context: Sequence[str], *, former: bool
    ) -> RegistryActor | None:
        find = self.registry.former_holders if former else self.registry.holders
        found = find(role, of, on, office)
        if role == "head_of_state" and not found and not former:
            found = self.registry.holders("head_of_government", of, on, office)
        named = [actor for actor in found if actor.slug in context]
        if role == "leader" and not named and not former:  # a president is called so, too, once named
            both = (holder for other in _LEADERS for holder in self.registry.holders(other, of, on, office))
            named = [actor for actor in both if actor.slug in context]
        return next(iter(named or found), None)

    def _nearby(self, role: str, office: str, on: date, context: Sequence[str]) -> list[str]:
        """Which states a title without one may belong to: of persons named who hold it, of states named."""
        states: list[str] = []
        for slug in reversed(context):
            for tenure in self.registry.tenures_on(slug, on):
                if tenure.role == role or (role == "leader" and tenure.role in _LEADERS):
                    states.append(tenure.of)
        for slug in reversed(context):
            states += [slug, self.registry.speaks_for(slug, on)]
        states += self.registry.states_with(role, on)
        return list(dict.fromkeys(state for state in states if state in self.registry.actors))

    def _counterpart(
        self, spelling: Words, on: date, context: Sequence[str], state_of: StateOf
    ) -> Titled | None:
        words = tuple(w for w in spelling if w not in _COUNTERPART)
        state = _longest_state(words, state_of)
        for slug in reversed(context):
            roles = [
                t.role for t in self.registry.tenures_on(slug, on) if t.role in _SHARED and t.of != state
            ]
            for role in roles:
                role = "leader" if role in _LEADERS else role
                found = self.registry.holders(role, state, on) if state else []
                if found:
                    return TitleReader.Titled(found[0].slug, "counterpart on the date")
        return None


def _longest_state(words: Words, state_of: StateOf) -> str:
    """Return the state or body that the longest run inside `words` names, the last one on a tie."""
    for size in range(len(words), 0, -1):
        for at in range(len(words) - size, -1, -1):
            slug = state_of(words[at : at + size])
            if slug:
                return slug
    return ""
