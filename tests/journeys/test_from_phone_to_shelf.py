"""Everything Glane is for: a baker's bread, live to a charity, on a driver's round, weighed, in the figures."""

import re

from playwright.sync_api import expect

from tests.journeys.screens import Screens
from tests.journeys.steps import digits, fill_bread, key_at, photo_file
from tests.journeys.world import World, working


def test_bread_goes_from_a_phone_to_a_shelf(world: World, screens: Screens) -> None:
    """Posted with a photo, seen live, claimed, planned, driven, delivered with a code, counted, and it balances."""
    cast = world.cast
    region = screens.desk(cast.region, "/region")
    expect(region.get_by_text("Rien encore sur cette période")).to_be_visible()
    charity = screens.phone(cast.charity, "/offers")
    expect(charity.get_by_text("Rien à prendre pour l'instant")).to_be_visible()
    expect(charity.locator("[data-live-state]")).to_have_text("À jour en direct")

    baker = screens.phone(cast.baker, "/")
    baker.get_by_role("link", name="Donner").first.click()
    baker.locator("main").get_by_role("link", name="Donner").click()
    baker.locator("input[type=file]").set_input_files(photo_file())
    fill_bread(baker, "12,5")
    baker.get_by_role("button", name="Publier le lot").click()
    expect(baker.get_by_text("Votre lot est publié. Les associations le voient.")).to_be_visible()
    lot = key_at(baker, "lots")

    # Nobody reloads the charity's page.
    card = charity.locator(f"#lot-{lot}")
    expect(card).to_contain_text("Boulangerie des Halles")
    expect(card).to_contain_text("12,5")
    expect(card.locator("img")).to_be_visible()
    with working(world):
        card.get_by_role("button", name="Tout prendre, livré").click()
        expect(charity.get_by_text("C'est réservé.")).to_be_visible()
        expect(charity.get_by_text("Une tournée l'apporte")).to_be_visible(timeout=40_000)

        driver = screens.phone(cast.driver, "/")
        expect(driver).to_have_url(re.compile("/rounds/mine$"))
        driver.get_by_role("button", name="J'accepte cette tournée").click()
        driver.get_by_role("button", name="Je pars").click()
        expect(driver.locator("#next-stop")).to_contain_text("Boulangerie des Halles")
        driver.get_by_role("button", name="Je suis arrivé").click()
        driver.get_by_label(re.compile("^Pain")).first.fill("12,2")
        driver.get_by_role("button", name="C'est chargé").click()
        driver.get_by_role("button", name="Je suis arrivé").click()

        charity.goto("/arrivals")
        code = digits(charity)
        expect(driver.locator("h1")).to_have_text("Épicerie solidaire de Nantes Nord")
        driver.get_by_label(re.compile("^Pain")).first.fill("12")
        driver.get_by_label("Code à six chiffres").fill(code)
        driver.get_by_role("button", name="Remettre").click()
        driver.get_by_role("button", name="Je suis rentré").click()
        expect(driver.get_by_text("Terminées")).to_be_visible()

    # The Region's page moved by itself too.
    expect(region.locator("main")).to_contain_text(re.compile(r"12\s*kg"))
    expect(region.get_by_text("Rien encore sur cette période")).to_have_count(0)
    trace = region.request.get(f"/api/v1/lots/{lot}/trace").json()
    assert trace["balanced"]
    assert [(line["grams"], line["delivered_grams"], line["free_grams"]) for line in trace["lines"]] == [
        (12_500, 12_000, 0)
    ]
