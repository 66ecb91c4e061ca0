"""A shop in Arabic, a charity of two hundred letters without a space, a van with an emoji: pages keep their shape, and
each number stands beside what it counts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from sqlmodel import Session

from service.accounts.models import Organisation, Person, Site
from service.rounds.models import Vehicle
from tests.journeys.evening import Evening, play
from tests.journeys.screens import PHONE, Screens
from tests.journeys.test_accessibility import WIDEST
from tests.journeys.world import Cast, World, installed_world

pytestmark = pytest.mark.slow
ARABIC, HEBREW = "مخبز النور 24", "יעל כהן"
LONG = "Associationdesolidarité" * 8 + " du quartier 🥖🥐"
EMOJI = "Fourgon 🚚❄️ n° 1"
# Letters from right to left that no isolate surrounds: a number after them would move before them.
LOOSE = r"""() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("script, textarea, template")) continue;
    const rest = node.textContent.replace(/\u2068[^\u2069]*\u2069/g, "");
    if (/[\u0590-\u08ff]/.test(rest)) found.push(node.textContent.trim().slice(0, 120));
  }
  return found;
}"""
# On which side of a name its weight is drawn.
AFTER = """([name, weight]) => {
  const box = (text) => {
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.textContent.indexOf(text);
      if (at < 0 || !walker.currentNode.textContent.includes(name)) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + text.length);
      return range.getBoundingClientRect();
    }
    return null;
  };
  const [first, second] = [box(name), box(weight)];
  return first && second && (second.left >= first.right - 1 || second.top >= first.bottom - 4);
}"""
PAGES = {
    "donor": ["/give", "/lots/new", "/lots/{lot_id}", "/usual-gifts"],
    "charity": ["/offers", "/lots/{lot_id}/claim", "/claims/{claim_id}"],
    "driver": ["/rounds/mine", "/rounds/{round_id}/stops/{number}"],
    "dispatcher": ["/dispatch", "/rounds/{round_id}", "/partners", "/dispatch/vehicles"],
    "region": ["/region"],
}


@pytest.fixture(scope="module")
def evening(populated: tuple[str, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Evening]]:
    """An evening of people with names nobody thought of."""
    with installed_world(tmp_path_factory.mktemp("names"), *populated) as world:
        with world.database.transaction() as session:
            rename(session, world.cast)
        yield world, play(world)


def rename(session: Session, cast: Cast) -> None:
    for party, name, person in ((cast.baker, ARABIC, HEBREW), (cast.charity, LONG[:200], EMOJI)):
        session.get_one(Organisation, party.id).name = name
        session.get_one(Site, party.site.key).name = name
        session.get_one(Person, party.person.key).name = person
    session.get_one(Vehicle, cast.vehicle.key).name = EMOJI


@pytest.mark.parametrize("role", PAGES)
def test_pages_keep_their_shape(evening: tuple[World, Evening], browser: Browser, role: str) -> None:
    """At 320 pixels and on a desk nothing sticks out; every right-to-left name is set apart."""
    world, keys = evening
    screens = Screens(browser, world)
    wrong = []
    page = screens.open(world.cast.parties[role], viewport=PHONE["viewport"])
    for address in PAGES[role]:
        page.goto(address.format(**keys.keys))
        page.wait_for_load_state("networkidle")
        wrong += [f"{address}: not set apart: {text}" for text in page.evaluate(LOOSE)]
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 640})
            if (shown := page.evaluate("document.documentElement.scrollWidth")) > width:
                wrong.append(f"{address}: {shown} px wide on {width}: {page.evaluate(WIDEST)}")
    screens.close()
    assert wrong == []
    assert screens.watch.said == []


def test_a_number_stands_after_the_name(evening: tuple[World, Evening], browser: Browser) -> None:
    """In the charity's list: the shop, then how far it is, as in every other line."""
    world, _keys = evening
    screens = Screens(browser, world)
    page = screens.open(world.cast.charity, "/offers", viewport=PHONE["viewport"])
    assert page.evaluate(AFTER, [ARABIC, "0\u00a0m"])
    screens.close()
