"""A poster in the back room: made once, scanned by anybody, one lot, and the phone is signed out again."""

import re

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from service.lots.models import Lot
from tests.journeys.screens import Screens
from tests.journeys.steps import choose
from tests.journeys.world import World


@pytest.mark.parametrize("width", [390, 1280])
def test_scan_post_signed_out(world: World, screens: Screens, width: int) -> None:
    """The baker prints it; an apprentice without an account scans it, posts six kilograms, and is out; a second lot
    takes a second scan; what was a mistake is taken back."""
    site = world.cast.baker.site
    desk = screens.desk(world.cast.baker, f"/sites/{site.key}")
    desk.get_by_label("Où sera-t-elle ?").fill("Fournil")
    desk.get_by_role("button", name="Faire une affiche").click()
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Télécharger en PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    secret = desk.locator("input[name=secret]").input_value()
    open_ = screens.phone if width == 390 else screens.desk
    phone = open_(None, f"/poster/{secret}")
    expect(phone.get_by_role("heading", name=f"Donner pour {site.name}")).to_be_visible()
    phone.get_by_role("button", name="Donner").click()
    with phone.expect_response(re.compile("/poster/lot/details")):
        choose(phone, "Pain")
    phone.get_by_label("Poids", exact=True).fill("6")
    phone.get_by_role("button", name="Publier le lot").click()
    expect(phone.get_by_role("heading", name="Merci, c'est publié")).to_be_visible()
    with world.database.read() as session:
        (lot,) = session.exec(select(Lot)).all()
        assert (lot.site_id, lot.posted_by) == (site.key, None)
    with screens.watch.allow(401):
        phone.goto("/poster/lot/new")
        expect(phone.get_by_text("scannez de nouveau l'affiche")).to_be_visible()
    phone.goto("/lots")
    expect(phone).to_have_url(re.compile("/sign-in"))
    phone.goto(f"/poster/{secret}")
    expect(phone.get_by_role("button", name="Donner")).to_be_visible()
    # The people of the place hear of it, and the sheet says when it last served.
    desk.goto("/notices")
    expect(desk.get_by_text("Publié par l'affiche").first).to_be_visible()
    desk.goto(f"/sites/{site.key}")
    expect(desk.get_by_text("scannée 1 fois")).to_be_visible()
    desk.get_by_role("button", name="Révoquer").click()
    with screens.watch.allow(410):
        phone.goto(f"/poster/{secret}")
        expect(phone.get_by_role("heading", name="Cette affiche n'ouvre rien")).to_be_visible()


def test_a_mistake_is_taken_back(world: World, screens: Screens) -> None:
    """Within half an hour, while nobody has acted on it, from the page that said thank you."""
    desk = screens.desk(world.cast.baker, f"/sites/{world.cast.baker.site.key}")
    desk.get_by_role("button", name="Faire une affiche").click()
    secret = desk.locator("input[name=secret]").input_value()
    phone = screens.phone(None, f"/poster/{secret}")
    phone.get_by_role("button", name="Donner").click()
    with phone.expect_response(re.compile("/poster/lot/details")):
        choose(phone, "Pain")
    phone.get_by_label("Poids", exact=True).fill("60")
    phone.get_by_role("button", name="Publier le lot").click()
    phone.get_by_role("button", name="Annuler, c'était une erreur").click()
    expect(phone.get_by_role("heading", name="C'est retiré")).to_be_visible()
    with world.database.read() as session:
        assert session.exec(select(Lot.state)).one() == "withdrawn"
