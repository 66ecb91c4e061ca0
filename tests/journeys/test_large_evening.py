"""An evening with many lots: a phone is not given all of them at once, and what is asked for in addition stays."""

import re

from playwright.sync_api import expect

from service.allocation.pages.offers import CARDS
from tests.journeys.screens import Screens
from tests.journeys.steps import planned_round, post_lot
from tests.journeys.world import World


def test_offers_come_in_parts_the_most_urgent_first(world: World, screens: Screens) -> None:
    """The rest is one tap away, at its place; a lot that comes meanwhile does not fold it again; a shop of which no
    card is on the page is opened from the map all the same."""
    for _ in range(CARDS):
        post_lot(world, world.cast.baker, 5)
    last = post_lot(world, world.cast.grocer, 6)
    page = screens.phone(world.cast.charity, "/offers")
    cards = page.locator("#offers .lot-card")
    expect(cards).to_have_count(CARDS)
    expect(page.get_by_text("1 lot de plus, moins urgent.")).to_be_visible()
    page.get_by_text("Voir sur la carte").click()
    mark = page.get_by_role("button", name=re.compile("Le Panier de Rezé"))
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup-content a")).to_have_attribute("href", re.compile(f"/lots/{last.key}/claim"))
    page.get_by_role("link", name="Voir la suite").click()
    expect(cards).to_have_count(CARDS + 1)
    expect(page.locator(f"#lot-{last.key}")).to_be_in_viewport()
    expect(page.get_by_text("de plus, moins urgent")).to_have_count(0)
    expect(page.locator("[data-live-state]")).to_have_text("À jour en direct")
    post_lot(world, world.cast.grocer, 7)
    expect(cards).to_have_count(CARDS + 2)


def test_the_board_opens_at_now_on_a_phone(world: World, screens: Screens) -> None:
    """The hours before are to the left; the first stop is on the screen. In English too, an hour is written 16:30."""
    planned_round(world)
    page = screens.phone(world.cast.dispatcher, "/dispatch", locale="en")
    expect(page.locator("#lanes .stop-mark").first).to_be_in_viewport()
    page.locator("#lanes").scroll_into_view_if_needed()
    mark, lanes = page.locator("#lanes .stop-mark").first.bounding_box(), page.locator("#lanes").bounding_box()
    assert mark is not None
    assert lanes is not None
    assert lanes["x"] <= mark["x"] <= lanes["x"] + lanes["width"]
    expect(page.locator("[data-clock]").first).to_have_text(re.compile(r"^16:3\d$"))
