"""Every way in, in both languages, with a keyboard alone, and without any script."""

import re

from playwright.sync_api import expect

from tests.journeys.focus import tab_to
from tests.journeys.screens import Screens
from tests.journeys.steps import key_at, post_lot
from tests.journeys.world import PASSWORD, World


def test_a_link_lets_in_once(world: World, screens: Screens) -> None:
    """The e-mailed link opens the account on this device, and says so when it has served."""
    page = screens.phone(None, "/sign-in")
    page.locator("#f-email").fill(world.cast.charity.person.email or "")
    page.get_by_role("button", name="Recevoir un lien").click()
    expect(page.get_by_text("Regardez vos e-mails")).to_be_visible()
    link = world.link_for(world.cast.charity.person.email)
    page.goto(link)
    page.get_by_role("button", name="Entrer").click()
    expect(page).to_have_url(re.compile("/offers"))
    other = screens.phone(None)
    with screens.watch.allow(400, 403, 404, 410, 422):
        other.goto(link)
        if other.get_by_role("button", name="Entrer").count():
            other.get_by_role("button", name="Entrer").click()
    expect(other.locator(".account-name")).to_have_count(0)


def test_a_code_by_text_message_lets_in(world: World, screens: Screens) -> None:
    """Six digits on the phone; wrong ones are refused with words."""
    page = screens.phone(None, "/sign-in")
    page.get_by_label("Téléphone mobile").fill(world.cast.baker.person.phone or "")
    page.get_by_role("button", name="Recevoir un code par SMS").click()
    code = world.code_for(world.cast.baker.person.phone)
    wrong = "000000" if code != "000000" else "111111"
    with screens.watch.allow(400, 401, 403, 422):
        page.get_by_label("Code à 6 chiffres").fill(wrong)
        page.get_by_role("button", name="Entrer").click()
        expect(page.get_by_label("Code à 6 chiffres")).to_be_visible()
    page.get_by_label("Code à 6 chiffres").fill(f"{code[:3]} {code[3:]}")
    page.get_by_role("button", name="Entrer").click()
    expect(page).to_have_url(re.compile("/give"))


def test_one_tap_turns_everything_into_english(world: World, screens: Screens) -> None:
    """The pages of a charity say nothing in French once English is chosen, and keep to it."""
    post_lot(world, world.cast.baker, 9)
    page = screens.phone(world.cast.charity, "/offers")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for address in ("/offers", "/claims", "/notices", "/account", "/lots/1/claim", "/arrivals"):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        said = page.locator("body").inner_text()
        assert not re.findall(r"\b(?:aucun\w*|votre|prendre|demandes|livré|vous|jusqu'à|compte)\b", said, re.I), said
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_a_lot_is_posted_with_a_keyboard_alone(world: World, screens: Screens) -> None:
    """From the sign-in page to the published lot, no mouse and no touch."""
    page = screens.desk(None, "/sign-in")
    tab_to(page, "#f-email")
    page.keyboard.type(world.cast.baker.person.email or "")
    tab_to(page, "#f-password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/give"))
    tab_to(page, "main a[href='/lots/new']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/lots/new"))
    tab_to(page, "input[type=radio][name='lines.0.category']")
    with page.expect_response(re.compile("/lots/new/details")):
        page.keyboard.press("Space")
    tab_to(page, "input[name='lines.0.kg']")
    page.keyboard.type("5,5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Votre lot est publié.")).to_be_visible()


def test_everything_works_without_scripts(world: World, screens: Screens) -> None:
    """A phone that runs no script posts and claims all the same."""
    baker = screens.phone(world.cast.baker, "/lots/new", java_script_enabled=False)
    baker.locator("input[name='lines.0.category'][value=bread]").check(force=True)
    baker.get_by_label("Poids", exact=True).fill("4")
    with screens.watch.allow(422):
        baker.get_by_role("button", name="Publier le lot").last.click()
        if "/lots/" not in baker.url:
            baker.locator("input[name='lines.0.day'][value=today]").check(force=True)
            baker.get_by_role("button", name="Publier le lot").last.click()
    lot = key_at(baker, "lots")
    charity = screens.phone(world.cast.charity, "/offers", java_script_enabled=False)
    charity.locator(f"#lot-{lot}").get_by_role("button", name="Tout prendre, livré").click()
    expect(charity.get_by_text("C'est réservé.")).to_be_visible()
