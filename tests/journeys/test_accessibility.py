"""Every page, for whoever sees it: no axe violation in both languages and themes, nothing wider than 320 pixels, French
spaced as French is and English without a word of French."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page

from service.accounts.doors import TABLET_COOKIE
from service.accounts.visiting import VISIT_COOKIE, VISIT_PATH
from service.app import PAGES
from tests.journeys.evening import Evening
from tests.journeys.screens import Screens
from tests.journeys.words import misspelt
from tests.journeys.world import World

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "tests/vendor/axe.min.js").read_text(encoding="utf-8")
RULES = '["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]'
FOUND = f"""() => axe.run(document, {{runOnly: {RULES}}}).then((found) => found.violations.map((violation) =>
  violation.id + ": " + violation.nodes.map((n) => n.html.slice(0, 200) + " " + n.failureSummary).join(" | ")))"""
NOBODY, NOWHERE = "", "/nulle-part"


@dataclass(frozen=True)
class Visit:
    """A page as somebody sees it: the route, the role, and what stands in the route's places if not the usual."""

    route: str
    role: str
    given: tuple[tuple[str, str], ...] = ()
    status: int = 200
    query: str = ""

    @property
    def id(self) -> str:
        return f"{self.role or 'nobody'} {self.route}{self.query}{' '.join(value for _name, value in self.given)}"

    def address(self, keys: dict[str, str]) -> str:
        names = {**keys, **{name: keys.get(value, value) for name, value in self.given}}
        return self.route.format(**names) + self.query


def visit(route: str, role: str, status: int = 200, query: str = "", **given: str) -> Visit:
    return Visit(route, role, tuple(given.items()), status, query)


VISITS = [
    visit("/", NOBODY),
    visit("/accessibility", NOBODY),
    visit("/sign-in", NOBODY),
    visit("/sign-in/link/{token}", NOBODY, token="link"),
    visit("/card/{token}", NOBODY, token="card"),
    visit("/tablet", NOBODY, status=410),
    visit("/tablet", "tablet"),
    visit("/register", NOBODY),
    visit("/register/{door}", NOBODY, door="donor"),
    visit("/register/{door}", NOBODY, door="charity"),
    visit("/register/{door}", NOBODY, door="public"),
    visit("/invitation/{token}", NOBODY, token="invitation"),
    visit("/verify", NOBODY),
    visit("/verify/{number}", NOBODY, number="2026-1", status=404),
    visit("/verify/{number}", NOBODY, number="document"),
    visit("/visite", NOBODY),
    visit(NOWHERE, NOBODY, status=404),
    visit("/offline", NOBODY),
    visit("/waiting", "donor"),
    visit("/account", "donor"),
    visit("/people/{person_id}", "region"),
    visit("/partners", "dispatcher"),
    visit("/partners", "region", query="?state=pending"),
    visit("/partners/import", "region"),
    visit("/partners/new", "region"),
    visit("/partners/{organisation_id}", "region"),
    visit("/partners/{organisation_id}", "donor", organisation_id="own_organisation"),
    visit("/partners/{organisation_id}/edit", "region"),
    visit("/partners/{organisation_id}/sites/new", "region"),
    visit("/partners/{organisation_id}/habilitation", "region"),
    visit("/sites/{site_id}", "donor"),
    visit("/sites/{site_id}/edit", "donor"),
    visit("/offers", "charity"),
    visit("/lots/{lot_id}/claim", "charity"),
    visit("/claims", "charity"),
    visit("/claims/{claim_id}", "charity"),
    visit("/claims/{claim_id}", "donor", claim_id="fetched_claim"),
    visit("/arrivals", "charity"),
    visit("/give", "donor"),
    visit("/lots/new", "donor"),
    visit("/lots/new/practice", "donor"),
    visit("/practice/{kind}", "donor", kind="lot", status=404),
    visit("/practice/{kind}", "charity", kind="claim"),
    visit("/practice/{kind}", "driver", kind="round", query="?step=3"),
    visit("/lots", "donor"),
    visit("/lots", "dispatcher"),
    visit("/lots/{lot_id}", "donor"),
    visit("/lots/{lot_id}", "region", lot_id="delivered_lot"),
    visit("/lots/{lot_id}", "charity", lot_id="claimed_lot"),
    visit("/lots/{lot_id}/edit", "donor"),
    visit("/lots/{lot_id}/split", "donor"),
    visit("/lots/{lot_id}/repeat", "donor"),
    visit("/usual-gifts", "donor"),
    visit("/usual-gifts/new", "donor"),
    visit("/usual-gifts/{gift_id}", "donor"),
    visit("/usual-gifts/{gift_id}/edit", "donor"),
    visit("/usual-gifts/{gift_id}/dates/{day}", "donor"),
    visit("/usual-gifts/{gift_id}/dates/{day}", "donor", gift_id="answered_gift"),
    visit("/usual-gifts/{gift_id}/dates/{day}", "donor", day="2026-11-12"),
    visit("/forecast", "charity"),
    visit("/forecast", "dispatcher"),
    visit("/poster/{token}", NOBODY, token="poster"),
    visit("/poster/{token}", NOBODY, status=410, token="nothing"),
    visit("/poster/lot/new", "poster"),
    visit("/poster/lot/new", NOBODY, status=401),
    visit("/poster/posted/{receipt}", NOBODY),
    visit("/documents", "donor"),
    visit("/notices", "charity"),
    visit("/notices/preferences", "charity"),
    visit("/rounds/mine", "driver"),
    visit("/rounds/{round_id}", "driver"),
    visit("/rounds/{round_id}", "dispatcher"),
    visit("/rounds/{round_id}/stops/{number}", "driver"),
    visit("/rounds/{round_id}/afterwards", "driver"),
    visit("/lots/{lot_id}/decision", "dispatcher"),
    visit("/dispatch", "dispatcher"),
    visit("/rounds/{round_id}/stops/{number}/move", "dispatcher", status=409),
    visit("/dispatch/versions", "dispatcher"),
    visit("/dispatch/versions", "dispatcher", query="?day=2026-11-27"),
    visit("/dispatch/timeline", "dispatcher"),
    visit("/dispatch/timeline", "dispatcher", query="?day=2026-11-27"),
    visit("/calls", "dispatcher"),
    visit("/dispatch/vehicles", "dispatcher"),
    visit("/dispatch/vehicles/new", "dispatcher"),
    visit("/dispatch/vehicles/{vehicle_id}", "dispatcher"),
    visit("/dispatch/absences/new", "dispatcher"),
    visit("/dispatch/shifts", "dispatcher"),
    visit("/dispatch/shifts/{shift_id}", "dispatcher"),
    visit("/dispatch/shifts/{shift_id}", "dispatcher", shift_id="free_shift"),
    visit("/dispatch/fixed-rounds", "dispatcher"),
    visit("/dispatch/closed-days", "dispatcher"),
    visit("/shifts/mine", "driver"),
    visit("/shifts/availability", "driver"),
    visit("/dispatch", "donor", status=403),
    visit("/region", "region"),
    visit("/region", "region", query="?period=month"),
    visit("/region/simulations", "region"),
    visit("/fairness", "region"),
    visit("/fairness", "charity"),
    visit("/sites/{site_id}/people", "region", site_id="charity_site"),
    visit("/answers", "charity"),
    visit("/answers/new", "charity"),
    visit("/answers/{rule_id}/edit", "charity"),
    visit("/errands", "driver"),
    visit("/ramasses", "charity"),
    visit("/ramasses/new", "charity"),
    visit("/ramasses/{ramasse_id}", "charity"),
    visit("/ramasses/{ramasse_id}", "donor"),
]
MAIN = {
    ("/sign-in", NOBODY), ("/lots/new", "donor"), ("/give", "donor"), ("/offers", "charity"),
    ("/lots/{lot_id}", "donor"),
    ("/claims/{claim_id}", "charity"), ("/rounds/mine", "driver"), ("/rounds/{round_id}/stops/{number}", "driver"),
    ("/rounds/{round_id}", "dispatcher"), ("/dispatch", "dispatcher"), ("/region", "region"),
    ("/dispatch/timeline", "dispatcher"), ("/usual-gifts/{gift_id}/dates/{day}", "donor"),
}  # fmt: skip
# Routes that answer no page of their own, and what they answer.
NO_PAGES = {
    "/healthz": "for machines",
    "/session": "for scripts",
    "/sw.js": "a script",
    "/readyz": "for machines",
    "/metrics": "for machines",
    "/offers/{lot_id}/reach": "a few words of a card",
    "/offers/map": "a part of the page, opened in the test of maps",
    "/lots/new/details": "a part of the form",
    "/poster/lot/details": "a part of the form",
    "/lots/new/product": "a part of the form",
    "/lots/{lot_id}/photos/{number}": "a picture",
    "/documents/{number}.pdf": "a paper",
    "/partners/{organisation_id}/habilitation/papers/{paper_id}": "a paper",
    "/rounds/{round_id}/stops/{stop}/lots/{lot_id}/photos/{number}": "a picture",
    "/rounds/{round_id}/sheet.pdf": "a paper",
    "/dispatch/timeline.svg": "a picture to keep",
    "/dispatch/search": "a part of the board",
    "/calls/count": "a part of the board",
    "/dispatch/shifts/people": "a part of the form",
    "/region/figures.csv": "a table for a spreadsheet",
    "/fairness.csv": "a table for a spreadsheet",
    "/fairness/first-come": "a part of the page",
}


@pytest.fixture
def evening(played: tuple[World, Evening]) -> tuple[World, Evening]:
    """One installation for all visits, which change nothing."""
    return played


def routes(found: list[object]) -> Iterator[APIRoute]:
    for route in found:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner.routes)
        elif isinstance(route, APIRoute):
            yield route


def test_every_page_is_visited() -> None:
    """A new page without a visit above is a page nobody has checked."""
    served = {route.path for router in PAGES for route in routes(list(router.routes)) if "GET" in route.methods}
    visited = {one.route for one in VISITS} - {NOWHERE}
    assert sorted(served - visited - NO_PAGES.keys()) == []
    assert sorted((visited | NO_PAGES.keys()) - served) == []


def views_of(one: Visit) -> list[tuple[str, list[tuple[tuple[int, int], str]]]]:
    """The main screens at both sizes in both themes and languages; the others on a phone by day, on a desk at night."""
    phone, desk = (390, 844), (1280, 800)
    if (one.route, one.role) in MAIN:
        return [("fr", [(phone, "light"), (desk, "dark")]), ("en", [(desk, "light"), (phone, "dark")])]
    return [("fr", [(phone, "light")]), ("en", [(desk, "dark")])]


def check(page: Page, size: tuple[int, int], theme: str) -> list[str]:
    """What axe finds at this size and in this theme.

    The window is made as tall as the page: a bar at its foot that half covers a control is no target that is too small,
    one scrolls.
    """
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size[0], "height": height + 300})
    return [f"{size[0]} px, {theme}: {found}" for found in page.evaluate(FOUND)]


@pytest.mark.parametrize("one", VISITS, ids=lambda one: one.id)
def test_a_page_is_for_everybody(evening: tuple[World, Evening], browser: Browser, one: Visit) -> None:
    """No violation, the right language well written, no word on the console; at 320 pixels nothing sticks out."""
    world, keys = evening
    screens = Screens(browser, world)
    wrong: list[str] = []
    try:
        for locale, views in views_of(one):
            party = world.cast.parties.get(one.role)
            page = screens.open(party, locale=locale, viewport={"width": 390, "height": 844}, has_touch=True)
            if one.role == "tablet":
                tablet = {"name": TABLET_COOKIE, "value": keys.keys["tablet"], "url": world.address}
                page.context.add_cookies([tablet])  # type: ignore[list-item]  # a plain dictionary of the right shape
            if one.role == "poster":
                scanned = {"name": VISIT_COOKIE, "value": keys.keys["visit"], "url": f"{world.address}{VISIT_PATH}"}
                page.context.add_cookies([scanned])  # type: ignore[list-item]  # a plain dictionary of the right shape
            with screens.watch.allow(*([one.status] if one.status != 200 else [])):
                answer = page.goto(one.address(keys.keys))
                assert answer is not None
                assert answer.status == one.status, page.locator("main").inner_text()
                page.wait_for_load_state("networkidle")
            assert page.locator("html").get_attribute("lang") == locale
            wrong += [f"{locale}, {fault}" for fault in misspelt(answer.text(), locale)]
            page.evaluate(AXE)
            for size, theme in views:
                wrong += [f"{locale}, {found}" for found in check(page, size, theme)]
            page.set_viewport_size({"width": 320, "height": 640})
            if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
                wrong.append(f"{locale}: {width} px wide on 320: {page.evaluate(WIDEST)}")
    finally:
        screens.close()
    assert wrong == []
    assert screens.watch.said == []


def test_the_check_sees_a_fault(evening: tuple[World, Evening], browser: Browser) -> None:
    """A picture without words and a wide box are found: the checks above are not blind."""
    screens = Screens(browser, evening[0])
    page = screens.phone(None, "/sign-in")
    page.evaluate(AXE)
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/static/icons/logo.svg\">')"
    )
    assert any("image-alt" in found for found in check(page, (390, 844), "light"))
    screens.close()


WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter((e) => e.getBoundingClientRect().right > 321 && getComputedStyle(e).position !== "fixed")
  .slice(0, 3).map((e) => e.outerHTML.slice(0, 160))"""
