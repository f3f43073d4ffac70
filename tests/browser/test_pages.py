"""The public pages in a real browser: every one of them, and the few things that need a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache

from tests.pages.conftest import alliance, record  # noqa: F401  the same small record
from tests.pages.test_every_page import PAGES
from tests.support.browser import Watch

pytestmark = pytest.mark.browser
VIEWS = {"desktop, light": (1280, "light"), "phone, dark": (390, "dark")}
BAD = {"serious", "critical"}


@pytest.fixture
def small(transactional_db, record):  # noqa: F811
    cache.clear()
    return record


def words(locator):
    return " ".join(locator.inner_text().split())


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_is_sound(browser, live_server, small, view):
    """No script error or blocked style, nothing wider than the screen, no serious barrier."""
    width, scheme = VIEWS[view]
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    found = {}
    for name, path in {**PAGES, "bad date": "/?on=never", "not there": "/actors/nobody/"}.items():
        tab = context.new_page()
        watch = Watch(tab)
        tab.goto(path.format(**vars(small)))
        tab.wait_for_load_state("networkidle")
        # The browser itself reports 4xx pages as errors; they are asked for here.
        problems = [c for c in watch.complaints if "status of 4" not in c]
        if (wide := tab.evaluate("document.documentElement.scrollWidth")) > width:
            problems.append(f"{wide} wide")
        # Last, as axe injects a style that the policy rightly blocks.
        violations = Axe().run(tab).response["violations"]
        problems += [f"{v['id']}: {v['nodes'][0]['html'][:90]}" for v in violations if v["impact"] in BAD]
        if problems:
            found[name] = problems
        tab.close()
    context.close()
    assert found == {}


def test_another_day_swaps_the_board_and_back_restores_it(page, small):
    page.goto("/")
    assert page.locator(".matrix tbody tr").count() == 2
    page.get_by_label("On", exact=True).fill("2024-02-01")
    page.wait_for_url("**/?on=2024-02-01*")
    page.locator("tr", has_text="Ruritania").locator("td.p2").wait_for()
    assert "++ advocates" in words(page.locator("tr", has_text="Ruritania"))
    page.go_back()
    page.wait_for_url(lambda url: "on=" not in url)
    # The address is back before the page is: htmx asks for it again and then swaps it in.
    page.locator("tr", has_text="Ruritania").locator("td.p1").wait_for()
    assert "+ supports" in words(page.locator("tr", has_text="Ruritania"))


def test_site_works_without_scripts(browser, live_server, small):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    tab = context.new_page()
    tab.goto("/")
    tab.get_by_label("On", exact=True).fill("2024-02-01")
    tab.get_by_role("button", name="Show").click()
    assert "on=2024-02-01" in tab.url
    assert "++ advocates" in words(tab.locator("tr", has_text="Ruritania"))
    tab.get_by_role("link", name="Ruritania", exact=True).first.click()
    assert tab.locator("h1").inner_text() == "Ruritania"
    assert tab.locator("svg.pos circle").count() >= 1
    context.close()


def test_keys_zoom_the_timeline_and_the_address_follows(page, small):
    page.goto("/timeline/")
    before = page.locator("svg.tl a[data-t]").first.get_attribute("transform")
    page.get_by_role("region", name="Timeline").focus()
    page.keyboard.press("+")
    page.wait_for_url("**from=*")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    page.wait_for_url(lambda url: "from=" not in url)
    page.wait_for_timeout(100)
    assert page.locator("svg.tl a[data-t]").first.get_attribute("transform") == before


def test_dragging_over_the_strip_chooses_a_window(page, small):
    page.goto("/timeline/")
    page.locator("#timeline .zoom").wait_for()
    box = page.locator("svg.over").bounding_box()
    width = lambda: float(page.locator("svg.over .win").get_attribute("width"))
    whole = width()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 20, steps=4)
    page.mouse.up()
    page.wait_for_url("**from=*")
    page.wait_for_timeout(100)
    assert 0 < width() < whole / 2


def test_the_strip_is_a_row_of_links_without_scripts(browser, live_server, small):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    tab = context.new_page()
    tab.goto("/timeline/")
    tab.locator("svg.over a", has_text="2014").click()
    assert "from=2014-01-01" in tab.url and "to=2014-12-31" in tab.url
    assert tab.locator("svg.over a").count() > 15
    context.close()


def test_event_opens_in_place(page, small):
    page.goto("/timeline/")
    page.locator("svg.tl a[data-card]").first.click()
    page.locator("#card").get_by_text("Strelsau summit").first.wait_for()
    assert "/timeline/" in page.url


def test_search_finds_while_typing(page, small):
    page.goto("/search/")
    page.get_by_label("Words").press_sequentially("rassendyll", delay=20)
    page.locator("#results mark").first.wait_for()
    page.wait_for_url("**q=rassendyll*")


def test_slash_goes_to_the_search_box_but_not_while_typing(page, small):
    page.goto("/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("a/b")
    assert page.locator("#q").input_value() == "a/b"


def test_question_mark_lists_the_keys_and_escape_closes_them(page, small):
    page.goto("/")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog", name="Keys").is_visible()
    page.get_by_role("button", name="Keys").click()
    assert page.get_by_role("dialog", name="Keys").is_visible()


def test_question_mark_in_a_field_is_a_question_mark(page, small):
    page.goto("/")
    page.locator("#q").press_sequentially("who?")
    assert page.locator("#q").input_value() == "who?"
    assert page.locator("#keys[open]").count() == 0


def test_arrows_go_through_the_sayings_of_a_chart_and_return_to_their_rows(page, small):
    page.goto("/actors/ruritania/")
    page.get_by_role("region", name="Position over time").focus()
    page.keyboard.press("ArrowRight")
    assert "Ruritania wants it settled." in page.locator("#said").inner_text()
    assert page.locator("svg.pos .hot").count() == 1
    page.keyboard.press("ArrowRight")
    assert "once the war is over" in page.locator("#said").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#s{small.once.pk}")


def test_names_of_rows_stay_in_sight_where_a_chart_is_moved(browser, live_server, small):
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 900})
    tab = context.new_page()
    tab.goto("/compare/?actors=ruritania~zenda")
    name = tab.locator("svg.mult .lb", has_text="Ruritania")
    name.and_(tab.locator(".pinned")).wait_for()
    assert name.bounding_box()["x"] >= 0
    context.close()


def test_pointing_at_a_row_lights_its_dot(page, small):
    page.goto(f"/actors/ruritania/#s{small.once.pk}")
    page.locator(f"#s{small.once.pk}").hover()
    assert page.locator(f'a[href="#s{small.once.pk}"] .hot').count() == 1


def test_server_that_fails_leaves_a_message_and_a_way_on(page, small):
    page.goto("/")
    page.route("**/*on=2024-02-01*", lambda route: route.abort())
    page.get_by_label("On", exact=True).fill("2024-02-01")
    page.locator("#flash a").wait_for()
    page.context.clear_cookies()


@pytest.fixture(autouse=True)
def _forgive_what_was_asked_for(request, monkeypatch):
    """The test that aborts a request on purpose must not be blamed for the console's word about it."""
    if request.node.name.startswith("test_server_that_fails"):
        monkeypatch.setattr(Watch, "_console", lambda self, message: None)
