"""The pages: what they cost beside the floor, and how that grows with the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from time import perf_counter
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from benchmarks import databases, record
from benchmarks.report import Figure, Plan, figure
from benchmarks.timing import Call, Compared, Prepared, compare, get, inside
from positions import review
from positions.models import CurrentStance, Edition, LineEdition

TOPIC, OTHER = "nato-membership", "sanctions"  # the topic of the pages that are measured, and another
PAGES: Mapping[str, tuple[Any, ...]] = {
    "home": (), "actors": (), "actor": (record.HOT,), "topics": (), "topic": (TOPIC,),
    "timeline": (), "shifts": (), "compare": (), "articles": (), "article": (1,), "search": (),
    "methodology": (), "coverage": (), "sources": (), "data": (),
}  # fmt: skip
ASKED: Mapping[str, Mapping[str, str]] = {
    "search": {"q": "summit"},
    "compare": {"actors": "state-000~state-001"},
}


def actor_address(**query: object) -> str:
    return with_query(reverse("actor", args=[record.HOT]), **query)


def with_query(address: str, **query: object) -> str:
    for key, value in query.items():
        address += f"{'&' if '?' in address else '?'}{key}={value}"
    return address


def address_of(name: str) -> str:
    return with_query(reverse(name, args=PAGES[name]), **ASKED.get(name, {}))


def kept(address: str, **headers: str) -> Call:
    """Return a call of a page, which must answer 200 (304 where it is asked conditionally).

    Pages are kept until the record changes: after the first call this one measures the keeping.
    """
    expected = 304 if headers else 200

    def call() -> None:
        answer = get(address, **headers)
        assert answer.status == expected, f"{address} answered {answer.status}"

    call()
    return call


def page(address: str, *, topic: str = TOPIC) -> Call:
    """Return a call of a page as the first reader gets it after the hot actor said something new on a topic.

    Nothing that was made of that line or of the whole record is kept; what follows from names, offices and
    events only is, and so is what is kept of other lines.
    """

    def call() -> None:
        answer = get(address)
        assert answer.status == 200, f"{address} answered {answer.status}"

    call()
    return Prepared(call, lambda: new_edition(topic))


def new_edition(topic: str = TOPIC) -> None:
    """Count up what a new saying of the hot actor on the topic counts up."""
    hot = {"actor__slug": record.HOT}
    assert Edition.objects.filter(**hot).update(number=F("number") + 1) == 1
    assert LineEdition.objects.filter(**hot, topic__slug=topic).update(number=F("number") + 1) == 1


def beside(plan: Plan, stances: int, ours: Call, floor: Call) -> Compared:
    databases.use(stances)
    return compare(ours, floor, rounds=plan.rounds, calls=plan.calls)


def growth(plan: Plan, address: str, how: Callable[[str], Call]) -> Compared:
    """Compare a page of the largest record with the same page of the smallest."""

    def of(stances: int) -> Call:
        databases.use(stances)
        return how(address)

    return compare(
        of(plan.large), of(plan.small), rounds=plan.rounds, calls=plan.calls,
        before_ours=lambda: databases.use(plan.large), before_floor=lambda: databases.use(plan.small),
    )  # fmt: skip


def p1(plan: Plan) -> Iterator[Figure]:
    databases.use(plan.large)
    found = beside(plan, plan.large, kept(actor_address()), kept("/floor/rows"))
    what = "actor page as readers get it, kept until its edition changes / bare view with 50 rows made anew"
    yield figure("P1", what, 1.0, found)
    found = beside(plan, plan.large, page(actor_address()), kept("/floor/rows"))
    yield figure("P1-anew", "actor page, the first after a saying on its topic / the same view", 1.0, found)
    found = beside(plan, plan.large, page(actor_address(), topic=OTHER), kept("/floor/rows"))
    yield figure("P1-other", "actor page, the first after a saying on another topic / the same", 1.0, found)
    for name, address in (
        ("home", reverse("home")),
        ("topic", address_of("topic")),
        ("timeline", address_of("timeline")),
    ):
        found = beside(plan, plan.large, page(address), kept("/floor/rows"))
        yield figure(f"P1-{name}", f"page {name}, the first after a change / the same view", 1.0, found)


def p2(plan: Plan) -> Iterator[Figure]:
    sizes = f"{plan.large:,} / {plan.small:,} stances"
    found = growth(plan, actor_address(), kept)
    yield figure("P2", f"actor page as readers get it, {sizes}", 1.15, found)
    found = growth(plan, actor_address(), page)
    yield figure("P2-anew", f"actor page, the first after a saying on its topic, {sizes}", 1.15, found)


def p3(plan: Plan) -> Iterator[Figure]:
    databases.use(plan.large)
    rows = CurrentStance.public.about(CurrentStance.objects.filter(holder__slug=record.HOT)[0].holder_id)
    middle = rows.order_by("-stated_on", "-stance_id")[rows.count() // 2]
    deep = page(actor_address(after=f"{middle.stated_on}~{middle.stance_id}"))
    found = beside(plan, plan.large, deep, page(actor_address()))
    yield figure("P3", "a page of evidence in the middle / the first", 1.2, found)


def p4(plan: Plan) -> Iterator[Figure]:
    databases.use(plan.large)
    address = reverse("actor-data", args=[record.HOT, "svg"])
    size, sizes = len(get(address).body), f"{plan.large:,} / {plan.small:,} stances"
    for name, how, said in (
        ("P4", kept, "as readers get it"), ("P4-anew", page, "the first after a saying on its topic"),
    ):  # fmt: skip
        found = beside(plan, plan.large, how(address), kept(f"/floor/text/{size}"))
        yield figure(name, f"history as SVG, {said} / bare view of {size:,} bytes", 1.3, found)
        yield figure(f"{name}-growth", f"history, {said}, {sizes}", 2.0, growth(plan, address, how))


def p5(plan: Plan) -> Iterator[Figure]:
    sizes = f"{plan.large:,} / {plan.small:,} stances"
    found = growth(plan, reverse("home"), kept)
    yield figure("P5", f"home with the matrix as readers get it, {sizes}", 1.5, found)
    found = growth(plan, reverse("home"), page)
    yield figure("P5-anew", f"home with the matrix, the first after a change, {sizes}", 1.5, found)


def p6(plan: Plan) -> Iterator[Figure]:
    databases.use(plan.large)
    etag = get(actor_address()).headers["etag"]
    found = beside(plan, plan.large, kept(actor_address(), if_none_match=etag), kept("/floor/ok"))
    yield figure("P6", "unchanged actor page (304) / a view that says ok", 1.3, found)
    found = beside(plan, plan.large, kept(actor_address(), if_none_match=etag), kept("/floor/one"))
    yield figure("P6-asked", "the same / a view that says ok after one question to the database", 1.3, found)


def p7(plan: Plan) -> Iterator[Figure]:
    for stances in plan.sizes:
        databases.use(stances)
        databases.index()
    for name in PAGES:
        counts = [_queries(stances, address_of(name)) for stances in plan.sizes]
        note = "constant" if len(set(counts)) == 1 else f"grows: {counts}"
        yield Figure("P7", f"queries of the page {name}", max(counts), 6, note=note)


def _queries(stances: int, address: str) -> int:
    databases.use(stances)
    get(reverse("methodology"))  # what the foot of every page shows is kept a minute
    with databases.counted() as queries:
        assert get(address).status == 200, address
    return len(queries)


def p8(plan: Plan) -> Iterator[Figure]:
    databases.use(plan.large)
    databases.index()
    for words, goal in (("summit+artillery", 4.0), ("summit", 6.0)):
        found = beside(plan, plan.large, page(with_query(reverse("search"), q=words)), page(actor_address()))
        yield figure("P8", f"search for {words.replace('+', ' and ')} / actor page", goal, found)


def p18(plan: Plan) -> Iterator[Figure]:
    """A correction and the page after it, in one transaction that is taken back."""
    databases.use(plan.large)
    spent = sorted(_correction() for _ in range(plan.rounds))
    middle = spent[len(spent) // 2]
    yield Figure(
        "P18", "milliseconds of a correction", round(middle, 1), 100, note="shown by the next request"
    )


def _correction() -> float:
    editor, _ = get_user_model().objects.get_or_create(username="bench", is_superuser=True, is_staff=True)
    current = CurrentStance.public.filter(holder__slug=record.HOT, mode="direct").latest(
        "stated_on", "stance_id"
    )
    opposite = -2 if current.position >= 0 else 2
    with transaction.atomic():
        began = perf_counter()
        review.correct(current.stance, by=editor, values=_values(current, opposite))
        spent = (perf_counter() - began) * 1_000
        shown = CurrentStance.public.get(pk=current.pk)
        assert shown.position == opposite, "the correction is not what is shown"
        answer = inside(actor_address(topic=current.topic.slug))
        assert answer.status_code == 200, f"the page after it answered {answer.status_code}"
        transaction.set_rollback(True)
    return spent


def _values(current: CurrentStance, position: int) -> review.Correction:
    # A record filled before this was checked has sayings a few days younger than their articles.
    day = min(current.stated_on, current.article.published_on)
    return review.Correction(
        holder=current.holder, topic=current.topic, position=position, mode=current.mode, kind=current.kind,
        stated_on=day, start=current.start, end=current.end, condition=current.condition,
    )  # fmt: skip


def known(plan: Plan) -> Iterator[Figure]:
    """What the record said on an earlier day is computed from all that was said by then."""
    day = {"known": "2025-01-01"}
    for name, address in (
        ("actor", actor_address()),
        ("topic", address_of("topic")),
        ("home", reverse("home")),
    ):
        found = beside(plan, plan.large, page(with_query(address, **day)), page(address))
        yield figure("KNOWN", f"page {name} as known on a day / as known now, made anew", 10.0, found)


MEASURES: dict[str, Callable[[Plan], Iterator[Figure]]] = {
    "P1": p1,
    "P2": p2,
    "P3": p3,
    "P4": p4,
    "P5": p5,
    "P6": p6,
    "P7": p7,
    "P8": p8,
    "P18": p18,
    "KNOWN": known,
}
