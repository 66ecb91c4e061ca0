"""What a hand may get wrong in the form: words at the field, and nothing typed is lost."""

import re

from playwright.sync_api import Route, expect

from tests.journeys.screens import Screens
from tests.journeys.steps import choose, fill_bread, photo_file
from tests.journeys.world import World


def test_a_form_with_mistakes_comes_back_whole(world: World, screens: Screens) -> None:
    """A text called .jpg, a negative weight and a window in the past are each refused at their field."""
    page = screens.phone(world.cast.baker, "/lots/new")
    page.locator("input[type=file]").set_input_files(photo_file("pains.jpg", b"this is a text"))
    fill_bread(page, "-3")
    page.get_by_text("Remarque, accès, bacs, fourchette").click()
    page.get_by_label("Remarque pour l'association").fill("Sonner deux fois")
    for box in page.locator("input[name=slot]").all():
        box.uncheck(force=True)
    page.get_by_text("Un autre créneau").click()
    page.locator("#f-slot_day").fill("2026-11-19")
    page.locator("#f-slot_from").fill("10:00")
    page.locator("#f-slot_to").fill("12:00")
    with screens.watch.allow(422):
        page.get_by_role("button", name="Publier le lot").click()
        expect(page.locator(".errors")).to_be_visible()
        expect(page.locator("#error-photo")).to_be_visible()
        weight = page.get_by_label("Poids", exact=True)
        expect(weight).to_have_value("-3")
        expect(weight).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("Remarque pour l'association")).to_have_value("Sonner deux fois")
        expect(page.locator("#f-slot_day")).to_have_value("2026-11-19")
        weight.fill("3")
        page.get_by_role("button", name="Publier le lot").click()
        expect(page.locator(".errors")).to_contain_text(re.compile("créneau|passé", re.I))
    expect(page.get_by_label("Poids", exact=True)).to_have_value("3")
    choose(page, "Aujourd'hui de")
    for field in ("day", "from", "to"):
        page.locator(f"#f-slot_{field}").fill("")
    page.get_by_role("button", name="Publier le lot").click()
    expect(page.get_by_text("Votre lot est publié.")).to_be_visible()


def test_a_tap_before_the_scripts_are_there_counts(world: World, screens: Screens) -> None:
    """On a slow line a tile can be tapped before any script has come: what depends on it is drawn all the same."""
    page = screens.phone(world.cast.baker)
    held: list[Route] = []
    page.route("**/vendor/htmx.min.js", lambda route: held.append(route))
    page.goto("/lots/new", wait_until="commit")
    choose(page, "Pain")
    with page.expect_response(re.compile("/lots/new/details")):
        held.pop().continue_()
    expect(page.get_by_text("Fabriqué le").first).to_be_visible()
