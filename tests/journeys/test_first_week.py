"""The first week: what a newcomer tries alone, and the map a charity opens."""

import re

from playwright.sync_api import expect
from sqlmodel import select

from service.lots.models import Lot
from tests.journeys.screens import Screens
from tests.journeys.steps import choose, fill_bread, post_lot
from tests.journeys.world import World


def test_a_donor_practises_then_gives(world: World, screens: Screens) -> None:
    """From the first step through the real form, scene by scene, to the real thing; no lot was ever there."""
    page = screens.phone(world.cast.baker, "/give")
    page.locator("#first-steps").get_by_role("link", name=re.compile("Un essai pour rien")).click()
    expect(page.get_by_text("vous seul verrez ce lot")).to_be_visible()
    fill_bread(page, "6")
    choose(page, "Aujourd'hui")
    page.get_by_role("button", name="Publier l'essai").last.click()
    expect(page).to_have_url(re.compile("/practice/lot$"))
    expect(page.locator(".tag", has_text="Essai")).to_be_visible()
    for said in ("Paniers de l'essai", "Attribué", "Enlevé", "Remis et pesé"):
        page.get_by_role("link", name="Et ensuite ?").click()
        expect(page.locator("[aria-current=step], .timeline li.is-done").last).to_contain_text(said)
    expect(page.get_by_role("link", name="Donner pour de vrai")).to_be_visible()
    page.get_by_role("button", name="Finir l'essai").click()
    steps = page.locator("#first-steps li")
    expect(steps.first).to_contain_text("Fait")
    page.get_by_role("form", name="Ranger ces premiers pas").get_by_role("button").click()
    expect(page.locator("#first-steps")).to_have_count(0)
    page.get_by_role("button", name="Annuler").click()
    expect(steps.first).to_contain_text("Fait")
    with world.database.read() as session:
        assert session.exec(select(Lot)).all() == []


def test_a_charity_opens_the_map_of_what_it_may_take(world: World, screens: Screens) -> None:
    """Folded until asked for; a mark leads to the card of its lot; a new lot comes on it by itself."""
    lot = post_lot(world, world.cast.baker)
    page = screens.phone(world.cast.charity, "/offers")
    expect(page.locator("[data-map]")).to_have_count(0)
    page.get_by_text("Voir sur la carte").click()
    mark = page.get_by_role("button", name=re.compile("1 lot · 12"))
    expect(mark).to_be_visible()
    expect(page.locator("path.map-outline").first).to_be_attached()
    mark.focus()
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup-content a")
    expect(link).to_have_attribute("href", f"#lot-{lot.key}")
    post_lot(world, world.cast.baker, 5)
    expect(page.get_by_role("button", name=re.compile("2 lots · 17"))).to_be_visible()
