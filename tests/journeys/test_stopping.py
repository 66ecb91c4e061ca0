"""A server with open pages stops when it is told to, and the pages come back by themselves."""

import time
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.journeys.screens import Screens
from tests.journeys.world import GRACE_S, Cast, installed_world


def test_a_server_does_not_wait_for_open_pages(populated: tuple[str, Cast], browser: Browser, tmp_path: Path) -> None:
    """Sockets are let go at once: nobody who updates Glane waits for a heartbeat."""
    with installed_world(tmp_path, *populated) as world:
        screens = Screens(browser, world)
        page = screens.phone(world.cast.charity, "/offers")
        expect(page.locator("[data-live-state]")).to_have_text("À jour en direct")
        asked = time.monotonic()
    assert time.monotonic() - asked < GRACE_S - 1
    screens.close()
