"""The dispatcher looks at the day as a picture, live and with the keyboard, and follows a search on the board."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from service.kit.clock import real_now
from service.rounds.models import Plan, PlanState
from tests.journeys.screens import Screens
from tests.journeys.steps import claim_lot, planned_round, post_lot
from tests.journeys.world import START, World
from tests.people import REGION


def test_a_day_as_a_picture(world: World, screens: Screens) -> None:
    """From the board to the chart, which scrolls with the keyboard; a table says the same; names lead to rounds."""
    planned_round(world)
    page = screens.phone(world.cast.dispatcher, "/dispatch")
    page.get_by_role("link", name="Frise").click()
    expect(page.get_by_role("img", name=re.compile("Fourgon frigo 1, de .* à "))).to_be_visible()
    chart = page.locator("#gantt")
    chart.focus()
    # A chart that is drawn anew in the midst of a key's scrolling stays where it was: the key is pressed again.
    for _ in range(20):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(200)
        if moved := chart.evaluate("box => box.scrollLeft") > 0:
            break
    assert moved, "the chart does not scroll with the keyboard"
    name = chart.get_by_role("link", name="Fourgon frigo 1")
    box = name.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < 200
    page.locator("details.more summary").click()
    expect(page.get_by_role("cell", name=re.compile(r"\d\sh")).first).to_be_visible()
    name.click()
    expect(page).to_have_url(re.compile(r"/rounds/\d+"))


def test_the_picture_is_live_and_stays_where_it_was(world: World, screens: Screens) -> None:
    """A new plan is drawn without a reload, and what was scrolled sideways stays there."""
    planned_round(world)
    page = screens.phone(world.cast.dispatcher, "/dispatch/timeline")
    expect(page.locator("#gantt svg").first).to_be_visible()
    page.evaluate("document.querySelector('#gantt').scrollLeft = 120")
    lot = post_lot(world, world.cast.grocer, 9)
    claim_lot(world, world.cast.charity, lot)
    board = screens.desk(world.cast.dispatcher, "/dispatch")
    board.get_by_role("button", name="Planifier maintenant").click()
    expect(board.locator("#search")).to_contain_text("Plan demandé")
    world.plan()
    expect(page.locator("#gantt")).to_contain_text("Le Panier de Rezé")
    assert page.evaluate("document.querySelector('#gantt').scrollLeft") == 120


def test_the_board_follows_a_search(world: World, screens: Screens) -> None:
    """What the search says of itself is there within seconds, moves on, and goes when the search has ended."""
    page = screens.desk(world.cast.dispatcher, "/dispatch")
    row = world.make.row(Plan(region=REGION, zone="all", day=START.date(), asked_at=real_now() - timedelta(seconds=2)))
    shown = page.locator("#search")
    expect(shown).to_contain_text("Plan demandé")
    for state, best, words in (
        (PlanState.SOLVING, 1000.0, "amélioration"),
        (PlanState.SOLVING, 800.0, "meilleur de 20"),
        (PlanState.DISCARDED, 800.0, ""),
    ):
        with world.database.transaction() as session:
            found = session.get_one(Plan, row.key)
            found.state, found.phase, found.first_value, found.best_value = state, "ruin and recreate", 1000.0, best
            session.add(found)
        if words:
            expect(shown).to_contain_text(words)
    expect(shown.locator("*")).to_have_count(0)
