"""What a screen reader is given to say, and when: news, what one has done, what is wrong.

No screen reader runs here: what is looked at is the regions they announce, the focus, and the title of the page.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PATIENCE_MS
from tests.journeys.screens import Screens
from tests.journeys.steps import claim_lot, planned_round, post_lot
from tests.journeys.world import Cast, World, installed_world


@pytest.fixture(scope="module")
def world(populated: tuple[str, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One installation for all tests of this file."""
    with installed_world(tmp_path_factory.mktemp("heard"), *populated) as world:
        yield world


def heard(page: Page) -> None:
    """Everything the polite region says from now on, each once."""
    page.evaluate(
        """() => { window.heard = []; new MutationObserver(() => {
          const words = document.getElementById("live").textContent.trim();
          if (words && window.heard.at(-1) !== words) window.heard.push(words);
        }).observe(document.getElementById("live"), { childList: true, characterData: true, subtree: true }); }"""
    )


def expect_heard(page: Page, pattern: str) -> list[str]:
    """Wait until something said matches; everything said so far. (The policy lets no tool wait inside the page.)"""
    for _ in range(PATIENCE_MS // 100):
        said: list[str] = page.evaluate("window.heard")
        if any(re.search(pattern, words) for words in said):
            return said
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate("window.heard"))


def test_news_are_said_by_name_and_leave_the_keyboard_where_it_was(world: World, screens: Screens) -> None:
    """A lot that comes and one that goes; whoever stands on a button in between still stands there."""
    first = post_lot(world, world.cast.baker, 12)
    page = screens.desk(world.cast.charity, "/offers")
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "on")
    heard(page)
    button = page.locator(f"#lot-{first.key}").get_by_role("button", name="Tout prendre, livré")
    button.focus()
    second = post_lot(world, world.cast.grocer, 7)
    expect(page.locator(f"#lot-{second.key}")).to_be_visible()
    expect_heard(page, r"Nouveau\s: [^,]+, 7\skg")
    expect(button).to_be_focused()
    claim_lot(world, world.cast.other, second)
    expect(page.locator(f"#lot-{second.key}")).to_have_count(0)
    assert len(expect_heard(page, "N'est plus là")) == 2
    expect(button).to_be_focused()


def test_what_one_has_done_is_said(world: World, screens: Screens) -> None:
    """After a claim: the page's title and heading name the lot, and the message with its way back is said."""
    lot = post_lot(world, world.cast.baker, 5)
    page = screens.phone(world.cast.charity, "/offers")
    page.locator(f"#lot-{lot.key}").get_by_role("button", name="Tout prendre, livré").click()
    expect(page).to_have_url(re.compile("/claims/"))
    expect(page).to_have_title(re.compile(r"^\w.+ – Glane$"))
    assert page.title().removesuffix(" – Glane") == page.locator("h1").inner_text()
    expect(page.locator("#live[aria-live=polite]")).to_have_text("Votre demande est notée.")


def test_a_state_that_changes_is_said(world: World, screens: Screens) -> None:
    """The donor has the lot open while somebody takes it."""
    lot = post_lot(world, world.cast.baker, 8)
    page = screens.desk(world.cast.baker, f"/lots/{lot.key}")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "on")
    heard(page)
    claim_lot(world, world.cast.charity, lot)
    said = expect_heard(page, ".")
    assert said == [page.locator("#lot-now [data-live-say]").inner_text().strip()], said


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_wrong_comes_first(world: World, screens: Screens, language: str) -> None:
    """A form sent back: the title says so, the list of what is wrong has the focus and is announced, each line leads to
    its field, and the field names its error."""
    page = screens.phone(world.cast.baker, "/lots/new", locale=language)
    with screens.watch.allow(422):
        page.locator("form.form button.btn-primary").click()
        expect(page).to_have_title(re.compile("^Erreur\\s: " if language == "fr" else "^Error: "))
    errors = page.locator(".errors[role=alert]")
    expect(errors).to_be_focused()
    link = errors.get_by_role("link").first
    link.click()
    aim = (link.get_attribute("href") or "").removeprefix("#")
    wrong = page.locator(f"[id='{aim}']")
    named = wrong.get_attribute("aria-describedby") or ""
    said = [page.locator(f"[id='{part}']").inner_text() for part in named.split()]
    assert any(re.match(r"(Erreur|Error)", text) for text in said), said


def test_a_refusal_at_the_stop_comes_first(world: World, screens: Screens) -> None:
    """A report that is not taken: its reason has the focus, nothing typed is lost."""
    planned_round(world, 4)
    page = screens.phone(world.cast.driver, "/rounds/mine")
    page.get_by_role("button", name="J'accepte cette tournée").click()
    page.get_by_role("button", name="Je pars").click()
    page.get_by_role("button", name="Je suis arrivé").click()
    box = page.locator("input[name^='kg.']").first
    box.fill("douze")
    with screens.watch.allow(422):
        page.get_by_role("button", name="C'est chargé").click()
        note = page.locator(".note-bad[role=alert]")
        expect(note).to_be_focused()
    expect(page.locator("input[name^='kg.']").first).to_have_value("douze")
