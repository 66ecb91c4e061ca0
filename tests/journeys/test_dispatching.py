"""The dispatcher's evening: a caller without a screen, a vehicle more, one in the workshop, a new plan."""

import re

from playwright.sync_api import expect

from tests.journeys.screens import Screens
from tests.journeys.steps import fill_bread, key_at, planned_round
from tests.journeys.world import START, World


def test_a_dispatcher_speaks_for_a_caller(world: World, screens: Screens) -> None:
    """What is posted for somebody on the telephone is theirs, and carries both names."""
    page = screens.desk(world.cast.dispatcher, "/partners")
    page.get_by_role("link", name=re.compile("Le Panier de Rezé")).click()
    page.get_by_role("button", name="Saisir pour cet appelant").click()
    expect(page.locator("body")).to_contain_text(re.compile("Le Panier de Rezé"))
    page.goto("/lots/new")
    fill_bread(page, "7")
    page.get_by_role("button", name="Publier le lot").click()
    lot = key_at(page, "lots")
    trace = page.request.get(f"/api/v1/lots/{lot}/trace").json()
    posted = next(entry for entry in trace["entries"] if entry["kind"] == "lot.posted")
    assert posted["actor_id"] == world.cast.dispatcher.person.key
    assert posted["on_behalf_of"] == world.cast.grocer.id


def test_a_vehicle_more_and_one_away(world: World, screens: Screens) -> None:
    """The planned van goes to the workshop: its goods are left with a reason until another vehicle has a shift."""
    planned_round(world)
    page = screens.desk(world.cast.dispatcher, "/dispatch")
    expect(page.locator("main")).to_contain_text("Fourgon frigo 1")
    page.get_by_role("link", name="Véhicules").click()
    page.get_by_role("link", name=re.compile("Ajouter")).first.click()
    page.get_by_label("Nom", exact=True).fill("Kangoo de secours")
    page.get_by_label("Appartient à").select_option(label="Transports solidaires")
    page.get_by_label("Part de").select_option(index=1)
    page.get_by_label("Charge utile").fill("-5")
    with screens.watch.allow(400, 422):
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.locator(".field-error").first).to_be_visible()
    expect(page.get_by_label("Nom", exact=True)).to_have_value("Kangoo de secours")
    page.get_by_label("Charge utile").fill("450")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main")).to_contain_text("Kangoo de secours")
    page.goto("/dispatch/absences/new")
    page.locator("#f-vehicle_id").select_option(label="Fourgon frigo 1")
    page.get_by_label("Du", exact=True).fill(START.date().isoformat())
    page.get_by_label("Au", exact=True).fill(START.date().isoformat())
    page.get_by_role("button", name="Enregistrer").click()
    page.goto("/dispatch")
    page.get_by_role("button", name="Planifier maintenant").click()
    world.plan()
    expect(page.locator("main")).to_contain_text("1 lot sans tournée")
