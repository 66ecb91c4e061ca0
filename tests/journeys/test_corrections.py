"""A date that was wrong on the form: a photo of the label, a new version, and nobody carries it unawares."""

from datetime import timedelta

from playwright.sync_api import expect

from tests.journeys.screens import Screens
from tests.journeys.steps import choose, claim_lot, photo_file, post_lot
from tests.journeys.world import START, World


def test_a_corrected_date_waits_for_its_holder(world: World, screens: Screens) -> None:
    """Without a photo of the label it is refused; with one, the claimed lot is frozen until the charity agrees."""
    day = START.date()
    lot = post_lot(
        world,
        world.cast.baker,
        10,
        "yoghurt",
        date_kind="dlc",
        date=(day + timedelta(days=6)).isoformat(),
        prepacked=True,
        labelled=True,
        lot_number="L4471",
    )
    claim_lot(world, world.cast.charity, lot)
    baker = screens.phone(world.cast.baker, f"/lots/{lot.key}")
    baker.get_by_role("link", name="Corriger").click()
    choose(baker, "Autre jour")
    baker.locator("input[type=date]").first.fill((day + timedelta(days=5)).isoformat())
    with screens.watch.allow(422):
        baker.get_by_role("button", name="Enregistrer").click()
        expect(baker.locator(".errors")).to_contain_text("étiquette")
    expect(baker.locator("input[type=date]").first).to_have_value((day + timedelta(days=5)).isoformat())
    baker.locator("input[type=file]").set_input_files(photo_file("etiquette.jpg"))
    baker.get_by_role("button", name="Enregistrer").click()
    expect(baker.get_by_text("Correction à confirmer")).to_be_visible()

    charity = screens.phone(world.cast.charity, f"/lots/{lot.key}")
    expect(charity.get_by_text("Correction à confirmer")).to_be_visible()
    charity.get_by_role("button", name="J'ai vu la correction, je garde ma part").click()
    expect(charity.get_by_text("Correction à confirmer")).to_have_count(0)
    expect(baker.get_by_text("Correction à confirmer")).to_have_count(0)
