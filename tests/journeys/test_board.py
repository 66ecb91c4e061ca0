"""The dispatcher's hand on the board: by mouse, finger and keyboard, the cost before, and the way back."""

import re
from datetime import timedelta

from playwright.sync_api import CDPSession, Locator, Page, expect
from sqlmodel import select

from service.rounds.actions.calling import raise_call
from service.rounds.models import CallReason, RideLock, Round
from tests.journeys.screens import Screens
from tests.journeys.world import World
from tests.rounds.conftest import Fleet

TABLET = {"viewport": {"width": 820, "height": 1180}, "is_mobile": True, "has_touch": True}


def two_vans(world: World) -> tuple[Round, Round]:
    """Two vans with a round each, not left yet; the first one's pickup is near the second one's way."""
    fleet = Fleet(world.make, world.settings, world.now())
    begins = world.now() + timedelta(hours=1)
    shifts = [fleet.shift(fleet.vehicle(name=f"Camionnette {at}"), starts=begins, driver_id=None) for at in (1, 2)]
    cast = world.cast
    goods = [fleet.carried(cast.baker, cast.charity, 14_000), fleet.carried(cast.grocer, cast.other, 9_000)]
    with fleet.database.transaction() as session:
        for shipment, shift in zip(goods, shifts, strict=True):
            session.add(RideLock(shipment_id=shipment.key, shift_id=shift.key, locked_at=world.now()))
    fleet.plan(world.now())
    with fleet.database.transaction() as session:
        for lock in session.exec(select(RideLock)).all():
            session.delete(lock)
    with fleet.database.read() as session:
        found = {row.shift_id: row for row in session.exec(select(Round)).all()}
    return found[shifts[0].key], found[shifts[1].key]


def lane(page: Page, round_: Round) -> str:
    return f"[data-lane='{round_.key}']"


def test_a_stop_is_moved_with_the_keyboard_and_taken_back(world: World, screens: Screens) -> None:
    """Choose the stop, choose the round, read the cost, confirm; then undo: all by keys, and the versions say so."""
    one, two = two_vans(world)
    page = screens.desk(world.cast.dispatcher, "/dispatch")
    page.locator(f"{lane(page, one)} a[data-stop]").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/rounds/{one.key}/stops/\d+/move"))
    page.get_by_role("link", name=re.compile("Camionnette 2")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cost")).to_contain_text("Coût en plus")
    expect(page.locator("#cost")).to_contain_text("€")
    page.get_by_role("button", name="Déplacer").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("L'arrêt est déplacé")
    expect(page.locator(f"{lane(page, two)} .stop-mark")).to_have_count(4)
    expect(page.locator(f"{lane(page, two)} .stop-lock").first).to_be_visible()
    page.get_by_role("link", name="Versions").click()
    expect(page.locator("main")).to_contain_text("Déplacé à la main")
    expect(page.locator("main")).to_contain_text("de Camionnette 1 à Camionnette 2")
    page.get_by_role("button", name="Annuler ce déplacement").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("annulé")
    expect(page.locator(f"{lane(page, one)} .stop-mark")).to_have_count(2)


def test_a_stop_is_dragged_with_its_cost_shown_before_it_is_dropped(world: World, screens: Screens) -> None:
    """While the stop is held each round says what it would cost; dropping asks, nothing has moved yet."""
    one, two = two_vans(world)
    page = screens.desk(world.cast.dispatcher, "/dispatch")
    mark, target = page.locator(f"{lane(page, one)} a[data-stop]").first, page.locator(lane(page, two))
    mark.scroll_into_view_if_needed()
    box, there = mark.bounding_box(), target.bounding_box()
    assert box is not None
    assert there is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, there["y"] + there["height"] / 2, steps=8)
    cost = target.locator("[data-cost]")
    expect(cost).to_be_visible()
    expect(cost).to_contain_text("€")
    expect(page.locator(".drag-label")).to_contain_text("Camionnette 2")
    page.mouse.up()
    expect(page).to_have_url(re.compile(rf"/rounds/{one.key}/stops/\d+/move\?to={two.key}"))
    expect(page.locator("#cost")).to_contain_text("Coût en plus")
    page.get_by_role("link", name="Ne rien changer").click()
    expect(page.locator(f"{lane(page, one)} .stop-mark")).to_have_count(2)


class Finger:
    """One finger on a page, as the browser's own gestures see it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.driver: CDPSession = page.context.new_cdp_session(page)
        self.x, self.y = 0.0, 0.0

    def down(self, mark: Locator) -> None:
        box = mark.bounding_box()
        assert box is not None
        self.x, self.y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self._send("touchStart")

    def hold(self) -> None:
        """Rest until the stop is taken."""
        expect(self.page.locator(".drag-label")).to_be_visible()

    def slide(self, x: float, y: float, steps: int = 8) -> None:
        """Move over the glass to a point."""
        begin = (self.x, self.y)
        for step in range(1, steps + 1):
            self.x = begin[0] + (x - begin[0]) * step / steps
            self.y = begin[1] + (y - begin[1]) * step / steps
            self._send("touchMove")

    def up(self) -> None:
        self.driver.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _send(self, kind: str) -> None:
        self.driver.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": self.x, "y": self.y}]})


def test_a_stop_is_dragged_by_a_finger_that_holds_it(world: World, screens: Screens) -> None:
    """On a tablet: hold, each round says its cost, the page stays still; let go over another, it asks first."""
    one, two = two_vans(world)
    page = screens.open(world.cast.dispatcher, "/dispatch", **TABLET)
    mark, target = page.locator(f"{lane(page, one)} a[data-stop]").first, page.locator(lane(page, two))
    target.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    finger = Finger(page)
    finger.down(mark)
    finger.hold()
    cost = target.locator("[data-cost]")
    expect(cost).to_contain_text("€")
    there = target.bounding_box()
    assert there is not None
    finger.slide(finger.x + 60, there["y"] + there["height"] / 2)
    expect(page.locator(".drag-label")).to_contain_text("Camionnette 2")
    assert page.evaluate("scrollY") == before
    label = page.locator(".drag-label").bounding_box()
    assert label is not None
    assert label["y"] + label["height"] < finger.y, "the finger hides what is said"
    finger.up()
    expect(page).to_have_url(re.compile(rf"/rounds/{one.key}/stops/\d+/move\?to={two.key}"))
    expect(page.locator("#cost")).to_contain_text("Coût en plus")
    page.get_by_role("link", name="Ne rien changer").click()
    expect(page.locator(f"{lane(page, one)} .stop-mark")).to_have_count(2)


def test_a_finger_that_moves_at_once_scrolls_and_one_lifted_at_once_opens(world: World, screens: Screens) -> None:
    """No stop is taken by who wants to see the rest of the board; a tap leads to the costs in a list."""
    one, _ = two_vans(world)
    page = screens.phone(world.cast.dispatcher, "/dispatch")
    mark = page.locator(f"{lane(page, one)} a[data-stop]").first
    mark.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    finger = Finger(page)
    finger.down(mark)
    finger.slide(finger.x, finger.y - 200, steps=10)
    finger.up()
    page.wait_for_function("before => scrollY > before + 50", arg=before)
    expect(page.locator(".drag-label")).to_have_count(0)
    expect(page).to_have_url(re.compile("/dispatch$"))
    mark.tap()
    expect(page).to_have_url(re.compile(rf"/rounds/{one.key}/stops/\d+/move$"))


def test_a_stop_held_at_the_edge_brings_the_rounds_beyond_it(world: World, screens: Screens) -> None:
    """The finger that holds cannot scroll: at the window's lower edge the page comes by itself."""
    one, _ = two_vans(world)
    page = screens.open(world.cast.dispatcher, "/dispatch", **{**TABLET, "viewport": {"width": 820, "height": 500}})
    mark = page.locator(f"{lane(page, one)} a[data-stop]").first
    mark.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    finger = Finger(page)
    finger.down(mark)
    finger.hold()
    finger.slide(400, 490)
    page.wait_for_function("before => scrollY > before + 50", arg=before)
    finger.slide(400, 250)
    finger.up()
    expect(page.locator(".drag-label")).to_have_count(0)


def test_a_locked_stop_says_so_and_a_call_is_made(world: World, screens: Screens) -> None:
    """Lock from the stop's page, see it on the board; a call stands at the top until somebody has made it."""
    one, _ = two_vans(world)
    with world.database.transaction() as session:
        row = session.get_one(Round, one.key)
        raise_call(session, row, CallReason.NOT_ACCEPTED, who=None, now=world.now())
    page = screens.phone(world.cast.dispatcher, "/dispatch")
    expect(page.locator("main")).to_contain_text("1 appel à passer")
    page.get_by_role("button", name="C'est fait").click()
    expect(page.locator("main")).not_to_contain_text("appel à passer")
    page.locator(f"{lane(page, one)} a[data-stop]").first.click()
    page.get_by_role("button", name="Verrouiller dans cette tournée").click()
    expect(page.get_by_role("button", name="Déverrouiller")).to_be_visible()
    page.goto("/dispatch")
    expect(page.locator(f"{lane(page, one)} .stop-lock").first).to_be_visible()
