"""A charity that comes by itself: a code on its phone, typed at the counter, weighed at home."""

import re

from playwright.sync_api import expect

from tests.journeys.screens import Screens
from tests.journeys.steps import digits, post_lot
from tests.journeys.world import World


def test_a_lot_is_fetched_with_a_code_and_weighed_at_home(world: World, screens: Screens) -> None:
    """The donor sees who comes and types the six digits; what counts is what the charity weighs."""
    lot = post_lot(world, world.cast.baker, 8)
    charity = screens.phone(world.cast.charity, "/offers")
    charity.locator(f"#lot-{lot.key}").get_by_role("button", name="J'y vais").click()
    expect(charity.get_by_text("Montrez-le au donateur")).to_be_visible()
    code = digits(charity)
    claim = charity.url.partition("?")[0]

    baker = screens.phone(world.cast.baker, "/give")
    baker.get_by_role("link", name=re.compile("Pain")).first.click()
    expect(baker.locator("#lot-shares")).to_contain_text("Épicerie solidaire")
    baker.goto(claim)
    with screens.watch.allow(422, 400, 403, 409):
        baker.get_by_label("Les six chiffres de son écran").fill("000000" if code != "000000" else "111111")
        baker.get_by_role("button", name="Remettre le lot").click()
        expect(baker.locator("main")).to_contain_text("code")
    baker.get_by_label("Les six chiffres de son écran").fill(f"{code[:3]} {code[3:]}")
    baker.get_by_role("button", name="Remettre le lot").click()
    expect(baker.get_by_role("button", name="Remettre le lot")).to_have_count(0)

    # The charity's page changed by itself: it now asks for the weight.
    weight = charity.get_by_label(re.compile("Pain"))
    expect(weight).to_be_visible()
    weight.fill("7,6")
    charity.get_by_role("button", name="Enregistrer les poids").click()
    expect(charity.locator(".weight-tag-big")).to_have_text(re.compile(r"7,6\s*kg"))

    region = screens.desk(world.cast.region, "/region")
    expect(region.locator("main")).to_contain_text(re.compile(r"7,6\s*kg"))
