"""The review queue in a real browser, by keyboard alone."""

from __future__ import annotations

from collections import Counter
from time import perf_counter

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from positions.models import CurrentStance, SecondReading, ShadowRun, Stance, StanceReview
from tests.support import make

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
QUEUE = "/admin/positions/stance/queue/"
ITEMS = 50
# A person reads for a minute; the machine's share of an item must not be felt.
SECONDS_PER_ITEM = 1.5


@pytest.fixture
def anna(page):
    cache.clear()
    user = make.editor("anna")
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "domain": "localhost", "path": "/"}]
    )
    return user


def fill_the_queue(items=ITEMS, per_article=10):
    actors = [make.state(f"Land {number}") for number in range(7)]
    for first in range(0, items, per_article):
        sentences = [
            f"Minister {n} said sentence {n} about the invitation. "
            for n in range(first, first + per_article)
        ]
        article = make.article("STRELSAU — " + "".join(sentences))
        for n, sentence in zip(range(first, first + per_article), sentences, strict=True):
            make.stance(
                article=article, evidence=sentence.strip(), holder=actors[n % 7], position=n % 5 - 2,
                confidence=0.3 + (n % 7) / 10, reasons={"verb": "said"},
            )  # fmt: skip


def decided(page, count):
    expect(page.locator("#today")).to_have_text(str(count))


def test_fifty_items_by_keyboard(page, anna, record_testsuite_property):
    fill_the_queue()
    page.goto(QUEUE)
    expect(page.locator("#left")).to_have_text(str(ITEMS))
    started = perf_counter()
    for number in range(ITEMS):
        if number % 5 == 3:
            page.keyboard.press("r")
            page.keyboard.press("1")
        elif number % 5 == 4:
            page.keyboard.press("e")
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("c")
        decided(page, number + 1)
    seconds = (perf_counter() - started) / ITEMS
    expect(page.locator(".empty")).to_contain_text("Nothing waits here")
    record_testsuite_property("seconds an item in the review queue", round(seconds, 2))
    assert Counter(StanceReview.objects.values_list("decision", flat=True)) == {
        "confirmed": 30,
        "rejected": 10,
        "corrected": 10,
    }
    steps = StanceReview.objects.filter(decision="corrected").values_list("stance__position", "position")
    assert all(after == (before + 1 if before < 2 else -2) for before, after in steps)
    assert set(StanceReview.objects.values_list("by__username", flat=True)) == {"anna"}
    assert not CurrentStance.objects.filter(decision="machine").exists()
    assert seconds < SECONDS_PER_ITEM


def test_skip_next_and_undo_by_keyboard(page, anna):
    for _ in range(3):
        make.stance()
    page.goto(QUEUE)
    item = page.locator("form.correct")
    first = item.get_attribute("action")
    page.keyboard.press("n")
    expect(item).not_to_have_attribute("action", first)
    page.keyboard.press("s")
    expect(page.locator(".tally")).to_contain_text("1 skipped")
    page.keyboard.press("c")
    decided(page, 1)
    page.keyboard.press("u")
    decided(page, 0)
    expect(page.locator(".messagelist")).to_contain_text("Taken back")
    assert list(StanceReview.objects.values_list("decision", flat=True)) == ["confirmed", "reopened"]


def test_the_reasons_for_rejecting_open_with_their_key(page, anna):
    make.stance()
    page.goto(QUEUE)
    reasons = page.locator("#id_reason")
    page.keyboard.press("r")
    expect(reasons).to_have_attribute("size", "9")
    page.keyboard.press("Escape")
    expect(reasons).not_to_have_attribute("size", "9")
    page.keyboard.press("r")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    decided(page, 1)
    row = StanceReview.objects.get()
    assert (row.decision, row.reason) == ("rejected", "off-topic")


def test_selecting_text_changes_the_evidence(page, anna):
    # Astral characters count twice in JavaScript and once in Python.
    text = "The 🦁 count spoke. He wants 🕊 peace now. He left."
    make.stance(article=make.article(text), evidence="He left.")
    page.goto(QUEUE)
    select(page, "He wants 🕊 peace now.")
    expect(page.locator("#chosen")).to_have_text("He wants 🕊 peace now.")
    page.locator("[data-enter]").click()
    decided(page, 1)
    row = StanceReview.objects.get()
    assert (row.decision, row.evidence) == ("corrected", "He wants 🕊 peace now.")
    assert text[row.start : row.end] == row.evidence


def test_a_missed_statement_is_added_from_the_selection(page, anna):
    stance = make.stance(article=make.article("He left. He wants peace now."), evidence="He left.")
    page.goto(QUEUE)
    select(page, "He wants peace now.")
    page.locator(".scale label.p2 input").check()
    page.keyboard.press("a")
    expect(page.locator(".messagelist")).to_contain_text("Added")
    expect(page.locator(".neighbour")).to_have_text("He wants peace now.")
    added = Stance.objects.exclude(pk=stance.pk).get()
    assert (added.evidence, added.position, added.current.decision) == ("He wants peace now.", 2, "added")


def select(page, words):
    """Drag the mouse over the words of the article."""
    box = page.locator("#text")
    places = box.evaluate(
        """(node, words) => {
          const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
          for (let text; (text = walker.nextNode());) {
            const at = text.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(text, at);
            range.setEnd(text, at + words.length);
            const lines = [...range.getClientRects()];
            const first = lines[0], last = lines[lines.length - 1];
            return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
          }
        }""",
        words,
    )
    page.mouse.move(places[0], places[1])
    page.mouse.down()
    page.mouse.move(places[2], places[3], steps=5)
    page.mouse.up()


def test_another_holder_is_found_by_typing(page, anna):
    make.stance(holder=make.state("Ruritania"))
    other = make.state("Graustark")
    page.goto(QUEUE)
    page.locator(".f-holder .select2-selection").click()
    page.locator(".select2-search__field").fill("Graus")
    page.locator(".select2-results__option", has_text="Graustark").click()
    page.locator("[data-enter]").click()
    decided(page, 1)
    assert StanceReview.objects.get().holder == other


def test_a_refused_correction_is_not_confirmed_by_mistake(browser, live_server, page, anna):
    """What is wrong has the reason and the focus; the key for confirming rests until the values are right."""
    make.stance()
    # A tab of its own: the fixture's takes the answer 422 for a complaint.
    context = browser.new_context(base_url=live_server.url, storage_state=page.context.storage_state())
    tab = context.new_page()
    tab.goto(QUEUE)
    tab.locator("#id_stated_on").fill("2031-01-01")
    tab.locator("[data-enter]").click()
    expect(tab.locator(".f-stated_on .errorlist")).to_contain_text("nobody said it later")
    expect(tab.locator("#id_stated_on")).to_be_focused()
    tab.keyboard.press("Escape")
    tab.keyboard.press("c")
    expect(tab.locator("button[value=confirm]")).to_be_disabled()
    tab.locator("#id_stated_on").fill("2024-03-01")
    tab.locator("[data-enter]").click()
    decided(tab, 1)
    context.close()
    assert StanceReview.objects.get().decision == "corrected"


def test_after_a_swap_the_actor_field_still_searches(page, anna):
    for _ in range(2):
        make.stance()
    page.goto(QUEUE)
    page.keyboard.press("c")
    decided(page, 1)
    expect(page.locator(".f-holder .select2-selection")).to_be_visible()


def test_keys_rest_while_a_field_has_the_focus_and_can_be_switched_off(page, anna):
    make.stance()
    page.goto(QUEUE)
    page.locator("#id_condition").click()
    page.keyboard.type("success")
    expect(page.locator("#id_condition")).to_have_value("success")
    page.keyboard.press("Escape")
    page.locator("#keys").uncheck()
    page.locator("#left").click()
    page.keyboard.press("c")
    page.reload()
    expect(page.locator("#today")).to_have_text("0")
    expect(page.locator("#keys")).not_to_be_checked()
    assert not StanceReview.objects.exists()


def test_the_queue_works_without_javascript(browser, live_server, anna, page):
    make.stance()
    state = page.context.storage_state()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, storage_state=state)
    tab = context.new_page()
    tab.goto(QUEUE)
    tab.locator("button[value=confirm]").click()
    assert tab.locator("#today").text_content() == "1"
    assert StanceReview.objects.get().decision == "confirmed"
    context.close()


SCREENS = [
    QUEUE,
    "/admin/positions/stance/queue/mine/",
    "/admin/positions/unresolvedmention/names/",
    "/admin/positions/unresolvedmention/names/the-count-of-zenda/",
    "/admin/positions/secondreading/blind/",
    "/admin/positions/secondreading/differences/",
    "/admin/positions/shadowrun/{run}/compare/",
    "/admin/positions/exhaustivecoding/whole/",
    "/admin/actors/actor/{person}/merge/",
    "/admin/actors/actor/{person}/history/",
    "/admin/positions/stance/guide/",
    "/admin/positions/event/{event}/change/",
    "/admin/actors/actor/{person}/change/",
]


# Not ours: the words within choosers (the boxes have names), headings of the tables of related rows.
OURS = {"include": [["#content"]], "exclude": [[".select2-selection__rendered"]]}
# It would write imported style sheets into the page, which the policy forbids.
RULES = {"rules": {"empty-table-header": {"enabled": False}}, "preload": False}


def something_on_every_screen(anna):
    """Return what the addresses of the screens are filled in with."""
    bob, person = make.editor("bob"), make.person(of=make.state())
    make.stance(source_actor=make.unnamed(), mode="second-hand", reasons={"verb": "said"})
    make.review(make.stance(), by=anna)
    make.review(make.stance(fingerprint="00a"), by=bob)
    read_twice = make.stance(fingerprint="00b")
    first = make.review(read_twice, by=bob)
    SecondReading.objects.create(stance=read_twice, first=first, by=anna, no_stance=True)
    make.unresolved()
    difference = {"what": "flipped", "holder": "A", "topic": "B", "before": 1, "after": -1}
    steps = {"before": [["2024-01-01", 1]], "after": []}
    run = ShadowRun.objects.create(state="ready", moves=[{"actor": "A", "topic": "B", **steps}])
    run.readings.create(
        version=make.article().version,
        reading={},
        differences=[{**difference, "evidence": "Said so.", "day": "2024-01-01"}],
    )
    event = make.event(actors=(person,))
    make.event_mention(event, make.article().version)
    return {"run": run.pk, "person": person.pk, "event": event.pk}


@pytest.mark.parametrize("screen", SCREENS)
def test_screen_is_accessible_and_no_wider_than_the_window(page, anna, screen):
    """The `page` fixture also fails on any complaint of the browser, of the CSP in particular."""
    filled = something_on_every_screen(anna)
    for width, scheme in ((1280, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        page.goto(screen.format(**filled))
        assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
        # The header grows with its links, or what stands below would cover them.
        assert page.locator("#header").evaluate("e => e.scrollHeight <= e.clientHeight")
        violations = Axe().run(page, context=OURS, options=RULES).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in violations] == []
