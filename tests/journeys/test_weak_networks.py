"""A network that never answers, a tab that was closed before it came back, and the way back in the middle of a form."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.journeys.offline import POSTING, baker_offers, installed, lots, no_network
from tests.journeys.screens import Screens
from tests.journeys.steps import fill_bread
from tests.journeys.world import World


@contextmanager
def no_answer(world: World) -> Iterator[None]:
    """Whatever is sent to be written waits, as on a line that has gone silent, until the block ends."""
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with world.database.transaction() as session:
            session.connection()
            held.set()
            free.wait(120)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    try:
        yield
    finally:
        free.set()
        thread.join()


@pytest.mark.slow
def test_a_request_that_is_never_answered_waits_in_the_queue(world: World, screens: Screens) -> None:
    """After its time it is kept, and said so; once the line is back it is posted once, even if the first came too."""
    page = installed(screens, world.cast.grocer, "/lots/new", *POSTING)
    fill_bread(page, "12")
    with no_answer(world):
        page.get_by_role("button", name="Publier le lot").click()
        page.wait_for_url("**/waiting", timeout=150_000)
        expect(page.locator("#waiting .row-title")).to_contain_text("Pain")
    expect(page.locator("#sent")).to_contain_text("Pain", timeout=90_000)
    assert len(lots(world)) == 1


def registration_of(page: Page, session: CDPSession, address: str) -> str:
    """The number of the service worker's registration, as the browser knows it."""
    found: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    for _ in range(100):
        for one in found:
            if one["scopeURL"].startswith(address):
                return str(one["registrationId"])
        page.wait_for_timeout(100)
    raise AssertionError(found)


def test_the_browser_sends_what_waits_with_no_page_open(world: World, screens: Screens) -> None:
    """Where it has Background Sync: nothing of Glane is open, and the lot is posted once."""
    page = installed(screens, world.cast.baker, "/lots/new", *POSTING)
    with no_network(screens, page):
        baker_offers(page)
        page.goto("about:blank")
        assert lots(world) == []
    # Browsers ask by themselves when the network is back, each in its own time: this one is told to.
    session = page.context.new_cdp_session(page)
    number = registration_of(page, session, world.address)
    asked = {"origin": world.address, "registrationId": number, "tag": "glane-send", "lastChance": False}
    session.send("ServiceWorker.dispatchSyncEvent", asked)
    for _ in range(100):
        if lots(world):
            break
        page.wait_for_timeout(100)
    assert len(lots(world)) == 1


def back(page: Page) -> None:
    page.go_back()
    page.wait_for_load_state()


def test_the_way_back_in_mid_form_keeps_what_was_typed(world: World, screens: Screens) -> None:
    """Away by a link and back again, with and without a network: kind and weight stand as they were."""
    page = installed(screens, world.cast.baker, "/lots/new", *POSTING)
    fill_bread(page, "7,5")
    page.get_by_role("link", name="Mes lots").click()
    page.wait_for_url("**/lots")
    back(page)
    expect(page.get_by_label("Poids", exact=True)).to_have_value("7,5")
    expect(page.get_by_text("Fabriqué le").first).to_be_visible()
    with no_network(screens, page):
        page.get_by_label("Poids", exact=True).fill("9")
        page.goto("/give")
        back(page)
        expect(page.get_by_label("Poids", exact=True)).to_have_value("9")
        expect(page.get_by_text("Fabriqué le").first).to_be_visible()


FULL = "() => { throw new DOMException('', 'QuotaExceededError'); }"


def test_a_phone_without_room_loses_nothing_on_the_way(world: World, screens: Screens) -> None:
    """The network goes while it is sent, and nothing can be kept: said so, and the form is as it was."""
    page = installed(screens, world.cast.baker, "/lots/new", *POSTING)
    fill_bread(page, "12")
    # A phone that believes in its network until it sends.
    page.evaluate("() => Object.defineProperty(navigator, 'onLine', { get: () => true })")
    page.context.service_workers[0].evaluate(f"() => {{ glaneQueue.add = async {FULL}; }}")
    with no_network(screens, page):
        page.get_by_role("button", name="Publier le lot").click()
        expect(page.get_by_text("Ceci n'a pas pu être gardé pour plus tard")).to_be_visible()
        page.get_by_role("link", name="Revenir au formulaire").click()
        expect(page.get_by_label("Poids", exact=True)).to_have_value("12")
    assert lots(world) == []


def test_a_phone_without_room_for_drafts_says_so(world: World, screens: Screens) -> None:
    """What is typed cannot be kept: the person hears it while it still stands there, and can send it."""
    page = installed(screens, world.cast.baker, "/lots/new", *POSTING)
    page.evaluate(f"() => {{ Storage.prototype.setItem = {FULL}; }}")
    fill_bread(page, "12")
    expect(page.get_by_text("Ce téléphone n'a plus de place")).to_be_visible()
    page.get_by_role("button", name="Publier le lot").click()
    page.wait_for_url(re.compile(r"/lots/\d+"))
    assert len(lots(world)) == 1
