"""People nobody knew this morning: a shop that gives tonight, a charity that waits for the Region's word."""

import re

from playwright.sync_api import expect

from tests.journeys.screens import Screens
from tests.journeys.steps import choose, fill_bread, post_lot
from tests.journeys.world import World

# A SIRET with the right key, of nobody in particular.
SIRET = "732 829 320 00074"


def test_a_shop_registers_and_gives_tonight(world: World, screens: Screens) -> None:
    """A wrong SIRET is refused with words and nothing typed is lost; a right one opens the door; a dispatcher looks."""
    shop = screens.phone(None, "/")
    shop.get_by_role("link", name="Je donne").click()
    shop.locator("#f-siret").fill("732 829 320 00075")
    shop.locator("#f-name").fill("Au bon pain")
    choose(shop, "Boulangerie")
    shop.locator("#f-street").fill("3 rue Crébillon")
    shop.locator("#f-postcode").fill("44000")
    shop.locator("#f-city").fill("Nantes")
    shop.locator("#f-opening_hours").fill("lun-sam 7h-20h")
    shop.locator("#f-person_name").fill("Ana Le Goff")
    shop.locator("#f-person_phone").fill("06 12 34 56 99")
    shop.locator("#f-person_email").fill("ana@example.org")
    with screens.watch.allow(400, 422):
        shop.get_by_role("button", name="M'inscrire et donner").click()
        expect(shop.locator("#error-siret")).to_be_visible()
    expect(shop.locator("#f-person_name")).to_have_value("Ana Le Goff")
    shop.locator("#f-siret").fill(SIRET)
    shop.get_by_role("button", name="M'inscrire et donner").click()
    shop.goto(world.link_for("ana@example.org"))
    shop.get_by_role("button", name="Entrer").click()
    expect(shop.locator(".account-name")).to_contain_text("Ana Le Goff")
    shop.goto("/lots/new")
    fill_bread(shop, "6")
    shop.get_by_role("button", name="Publier le lot").click()
    expect(shop.get_by_text("Votre lot est publié.")).to_be_visible()

    charity = screens.phone(world.cast.charity, "/offers")
    expect(charity.locator("#offers")).to_contain_text("Au bon pain")
    dispatcher = screens.desk(world.cast.dispatcher, "/partners?new=true")
    dispatcher.get_by_role("link", name=re.compile("Au bon pain")).click()
    dispatcher.get_by_role("button", name="C'est vu").click()
    expect(dispatcher.get_by_role("button", name="C'est vu")).to_have_count(0)


def test_a_charity_waits_for_approval(world: World, screens: Screens) -> None:
    """Registered, it sees no lot; approved by the Region and with its habilitation, it claims one."""
    post_lot(world, world.cast.baker, 9)
    charity = screens.phone(None, "/register/charity")
    charity.locator("#f-rna").fill("W442001234")
    charity.locator("#f-name").fill("La Table de Chantenay")
    charity.locator("#f-postcode").fill("44100")
    charity.locator("#f-city").fill("Nantes")
    charity.locator("#f-street").fill("12 rue de la Constitution")
    charity.locator("#f-opening_hours").fill("tous les jours 8h-22h")
    charity.locator("#f-person_name").fill("Inès Morvan")
    charity.locator("#f-person_email").fill("ines@example.org")
    charity.get_by_role("button", name="Envoyer la demande").click()
    charity.goto(world.link_for("ines@example.org"))
    charity.get_by_role("button", name="Entrer").click()
    expect(charity.locator("main")).to_contain_text("en cours d'examen")
    with screens.watch.allow(403):
        charity.goto("/offers")
        expect(charity.locator("main")).not_to_contain_text("Boulangerie des Halles")

    region = screens.desk(world.cast.region, "/partners?state=pending")
    region.get_by_role("link", name=re.compile("La Table de Chantenay")).click()
    partner = region.url
    region.get_by_role("button", name="Approuver").click()
    expect(region.get_by_role("button", name="Approuver")).to_have_count(0)
    region.goto(f"{partner}/habilitation")
    region.locator("#f-number").fill("2026-52-014")
    region.locator("#f-starts_on").fill("2026-01-01")
    region.locator("#f-ends_on").fill("2027-12-31")
    region.get_by_role("button", name="Enregistrer").click()
    expect(region.locator("main")).to_contain_text("2026-52-014")
    charity.goto("/offers")
    charity.get_by_role("button", name="J'y vais").click()
    expect(charity.get_by_text("Montrez-le au donateur")).to_be_visible()
