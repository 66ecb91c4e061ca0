"""A phone whose network comes and goes: opened once before, cut, and what waits on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page
from sqlmodel import select

from service.journal.models import Entry
from service.lots.models import Lot
from tests.journeys.screens import Screens
from tests.journeys.steps import choose
from tests.journeys.world import World
from tests.people import Party

READY = "() => navigator.serviceWorker.ready.then(() => true)"
KEPT = """async (path) => {
  for (let turn = 0; turn < 200; turn += 1) {
    for (const name of await caches.keys()) {
      if (name.startsWith("pages-") && await (await caches.open(name)).match(path)) return true;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}"""
# What a donor's phone keeps of the posting form once it was opened.
POSTING = ("/lots/new", "/lots/new/details?0&bread")


@contextmanager
def no_network(screens: Screens, page: Page) -> Iterator[None]:
    """The network of this phone is cut while the block runs."""
    screens.watch.offline = True
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


def installed(screens: Screens, party: Party, at: str, *kept: str, width: int = 390) -> Page:
    """A phone on which Glane has been opened once before, with these pages kept."""
    page = screens.sized(width, party, at, service_workers="allow")
    page.evaluate(READY)
    page.goto(at)
    for path in kept:
        assert page.evaluate(KEPT, path), path
    return page


def baker_offers(page: Page, kg: str = "12") -> None:
    """Bread is filled in and published on a phone without a network; ends on the list of what waits."""
    page.goto("/lots/new")
    choose(page, "Pain")
    page.get_by_label("Poids", exact=True).fill(kg)
    page.get_by_role("button", name="Publier le lot").click()
    page.wait_for_url("**/waiting")


def lots(world: World) -> list[Lot]:
    """Every lot there is."""
    with world.database.read() as session:
        return list(session.exec(select(Lot)))


def entries(world: World, kind: str) -> list[Entry]:
    """What the journal says of one kind."""
    with world.database.read() as session:
        return list(session.exec(select(Entry).where(Entry.kind == kind)))


def arrives(world: World, page: Page, kind: str) -> None:
    """Wait until what a phone kept has come: an entry of this kind stands in the journal."""
    for _ in range(200):
        if entries(world, kind):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"no {kind} came")
