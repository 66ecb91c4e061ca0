"""A volunteer by bike is told of a small lot no round brings, says yes, gives it back, keeps it, and hands it over."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from service.accounts.models import OrganisationKind, Role
from service.allocation.errands import helping
from service.allocation.errands.forms import HelperIn, Means
from service.allocation.errands.tending import tend
from service.allocation.ladder import climb
from service.lots.models import Lot
from service.rounds.models import Shift
from tests.journeys.screens import Screens
from tests.journeys.steps import claim_lot, digits, post_lot, who_of
from tests.journeys.test_sealed_evening import close_windows, for_everybody
from tests.journeys.world import START, World
from tests.people import REGION, Party

pytestmark = pytest.mark.sealed


def rider(world: World, name: str) -> Party:
    """Somebody of an approved organisation with a bike, who has not said so yet."""
    return world.make.party(OrganisationKind.CARRIER, Role.DRIVER, name, "Nantes")


def also_helps(world: World, party: Party) -> None:
    """They said so before."""
    said = HelperIn(site_id=party.site.key, means=Means.BIKE, most_grams=10_000, most_minutes=60)
    with world.database.transaction() as session:
        helping.help_out(session, said, who=who_of(session, party), now=world.now())


def wanted_and_not_brought(world: World) -> Lot:
    """Bread that the charity asked a round for, on an evening on which none drives."""
    with world.database.transaction() as session:
        session.get_one(Shift, world.cast.shift.key).cancelled_at = START
    lot = post_lot(world, world.cast.baker, 8)
    claim_lot(world, world.cast.charity, lot)
    close_windows(world)
    return lot


def put_to_volunteers(world: World) -> None:
    """Two minutes later the worker takes the first step of the ladder."""
    world.advance(timedelta(minutes=2))
    with world.database.transaction() as session:
        assert climb(session, REGION, now=world.now()) == 1


def its_turn(world: World) -> None:
    """The worker plans, and sees to what volunteers said yes to."""
    world.plan()
    with world.database.transaction() as session:
        assert tend(session, REGION, now=world.now()) == 1


def says_so(page: Page) -> None:
    """On their page, before anything waits."""
    page.get_by_label("Au plus").fill("10")
    page.get_by_label("Sur la route, retour compris").select_option("60")
    page.get_by_role("button", name="Me prévenir").click()
    expect(page.get_by_text("Rien pour l'instant")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_told_says_yes_gives_it_back_and_keeps_it(world: World, screens: Screens, width: int) -> None:
    """From the message to the code at the charity's door; the dispatcher reads along, and every gram is counted."""
    volunteer, other = rider(world, "Vélos de Nantes"), rider(world, "Vélos du quai")
    also_helps(world, other)
    page = screens.sized(width, volunteer, "/rounds/mine")
    page.get_by_role("link", name="Petits trajets près de chez vous").click()
    for_everybody(page)
    says_so(page)
    lot = wanted_and_not_brought(world)
    desk = screens.desk(world.cast.dispatcher, f"/lots/{lot.key}/decision")
    expect(desk.locator("main")).to_contain_text("nous demandons à des bénévoles proches")
    put_to_volunteers(world)

    # The open page changes by itself; the message opens it.
    yes = page.get_by_role("button", name="Oui, je l'apporte")
    expect(yes).to_be_visible()
    expect(page.locator("#errands")).to_contain_text(re.compile(r"\d+\smin à vélo, retour compris"))
    page.goto("/notices")
    page.get_by_role("button", name="Voir le trajet").first.click()
    expect(page).to_have_url(re.compile("/errands$"))
    for_everybody(page)
    yes.click()
    expect(page.get_by_text("Vous l'apportez")).to_be_visible()
    for_everybody(page)

    # Not after all: the other one is asked again, and the first may still change their mind.
    page.get_by_role("button", name="Finalement, je ne peux pas").click()
    expect(page.get_by_text("Vous avez dit non. Vous pouvez encore changer d'avis.")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("ne peut pas")
    for_everybody(desk)
    yes.click()
    expect(page.get_by_text("Vous l'apportez")).to_be_visible()
    late = screens.phone(other, "/errands")
    expect(late.locator("#errands")).to_contain_text("Quelqu'un d'autre l'apporte")
    for_everybody(late)

    # It is a round of two stops, theirs without another tap.
    its_turn(world)
    page.get_by_role("link", name="Voir le trajet").click()
    page.get_by_role("button", name="Je pars").click()
    expect(page.locator("#next-stop")).to_contain_text("Boulangerie des Halles")
    page.get_by_role("button", name="Je suis arrivé").click()
    page.get_by_role("button", name="C'est chargé").click()
    page.get_by_role("button", name="Je suis arrivé").click()
    charity = screens.phone(world.cast.charity, "/arrivals")
    page.get_by_label("Code à six chiffres").fill(digits(charity))
    page.get_by_role("button", name="Remettre").click()
    page.get_by_role("button", name="Je suis rentré").click()
    expect(page.get_by_text("Terminées")).to_be_visible()
    page.goto("/errands")
    expect(page.get_by_role("button", name="Finalement, je ne peux pas")).to_have_count(0)
    trace = desk.request.get(f"/api/v1/lots/{lot.key}/trace").json()
    assert trace["balanced"]
    assert [(line["delivered_grams"], line["free_grams"]) for line in trace["lines"]] == [(8_000, 0)]
