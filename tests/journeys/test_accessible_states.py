"""States rather than pages: with errors, with nothing, unfolded, with a dialog or a message, in forced colours, with
spaced text, in the easy-to-read version. Few page loads, many looks at each."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.evening import Evening
from tests.journeys.screens import PHONE, Screens
from tests.journeys.test_accessibility import AXE, WIDEST, check
from tests.journeys.world import World

pytestmark = pytest.mark.slow
SMALL, DESK = (390, 844), (1280, 800)
# WCAG 1.4.12: what a reader may ask for without losing anything.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; }
* { word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }"""
# Words that do not fit in their box and are cut. (A card's title ends after three lines: its page has it whole.)
CUT = """() => [...document.querySelectorAll("main *, footer *, nav *")].filter((e) => {
  const style = getComputedStyle(e);
  const hides = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
  const known = ".visually-hidden, .lot-title, .map, svg, details:not([open]) > :not(summary)";
  const cut = e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
  return hides && cut && e.getBoundingClientRect().width > 1 && !e.closest(known);
}).map((e) => e.outerHTML.slice(0, 160))"""
# Buttons without an edge where grounds are dropped.
BARE = """() => [...document.querySelectorAll("main .btn")].filter((e) => e.getBoundingClientRect().width > 0)
  .filter((e) => getComputedStyle(e).borderTopStyle === "none" || parseFloat(getComputedStyle(e).borderTopWidth) < 1)
  .map((e) => e.outerHTML.slice(0, 160))"""
# Lower than 44 pixels, narrower than 24, or without a name; links in a sentence or a row are as large as their words.
SMALL_OR_MUTE = """() => [...document.querySelectorAll("a[href], button, summary, select, input:not([type=hidden])")]
  .map((e) => [e, e.getBoundingClientRect()]).filter(([e, box]) => box.width > 1 &&
    !e.closest(".skip-link, .leaflet-container, .lot-title, .tile, .check, .photo-field, p, .stop, .row-text, .lane"))
  .filter(([e, box]) => box.height < 43.5 || box.width < 24
    || !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.length))
  .map(([e]) => e.outerHTML.slice(0, 160))"""
HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4')].map((e) => Number(e.tagName[1]))"
# The policy lets no page take in a style: the sheet is the page's own.
WEAR = (
    """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }"""
)
MAIN = {
    "donor": "/lots/new",
    "charity": "/offers",
    "driver": "/rounds/{round_id}/stops/{number}",
    "dispatcher": "/dispatch",
    "region": "/region",
}


@pytest.fixture
def evening(played: tuple[World, Evening]) -> Evening:
    return played[1]


@pytest.fixture
def screens(played: tuple[World, Evening], browser: Browser) -> Iterator[Screens]:
    screens = Screens(browser, played[0])
    yield screens
    screens.close()
    assert screens.watch.said == []


def looked_at(page: Page, *views: tuple[tuple[int, int], str]) -> list[str]:
    """What axe finds, and what sticks out of a width of 320 pixels."""
    page.evaluate(AXE)
    wrong = [found for size, theme in views or ((SMALL, "light"),) for found in check(page, size, theme)]
    return [f"{page.url}: {found}" for found in wrong] + wide(page, 320)


def wide(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 640})
    shown = page.evaluate("document.documentElement.scrollWidth")
    return [f"{page.url}: {shown} px wide on {width}: {page.evaluate(WIDEST)}"] if shown > width else []


def test_nothing_to_show(world: World, browser: Browser) -> None:
    """The main lists before anything was given."""
    screens, wrong = Screens(browser, world), []
    for role, addresses in {
        "donor": ["/give", "/lots"],
        "charity": ["/offers", "/claims"],
        "driver": ["/rounds/mine"],
        "dispatcher": ["/dispatch"],
    }.items():
        page = screens.open(world.cast.parties[role], viewport=PHONE["viewport"])
        for address in addresses:
            page.goto(address)
            wrong += looked_at(page)
    screens.close()
    assert wrong == []
    assert screens.watch.said == []


def test_something_wrong(evening: Evening, screens: Screens) -> None:
    """Forms sent back with what is wrong: posting, claiming, registering, signing in."""
    wrong = []
    with screens.watch.allow(401, 409, 422):
        page = screens.open(screens.world.cast.baker, "/lots/new", viewport=PHONE["viewport"])
        page.locator("form.form button.btn-primary").click()
        page.locator(".errors").wait_for()
        wrong += looked_at(page, (SMALL, "light"), (DESK, "dark"))
        page = screens.open(
            screens.world.cast.charity, f"/lots/{evening.keys['lot_id']}/claim", viewport=PHONE["viewport"]
        )
        page.locator("input[name^='line-']").first.fill("beaucoup")
        page.get_by_role("button", name="Demander").click()
        page.locator("[role=alert]").first.wait_for()
        wrong += looked_at(page, (SMALL, "dark"))
        page = screens.open(None, "/register/donor", viewport=PHONE["viewport"])
        page.evaluate("document.querySelector('main form').noValidate = true")
        page.locator("main form .btn-primary").last.click()
        page.locator(".errors").wait_for()
        wrong += looked_at(page)
        page.goto("/sign-in")
        page.locator("#f-email").fill("personne@exemple.fr")
        page.locator("#f-password").fill("rien de tel")
        page.locator("#f-password").press("Enter")
        page.locator("[role=alert]").first.wait_for()
        wrong += looked_at(page)
    assert wrong == []


@pytest.mark.parametrize("role", MAIN)
def test_a_main_screen_as_a_reader_set_it(evening: Evening, screens: Screens, role: str) -> None:
    """Names and sizes; everything unfolded with the strips of a phone without a network; the system's own colours, in
    which every button keeps an edge; spaced text, of which nothing is cut and nothing sticks out."""
    page = screens.open(screens.world.cast.parties[role], viewport=PHONE["viewport"])
    page.goto(MAIN[role].format(**evening.keys))
    page.wait_for_load_state("networkidle")
    wrong = page.evaluate(SMALL_OR_MUTE)
    levels = page.evaluate(HEADINGS)
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    assert re.match(r"^\S.+ – Glane$", page.title())
    page.evaluate("document.querySelectorAll('main details').forEach((fold) => { fold.open = true; })")
    page.evaluate("document.querySelectorAll('.strip').forEach((strip) => { strip.hidden = false; })")
    page.evaluate("document.querySelector('#strip-waiting span').textContent = 'En attente du réseau · 2'")
    page.wait_for_load_state("networkidle")
    wrong += looked_at(page)
    page.emulate_media(forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    wrong += page.evaluate(BARE)
    here = page.locator(".nav a[aria-current]")
    if here.count():
        assert "underline" in here.evaluate("e => getComputedStyle(e).textDecorationLine")
    page.emulate_media(forced_colors="none")
    page.evaluate(WEAR, SPACED)
    for width in (320, 390, 1280):
        wrong += wide(page, width)
        wrong += [f"{width} px, cut: {found}" for found in page.evaluate(CUT)]
    assert wrong == []


def test_a_dialog_a_message_and_a_choice(evening: Evening, screens: Screens) -> None:
    """The dialog to scan; the message after posting with its way back; what is chosen shows without its colour; nothing
    moves for whoever asked for calm, and something would for others."""
    page = screens.open(screens.world.cast.baker, "/lots/new", viewport=PHONE["viewport"])
    page.locator("label.tile").first.click()
    page.emulate_media(forced_colors="active")
    face = page.locator("label.tile input:checked + .tile-face").first
    assert face.evaluate("e => parseFloat(getComputedStyle(e).outlineWidth)") >= 3
    page.emulate_media(forced_colors="none")
    page.evaluate("document.getElementById('scanner').showModal()")
    wrong = looked_at(page)
    page.goto(f"/lots/{evening.keys['lot_id']}?done=posted")
    page.locator("[data-toast]").wait_for()
    wrong += looked_at(page)
    page.evaluate("document.querySelector('main .btn').setAttribute('aria-busy', 'true')")
    moving = {}
    for motion in ("reduce", "no-preference"):
        page.emulate_media(reduced_motion=motion)
        moving[motion] = page.evaluate("document.getAnimations({subtree: true}).length") > 0
    assert moving == {"reduce": False, "no-preference": True}
    assert wrong == []


def test_the_easy_to_read_version(evening: Evening, screens: Screens) -> None:
    """Its pages pass as the others do, on a phone, at 320 pixels and with spaced text, and speak larger; the button
    that leads there and back works without scripts and keeps one's place."""
    wrong = []
    for role, address in {**MAIN, "donor": "/lots/new", "driver": "/rounds/mine", "": "/"}.items():
        if role in ("dispatcher", "region"):
            continue
        page = screens.open(
            screens.world.cast.parties.get(role), viewport=PHONE["viewport"], java_script_enabled=role != ""
        )
        page.goto(address)
        size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)") if role else 0
        page.get_by_role("button", name="Version facile à lire").click()
        page.get_by_role("button", name="Version complète").wait_for()
        assert page.url == f"{screens.world.address}{address}"
        if not role:
            continue
        page.wait_for_load_state("networkidle")
        if role == "donor":
            page.locator("label.tile").first.click()
            page.wait_for_load_state("networkidle")
        assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.say')).fontSize)") >= max(20, size)
        wrong += page.evaluate(SMALL_OR_MUTE) + looked_at(page, (SMALL, "light" if role == "donor" else "dark"))
        page.evaluate(WEAR, SPACED)
        wrong += [*wide(page, 320), *page.evaluate(CUT)]
    assert wrong == []
