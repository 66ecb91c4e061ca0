""" "Combien ce soir ?": said once, asked at its hour, answered in one tap, taken back in another."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from service.lots.models import Lot
from service.lots.usual import actions
from tests.journeys.screens import Screens
from tests.journeys.steps import choose
from tests.journeys.world import World
from tests.people import REGION


def ask(world: World) -> int:
    """What a worker does at its turn."""
    with world.database.transaction() as session:
        return actions.ask_due(session, REGION, now=world.now())


@pytest.mark.parametrize("width", [390, 1280])
def test_asked_and_answered_in_one_tap(world: World, screens: Screens, width: int) -> None:
    """The baker says it once; the charity sees it as probable, not as a lot; at seven the question comes, one tap
    posts, one takes back, one says something else."""
    open_ = screens.phone if width == 390 else screens.desk
    page = open_(world.cast.baker, "/give")
    page.get_by_role("link", name="Dons habituels").click()
    page.get_by_role("link", name="Ajouter un don habituel").click()
    page.get_by_label("Quoi").select_option(label="Pain")
    page.get_by_label("Combien d'habitude").fill("12")
    choose(page, "dim")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("C'est noté")).to_be_visible()
    charity = open_(world.cast.charity, "/offers")
    expect(charity.get_by_role("heading", name="Pain")).to_have_count(0)
    charity.get_by_role("link", name=re.compile("Probable")).click()
    expect(charity.get_by_text("Ce ne sont pas des lots")).to_be_visible()
    expect(charity.get_by_text("on saura à 19")).to_have_count(2)
    assert ask(world) == 0
    world.advance(timedelta(hours=2, minutes=31))
    assert ask(world) == 1
    # The address is the message's own: from the phone's notification, the e-mail or the screen.
    page.goto("/notices")
    page.get_by_role("button", name="Répondre d'un geste").click()
    page.get_by_role("button", name=re.compile("^Comme d'habitude")).click()
    expect(page.get_by_role("heading", name="C'est publié")).to_be_visible()
    with world.database.read() as session:
        (lot,) = session.exec(select(Lot)).all()
        assert (lot.site_id, lot.posted_by) == (world.cast.baker.site.key, world.cast.baker.person.key)
    charity.goto("/offers")
    expect(charity.get_by_text("Pain").first).to_be_visible()
    page.get_by_role("button", name="Annuler").click()
    page.get_by_role("button", name=re.compile("^Moins")).click()
    expect(page.get_by_role("heading", name="C'est publié")).to_be_visible()
    page.get_by_role("link", name="Voir le lot").click()
    expect(page.locator("#lot-now .lot-marks")).to_contain_text("6")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_tonight(world: World, screens: Screens) -> None:
    """One tap too, from the donor's first page; and there may be something after all."""
    page = screens.phone(world.cast.baker, "/usual-gifts/new")
    page.get_by_label("Quoi").select_option(label="Pain")
    page.get_by_label("Combien d'habitude").fill("12")
    page.get_by_role("button", name="Enregistrer").click()
    page.goto("/give")
    page.get_by_role("link", name="Répondre").click()
    page.get_by_role("button", name="Rien ce soir").click()
    expect(page.get_by_role("heading", name="Rien ce soir, c'est noté")).to_be_visible()
    page.get_by_role("button", name="Finalement, il y a quelque chose").click()
    page.get_by_text("Un autre poids").click()
    page.get_by_label("Poids").fill("4,5")
    page.get_by_role("button", name="Publier le lot").click()
    expect(page.get_by_role("heading", name="C'est publié")).to_be_visible()
