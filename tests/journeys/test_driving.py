"""Roads are not plans: a door that stays shut, a van that is full, a sheet of paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.screens import Screens
from tests.journeys.steps import planned_round
from tests.journeys.world import World


def test_what_does_not_fit_becomes_a_lot_again(world: World, screens: Screens) -> None:
    """The driver takes part of it in two taps; the rest is on offer at once, and the trace balances."""
    lot = planned_round(world, 20)
    offers = screens.phone(world.cast.other, "/offers")
    driver = screens.phone(world.cast.driver, "/rounds/mine")
    driver.get_by_role("button", name="J'accepte cette tournée").click()
    driver.get_by_role("button", name="Je pars").click()
    driver.get_by_role("button", name="Je suis arrivé").click()
    driver.get_by_label(re.compile("^Pain")).first.fill("14")
    driver.get_by_text("Tout ne rentre pas ?").click()
    driver.get_by_role("button", name="Charger cela, proposer le reste").click()
    expect(driver.locator("main")).to_contain_text("Épicerie solidaire de Nantes Nord")
    expect(offers.locator("#offers")).to_contain_text(re.compile(r"6\s*kg"))
    staff = screens.desk(world.cast.dispatcher, f"/lots/{lot.key}")
    trace = staff.request.get(f"/api/v1/lots/{lot.key}/trace").json()
    assert trace["balanced"]
    assert len(trace["children"]) <= 1


@pytest.mark.parametrize(("width", "region_width"), [(390, 1280), (1280, 390)])
def test_a_delivery_refused_at_the_door(world: World, screens: Screens, width: int, region_width: int) -> None:
    """Refused goods need a reason, and the Region sees them as refused."""
    planned_round(world)
    driver = screens.sized(width, world.cast.driver, "/rounds/mine")
    driver.get_by_role("button", name="J'accepte cette tournée").click()
    driver.get_by_role("button", name="Je pars").click()
    driver.get_by_role("button", name="Je suis arrivé").click()
    driver.get_by_role("button", name="C'est chargé").click()
    driver.get_by_role("button", name="Je suis arrivé").click()
    driver.get_by_text("Refuser ce qui est là").click()
    driver.get_by_label("Motif").select_option(index=1)
    driver.get_by_role("button", name="Refuser").click()
    driver.get_by_role("button", name="Je suis rentré").click()
    region = screens.sized(region_width, world.cast.region, "/region")
    refused = region.locator(".figure", has_text="Refusé")
    expect(refused).to_contain_text(re.compile(r"12\s*kg"))


def test_a_sheet_of_paper_is_entered_afterwards(world: World, screens: Screens) -> None:
    """Real times and weights from paper, marked as entered afterwards."""
    planned_round(world)
    driver = screens.phone(world.cast.driver, "/rounds/mine")
    driver.get_by_role("button", name="J'accepte cette tournée").click()
    driver.get_by_role("link", name="Liste et carte").click()
    driver.get_by_role("link", name="Saisir après coup").click()
    times = driver.locator("input[type=time]")
    expect(times).to_have_count(2)
    times.nth(0).fill("16:20")
    times.nth(1).fill("16:25")
    driver.get_by_label(re.compile("^Reçu")).fill("11,8")
    driver.get_by_role("button", name="Enregistrer la tournée").click()
    expect(driver.locator("main")).to_contain_text("saisi après coup")
    region = screens.desk(world.cast.region, "/region")
    expect(region.locator("main")).to_contain_text(re.compile(r"11,8\s*kg"))
