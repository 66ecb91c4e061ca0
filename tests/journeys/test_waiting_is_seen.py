"""A driver without a network sees on the kept pages what was reported, what waits, and where to go next."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlmodel import select

from service.rounds.models import Round
from tests.journeys.offline import KEPT, arrives, entries, installed, no_network
from tests.journeys.screens import Screens
from tests.journeys.steps import planned_round
from tests.journeys.world import World

WAITS = "en attente d'envoi"


def on_the_road(world: World, screens: Screens) -> tuple[Page, str]:
    """A driver's phone with the round on its way and all of it kept; the round's address."""
    planned_round(world)
    page = installed(screens, world.cast.driver, "/rounds/mine")
    page.get_by_role("button", name="J'accepte cette tournée").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Je pars").click()
    address = page.get_by_role("link", name="Liste et carte").get_attribute("href")
    assert address
    for path in (address, f"{address}/stops/1", f"{address}/stops/2"):
        assert page.evaluate(KEPT, path)
    return page, address


def round_of(world: World) -> Round:
    with world.database.read() as session:
        return session.exec(select(Round)).one()


def test_the_kept_round_shows_what_waits_and_goes_on(world: World, screens: Screens) -> None:
    """Arriving and loading wait: said at their stop everywhere, not offered again, and the next stop is one tap away;
    once sent they are said no more, and count from when they were tapped."""
    page, address = on_the_road(world, screens)
    with no_network(screens, page):
        page.goto("/rounds/mine")
        page.get_by_role("button", name="Je suis arrivé").click()
        page.wait_for_url(re.compile("/stops/1"))
        expect(page.get_by_text(WAITS)).to_be_visible()
        expect(page.get_by_role("link", name=re.compile("^Arrivée : .*, préparé à"))).to_be_visible()
        expect(page.get_by_role("button", name="Je suis arrivé")).to_be_hidden()
        page.goto("/rounds/mine")
        expect(page.get_by_role("button", name="Je suis arrivé")).to_be_hidden()
        page.get_by_role("link", name="Charger", exact=True).click()
        page.get_by_role("button", name="C'est chargé").click()
        page.wait_for_url(f"**{address}")
        first = page.locator(".stop").first
        expect(first.get_by_text(WAITS)).to_have_count(2)
        expect(page.locator(".stop").nth(1).get_by_text(WAITS)).to_have_count(0)
        page.goto("/rounds/mine")
        page.get_by_role("link", name=re.compile("^Arrêt suivant")).first.click()
        page.wait_for_url(re.compile("/stops/2"))
        expect(page.get_by_text(WAITS)).to_have_count(0)
        assert entries(world, "stop.arrived") == []
    # Back on the network, what waited leaves by itself; the strip goes when the last of it has arrived.
    arrives(world, page, "stop.loaded")
    assert len(entries(world, "stop.arrived")) == len(entries(world, "stop.loaded")) == 1
    expect(page.locator("#strip-waiting")).to_be_hidden()
    page.goto(address)
    expect(page.get_by_text(WAITS)).to_have_count(0)


def test_an_incident_waits_like_any_report(world: World, screens: Screens) -> None:
    """ "Thirty minutes late", tapped twice without a network: sent once, and late from when it was said."""
    page, address = on_the_road(world, screens)
    said_at = world.now()
    with no_network(screens, page):
        page.goto("/rounds/mine")
        page.get_by_text("Un imprévu pour toute la tournée ?").click()
        late = page.locator("form", has=page.locator("input[name=kind][value=late]"))
        late.get_by_role("button").dblclick()
        page.wait_for_url(f"**{address}")
        page.goto("/rounds/mine")
        expect(page.locator("#mine > .pending").get_by_text(WAITS)).to_have_count(1)
        expect(late).to_be_hidden()
    arrives(world, page, "round.held")
    expect(page.locator("#strip-waiting")).to_be_hidden()
    [held] = entries(world, "round.held")
    assert held.data["phone"]["at"]
    found = round_of(world)
    assert found.held_until is not None
    assert found.held_until - said_at >= timedelta(minutes=29)
