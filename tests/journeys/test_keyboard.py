"""Each role does what it came for with a keyboard alone, and sees at each step where it is.

The donor posts in `test_ways_in.py`, the dispatcher moves a stop in `test_board.py`.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.focus import AT, press, tab_to
from tests.journeys.screens import Screens
from tests.journeys.steps import planned_round, post_lot
from tests.journeys.world import Cast, World, installed_world


@pytest.fixture(scope="module")
def world(populated: tuple[str, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One installation for all tests of this file, which do not meet each other's lots."""
    with installed_world(tmp_path_factory.mktemp("keyboard"), *populated) as world:
        yield world


def test_a_driver_loads_with_a_keyboard(world: World, screens: Screens) -> None:
    """From the round that is offered to the bread in the van."""
    planned_round(world)
    page = screens.phone(world.cast.driver, "/rounds/mine")
    press(page, "J'accepte cette tournée")
    expect(page.get_by_role("button", name="Je pars")).to_be_visible()
    press(page, "Je pars")
    expect(page.get_by_role("button", name="Je suis arrivé")).to_be_visible()
    press(page, "Je suis arrivé")
    expect(page).to_have_url(re.compile(r"/stops/\d+"))
    press(page, "C'est chargé")
    expect(page).to_have_url(re.compile(r"/rounds/(mine|\d+)$"))
    expect(page.get_by_text("Fait").first).to_be_visible()


def test_a_charity_claims_with_a_keyboard(world: World, screens: Screens) -> None:
    """The whole lot from its card; the bar at the foot of a phone never hides where one is."""
    lot = post_lot(world, world.cast.grocer, 6)
    page = screens.phone(world.cast.charity, "/offers")
    page.wait_for_load_state("networkidle")
    tab_to(page, f"#lot-{lot.key} .lot-title a")
    press(page, "Tout prendre, livré")
    expect(page.get_by_text("C'est réservé.")).to_be_visible()


def test_the_first_key_leads_to_the_content(world: World, screens: Screens) -> None:
    """The way past the frame shows itself, and leads into the page."""
    page = screens.desk(world.cast.region, "/region")
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    tab_to(page, "main a[href*='period=month']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("period=month"))


def test_no_page_holds_the_keyboard(world: World, screens: Screens) -> None:
    """On the board one comes through everything and out again; each place shows itself on the way."""
    page = screens.desk(world.cast.dispatcher, "/dispatch")
    page.wait_for_load_state("networkidle")
    tab_to(page, ".page-footer a[href='/accessibility']", most=200)


def test_a_dialog_keeps_the_keyboard_until_it_is_closed(world: World, screens: Screens) -> None:
    """Escape closes it; the button it was opened with has the focus again."""
    page = screens.phone(world.cast.baker, "/lots/new")
    page.evaluate(
        "document.querySelector('main form').insertAdjacentHTML('afterbegin', "
        "'<button type=button data-open=scanner id=opener>Ouvrir</button>')"
    )
    page.locator("#opener").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#scanner")).to_be_visible()
    assert page.evaluate("document.querySelector('#scanner').contains(document.activeElement)"), page.evaluate(AT)
    for _ in range(4):
        page.keyboard.press("Tab")
        # The browser's own bars may have the focus between two turns; the page behind never has.
        assert page.evaluate(
            "document.activeElement === document.body || "
            "document.querySelector('#scanner').contains(document.activeElement)"
        )
    page.keyboard.press("Escape")
    expect(page.locator("#opener")).to_be_focused()
