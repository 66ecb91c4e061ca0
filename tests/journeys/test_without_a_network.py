"""A phone without a network: nothing typed is lost, what was done waits, and is sent once, by whoever did it."""

import re

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from service.rounds.models import Stop
from tests.journeys.offline import KEPT, POSTING, baker_offers, entries, installed, lots, no_network
from tests.journeys.screens import SIZES, Screens
from tests.journeys.steps import choose, fill_bread, planned_round
from tests.journeys.world import World


@pytest.mark.parametrize("width", SIZES)
def test_a_lot_posted_without_a_network_is_sent_when_it_is_back(world: World, screens: Screens, width: int) -> None:
    """It is shown as waiting, sent by itself, posted once however often it was tapped, and its own hour is kept."""
    page = installed(screens, world.cast.baker, "/lots/new", *POSTING, width=width)
    with no_network(screens, page):
        page.goto("/lots/new")
        expect(page.get_by_text("Hors connexion : page gardée de")).to_be_visible()
        choose(page, "Pain")
        expect(page.get_by_text("Fabriqué le").first).to_be_visible()
        page.get_by_label("Poids", exact=True).fill("12")
        page.get_by_role("button", name="Publier le lot").dblclick()
        expect(page.locator("#waiting .row-title")).to_have_text(re.compile(r"Lot à donner · Pain · 12\s*kg"))
        page.goto("/give")
        expect(page.get_by_text("En attente du réseau · 1")).to_be_visible()
        assert lots(world) == []
    expect(page.locator("#strip-waiting")).to_be_hidden()
    assert len(lots(world)) == 1
    said = entries(world, "lot.posted")[0].data["phone"]
    assert set(said) == {"at", "ahead_s"}
    assert abs(said["ahead_s"]) < 30


def test_what_was_typed_survives_a_closed_browser(world: World, screens: Screens) -> None:
    """A new tab finds the draft again, says so, and lets it be thrown away."""
    page = installed(screens, world.cast.baker, "/lots/new")
    fill_bread(page, "7,5")
    context = page.context
    page.close()
    again = context.new_page()
    again.goto("/lots/new")
    expect(again.get_by_text("Nous avons retrouvé ce que vous aviez commencé à remplir.").first).to_be_visible()
    expect(again.get_by_label("Poids", exact=True)).to_have_value("7,5")
    expect(again.get_by_text("Fabriqué le").first).to_be_visible()
    again.get_by_role("button", name="Effacer le brouillon").click()
    expect(again.get_by_role("button", name="Effacer le brouillon")).to_have_count(0)
    expect(again.get_by_label("Poids", exact=True)).to_have_value("")


def test_two_tabs_do_not_write_into_each_other_s_draft(world: World, screens: Screens) -> None:
    """Each tab finds its own words after a reload."""
    one = installed(screens, world.cast.baker, "/lots/new")
    one.get_by_label("Poids", exact=True).fill("3")
    other = one.context.new_page()
    other.goto("/lots/new")
    expect(other.get_by_label("Poids", exact=True)).to_have_value("")
    other.get_by_label("Poids", exact=True).fill("8")
    one.reload()
    expect(one.get_by_label("Poids", exact=True)).to_have_value("3")
    other.reload()
    expect(other.get_by_label("Poids", exact=True)).to_have_value("8")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_driver_reads_the_round_and_reports_without_a_network(world: World, screens: Screens, width: int) -> None:
    """Stops, goods and map are there; "Je suis arrivé" waits, and counts from when it was tapped."""
    planned_round(world)
    page = installed(screens, world.cast.driver, "/rounds/mine", width=width)
    page.get_by_role("button", name="J'accepte cette tournée").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Je pars").click()
    address = page.get_by_role("link", name="Liste et carte").get_attribute("href")
    assert address
    for number in (1, 2):
        assert page.evaluate(KEPT, f"{address}/stops/{number}")
    assert page.evaluate(KEPT, address)
    with no_network(screens, page):
        page.goto(address)
        expect(page.locator("main")).to_contain_text("Boulangerie des Halles")
        expect(page.locator(".map-pin", has_text="1").first).to_be_visible()
        expect(page.locator("path.map-outline").first).to_be_attached()
        page.goto("/rounds/mine")
        page.get_by_role("button", name="Je suis arrivé").first.click()
        page.wait_for_url(re.compile("/stops/1"))
        expect(page.get_by_text("En attente du réseau · 1")).to_be_visible()
    expect(page.locator("#strip-waiting")).to_be_hidden()
    arrived = entries(world, "stop.arrived")
    assert len(arrived) == 1
    assert arrived[0].data["phone"]["at"]
    with world.database.read() as session:
        assert session.exec(select(Stop).where(Stop.state == "arrived")).one()


def test_what_another_person_prepared_is_neither_sent_nor_seen(world: World, screens: Screens) -> None:
    """It waits until they are back; whoever signs in meanwhile reads that it waits, not what it is."""
    page = installed(screens, world.cast.baker, "/lots/new", *POSTING)
    with no_network(screens, page):
        baker_offers(page, "12")
        page.context.add_cookies(
            [{"name": "glane_session", "value": screens.session_of(world.cast.grocer), "url": world.address}]
        )
    page.goto("/waiting")
    expect(page.get_by_text("Envois d'une autre personne")).to_be_visible()
    expect(page.get_by_text("Lot à donner")).to_have_count(0)
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.get_by_text("Rien n'attend")).to_be_visible()
    assert lots(world) == []
    page.context.add_cookies(
        [{"name": "glane_session", "value": screens.session_of(world.cast.baker), "url": world.address}]
    )
    page.goto("/waiting")
    expect(page.locator("#sent")).to_contain_text("Lot à donner")
    assert len(lots(world)) == 1


def test_an_expired_session_gives_the_form_back_filled(world: World, screens: Screens) -> None:
    """Signed out meanwhile, the post is refused; after signing in the form is there as it was, and can be sent."""
    page = installed(screens, world.cast.baker, "/lots/new")
    fill_bread(page, "9")
    page.context.clear_cookies(name="glane_session")
    with screens.watch.allow(401):
        page.get_by_role("button", name="Publier le lot").click()
        expect(page.get_by_text("Ce que vous aviez rempli est gardé")).to_be_visible()
    page.context.add_cookies(
        [{"name": "glane_session", "value": screens.session_of(world.cast.baker), "url": world.address}]
    )
    page.get_by_role("link", name="Se connecter").last.click()
    expect(page.get_by_label("Poids", exact=True)).to_have_value("9")
    page.get_by_role("button", name="Publier le lot").click()
    expect(page.get_by_text("Votre lot est publié.")).to_be_visible()
    assert len(lots(world)) == 1


def test_what_is_refused_is_corrected_and_sent_again(world: World, screens: Screens) -> None:
    """The server's words stand beside it; corrected in its own form it is sent like any other, and leaves the list."""
    page = installed(screens, world.cast.baker, "/lots/new", *POSTING)
    with no_network(screens, page):
        baker_offers(page, "-3")
    with screens.watch.allow(422):
        expect(page.locator("[data-why]")).not_to_be_empty()
    page.get_by_role("button", name="Corriger").click()
    weight = page.get_by_label("Poids", exact=True)
    expect(weight).to_have_value("-3")
    weight.fill("3")
    page.get_by_role("button", name="Publier le lot").click()
    expect(page.get_by_text("Votre lot est publié.")).to_be_visible()
    page.goto("/waiting")
    expect(page.get_by_text("Rien n'attend")).to_be_visible()
    assert len(lots(world)) == 1


def test_signing_out_leaves_no_page_behind(world: World, screens: Screens) -> None:
    """Whoever picks the phone up next reads nothing of the person before, with or without a network."""
    page = installed(screens, world.cast.baker, "/give", "/give")
    page.goto("/account")
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/")
    with no_network(screens, page):
        page.goto("/give")
        expect(page.get_by_role("heading", name="Pas de réseau")).to_be_visible()
    assert page.evaluate("caches.keys().then((names) => names.filter((name) => name.startsWith('pages-')))") == []


def test_a_phone_without_room_says_so(world: World, screens: Screens) -> None:
    """Nothing is said to be kept that is not: the form stays, filled, with the reason."""
    page = installed(screens, world.cast.baker, "/lots/new", *POSTING)
    with no_network(screens, page):
        page.goto("/lots/new")
        choose(page, "Pain")
        page.get_by_label("Poids", exact=True).fill("12")
        page.evaluate("() => { glaneQueue.add = () => Promise.reject(new DOMException('', 'QuotaExceededError')); }")
        page.get_by_role("button", name="Publier le lot").click()
        expect(page.get_by_text("Ce téléphone n'a plus de place")).to_be_visible()
        expect(page.get_by_label("Poids", exact=True)).to_have_value("12")


def test_the_easy_version_is_there_without_a_network_too(world: World, screens: Screens) -> None:
    """Chosen with a network, its form is what the phone keeps; a lot posted in it waits and is sent as any other."""
    page = installed(screens, world.cast.baker, "/lots/new", *POSTING)
    page.get_by_role("button", name="Version facile à lire").click()
    expect(page.get_by_role("button", name="Version complète")).to_be_visible()
    for path in POSTING:
        assert page.evaluate(KEPT, path), path
    with no_network(screens, page):
        page.goto("/lots/new")
        expect(page.get_by_text("Choisissez une image.")).to_be_visible()
        baker_offers(page)
        expect(page.locator("#waiting .row-title")).to_have_text(re.compile("Lot à donner"))
        page.goto("/give")
        expect(page.get_by_text("En attente du réseau · 1")).to_be_visible()
    expect(page.locator("#strip-waiting")).to_be_hidden()
    assert len(lots(world)) == 1
