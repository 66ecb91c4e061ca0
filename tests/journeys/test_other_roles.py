"""A farmer with a field, and an administrator with an account to close: each in the hand and at a desk."""

import re

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from service.accounts.models import Activity, Person
from service.lots.models import Lot
from tests.journeys.screens import Screens
from tests.journeys.steps import choose, key_at
from tests.journeys.world import PASSWORD, World

SIZES = [390, 1280]


@pytest.mark.parametrize("width", SIZES)
def test_a_farmer_announces_a_field(world: World, screens: Screens, width: int) -> None:
    """Carrots still in their field, 300 to 500 kilograms: a point instead of an address, and the least may be taken."""
    farm = world.make.donor("Ferme du Grand Lieu", "Rezé", activity=Activity.FARM, opening_hours="Mo-Su 07:00-20:00")
    page = screens.sized(width, farm, "/give")
    page.locator("main").get_by_role("link", name="Donner", exact=True).click()
    with page.expect_response(re.compile("/lots/new/details")):
        choose(page, "Légumes")
    page.get_by_label("Poids", exact=True).fill("500")
    page.get_by_text("Remarque, accès, bacs, fourchette").click()
    page.get_by_label("Latitude").fill("47,15")
    page.get_by_label("Longitude").fill("-1,65")
    page.get_by_label("Au moins").fill("300")
    page.get_by_label("Au plus").fill("500")
    page.get_by_role("button", name="Publier le lot").click()
    expect(page.get_by_text("Votre lot est publié.")).to_be_visible()
    lot = key_at(page, "lots")
    charity = screens.sized(width, world.cast.charity, f"/lots/{lot}/claim")
    expect(charity.locator("main")).to_contain_text("Ferme du Grand Lieu")
    expect(charity.locator("main")).to_contain_text(re.compile(r"300"))
    with world.database.read() as session:
        row = session.exec(select(Lot).where(Lot.id == lot)).one()
    assert (row.announced_min_grams, row.announced_max_grams) == (300_000, 500_000)
    assert (row.latitude, row.longitude) == (47.15, -1.65)


@pytest.mark.parametrize("width", SIZES)
def test_an_administrator_suspends_and_restores_an_account(world: World, screens: Screens, width: int) -> None:
    """The phone that was signed in is signed out at once; restored, the person signs in again."""
    baker = screens.phone(world.cast.baker, "/give")
    page = screens.sized(width, world.cast.administrator, "/")
    page.get_by_role("link", name="Partenaires").first.click()
    page.get_by_role("link", name=re.compile("Boulangerie des Halles")).click()
    page.get_by_role("link", name="Maëlle Guillou").click()
    page.get_by_role("button", name="Suspendre ce compte").click()
    restore = page.get_by_role("button", name="Rétablir ce compte")
    expect(restore).to_be_visible()
    baker.goto("/give")
    expect(baker).to_have_url(re.compile("/sign-in"))
    restore.click()
    expect(page.get_by_role("button", name="Suspendre ce compte")).to_be_visible()
    baker.locator("#f-email").fill(world.cast.baker.person.email or "")
    baker.locator("#f-password").fill(PASSWORD)
    baker.locator("#f-password").press("Enter")
    expect(baker).to_have_url(re.compile("/give"))
    with world.database.read() as session:
        assert session.get_one(Person, world.cast.baker.person.key).state == "active"
