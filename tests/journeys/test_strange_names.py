"""A shop in Arabic, a charity of two hundred letters without a space, a van with an emoji: pages keep their shape, and
each number stands beside what it counts."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from service.accounts.models import Organisation, Person, Site
from service.rounds.models import Vehicle
from tests.journeys.evening import Evening
from tests.journeys.screens import PHONE, Screens
from tests.journeys.test_accessibility import WIDEST
from tests.journeys.world import World

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
    "donor": ["/give", "/lots/new", "/lots/{lot_id}"],
    "charity": ["/offers", "/lots/{lot_id}/claim", "/claims/{claim_id}"],
    "driver": ["/rounds/mine", "/rounds/{round_id}/stops/{number}"],
    "dispatcher": ["/dispatch", "/rounds/{round_id}", "/partners"],
}


@pytest.fixture(scope="module")
def evening(played: tuple[World, Evening]) -> Iterator[tuple[World, Evening]]:
    """The evening of people with names nobody thought of, who get their own back at the end."""
    world, cast = played[0], played[0].cast
    strange = {
        (Organisation, cast.baker.id): ARABIC,
        (Site, cast.baker.site.key): ARABIC,
        (Person, cast.baker.person.key): HEBREW,
        (Organisation, cast.charity.id): LONG[:200],
        (Site, cast.charity.site.key): LONG[:200],
        (Person, cast.charity.person.key): EMOJI,
        (Vehicle, cast.vehicle.key): EMOJI,
    }
    own = rename(world, strange)
    yield played
    rename(world, own)


def rename(world: World, names: dict[tuple[Any, int], str]) -> dict[tuple[Any, int], str]:
    """Give these rows these names; the names they had."""
    had = {}
    with world.database.transaction() as session:
        for (kind, key), name in names.items():
            row = session.get_one(kind, key)
            had[kind, key], row.name = row.name, name
            session.add(row)
    return had


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
