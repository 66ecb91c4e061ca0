"""An evening under the sealed window: two charities answer one lot, it is decided for both, and everybody reads why."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session

from service.allocation.actions import claiming, collecting
from service.allocation.deciding.work import decide_region
from service.allocation.models import Claim, Way
from service.allocation.windows import waive
from service.lots import queries as lots
from service.lots.models import Lot
from tests.journeys.screens import Screens
from tests.journeys.steps import fill_bread, key_at, post_lot, who_of
from tests.journeys.test_accessibility import AXE, FOUND
from tests.journeys.world import World
from tests.people import REGION, Party

pytestmark = pytest.mark.sealed


def fetched_before(world: World, party: Party, kg: int) -> None:
    """Bread that a charity fetched earlier: granted at once, handed over and weighed."""
    lot = post_lot(world, world.cast.grocer, kg)
    with world.database.transaction() as session:
        waive(session, session.get_one(Lot, lot.key))
        claim = _claim(session, world, party, lot)
        collecting.hand_over(
            session, who=who_of(session, world.cast.grocer), claim_id=claim.key, code=claim.code, now=world.now()
        )
        collecting.receive(session, who=who_of(session, party), claim_id=claim.key, now=world.now())


def _claim(session: Session, world: World, party: Party, lot: Lot) -> Claim:
    return claiming.claim(session, who=who_of(session, party), lot_id=lot.key, way=Way.COLLECT, now=world.now())


def close_windows(world: World) -> None:
    """The minutes pass, and the worker looks."""
    world.advance(timedelta(minutes=11))
    assert decide_region(world.database, REGION, world.now()) >= 1


def for_everybody(page: Page) -> None:
    """Nothing for the tool of accessibility to say, and nothing sticks out at twice the size."""
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE)
    assert page.evaluate(FOUND) == []
    size = page.viewport_size
    assert size is not None
    # Twice the size on a screen is half the screen.
    page.set_viewport_size({"width": max(320, size["width"] // 2), "height": size["height"]})
    assert page.evaluate("document.documentElement.scrollWidth") <= max(320, size["width"] // 2)
    page.set_viewport_size(size)


def post_from_a_phone(world: World, screens: Screens, kg: str = "12") -> int:
    """The baker posts bread; the key of the lot."""
    baker = screens.phone(world.cast.baker, "/lots/new")
    fill_bread(baker, kg)
    baker.get_by_role("button", name="Publier le lot").click()
    expect(baker.get_by_text("Votre lot est publié.")).to_be_visible()
    return key_at(baker, "lots")


def test_two_charities_answer_and_everybody_reads_why(world: World, screens: Screens) -> None:
    """Posted, seen with the end of its window and who could bring it, answered, changed, decided, read in two tongues,
    and given otherwise by the dispatcher, who says why."""
    cast = world.cast
    fetched_before(world, cast.charity, 14)
    charity = screens.phone(cast.charity, "/offers")
    other = screens.desk(cast.other, "/offers")
    lot = post_from_a_phone(world, screens)

    # Both see it come: until when one may answer, and that a round could bring it, which, about when.
    for page in (charity, other):
        card = page.locator(f"#lot-{lot}")
        expect(card).to_contain_text(re.compile(r"Réponse à 16\sh\s\d\d\s: toutes les demandes sont"))
        expect(card).to_contain_text(re.compile(r"Une tournée peut l'apporter vers \d\d\sh"))
        expect(card).to_contain_text("Fourgon frigo 1")

    # The first answers "all" with one tap: nothing is reserved yet, and it says until when that may be changed.
    charity.locator(f"#lot-{lot}").get_by_role("button", name="Tout prendre, livré").click()
    expect(charity.get_by_text("Rien n'est encore réservé.")).to_be_visible()
    expect(charity.locator("main")).to_contain_text(re.compile(r"Réponse à 16\sh\s\d\d"))
    first = key_at(charity, "claims")
    assert charity.request.get(f"/api/v1/claims/{first}").json()["state"] == "pending"
    for_everybody(charity)

    # It thinks again: eight kilograms are enough.
    charity.get_by_role("link", name="Changer ma réponse").click()
    for_everybody(charity)
    charity.get_by_label("À prendre de cette ligne").fill("8")
    charity.get_by_role("button", name="Changer ma réponse").click()
    expect(charity.locator("main")).to_contain_text(re.compile(r"8\skg"))
    assert key_at(charity, "claims") == first

    # The second looks at the form and asks for all of it.
    other.goto(f"/lots/{lot}/claim")
    expect(other.locator("main")).to_contain_text("qui a le moins reçu passe devant, pas qui va le plus vite")
    for_everybody(other)
    other.get_by_role("button", name="Demander").click()
    expect(other.get_by_text("Rien n'est encore réservé.")).to_be_visible()
    second = key_at(other, "claims")

    # The window ends: both see it live, without touching anything.
    close_windows(world)
    expect(other.locator("main")).to_contain_text("Réservé pour vous")
    expect(charity.locator("main")).to_contain_text("Non accordé")
    for page, won in ((other, True), (charity, False)):
        page.get_by_role("link", name="Toute la décision").click()
        expect(page.locator("h1")).to_have_text("Pourquoi cette association ?")
        expect(page.locator("main")).to_contain_text(re.compile(r"12\skg accordés" if won else "Non accordé"))
        expect(page.locator("main")).to_contain_text(re.compile(r"de votre part \(pain", re.IGNORECASE))
        for_everybody(page)
        # A charity reads its own figures, never another's name.
        expect(page.locator("main")).not_to_contain_text(
            (cast.charity if won else cast.other).organisation.name.split(" de ")[0] + " de"
        )

    # The same in English.
    for party, words in ((cast.other, "kg granted"), (cast.charity, "Not granted")):
        english = screens.phone(party, f"/lots/{lot}/decision", locale="en")
        expect(english.locator("h1")).to_have_text("Why this charity?")
        expect(english.locator("main")).to_contain_text(words)
        expect(english.locator("main")).to_contain_text("of your share (bread")
        for_everybody(english)

    # The dispatcher sees both, and gives it to the other one all the same, saying why.
    desk = screens.desk(cast.dispatcher, f"/lots/{lot}/decision")
    for party in (cast.charity, cast.other):
        expect(desk.locator("main")).to_contain_text(party.organisation.name)
    for_everybody(desk)
    desk.get_by_text("Attribuer vous-même").click()
    desk.get_by_label("À quel site ?").select_option(label=cast.charity.organisation.name)
    desk.get_by_label("À la place de").select_option(label=cast.other.organisation.name)
    desk.get_by_label("Pourquoi ?").fill("Le Secours a fermé ce soir pour fuite d'eau")
    desk.get_by_role("button", name="Attribuer", exact=True).click()
    expect(desk.locator("main")).to_contain_text("Attribué par la régulation : Le Secours a fermé ce soir")
    for_everybody(desk)
    # Who had it is told at once; who has it now reads the dispatcher's reason.
    other.goto(f"/claims/{second}")
    expect(other.locator("main")).to_contain_text("Rendu")
    charity.goto(f"/lots/{lot}/decision")
    expect(charity.locator("main")).to_contain_text("Attribué par la régulation : Le Secours a fermé ce soir")
    with world.database.read() as session:
        assert sum(line.free_grams for line in lots.lines_of(session, lot)) == 0


def test_not_for_us_can_be_taken_back(world: World, screens: Screens) -> None:
    """One tap says no: the lot goes down the list, and comes back with another tap until the window ends."""
    lot = post_lot(world, world.cast.baker, 9)
    page = screens.phone(world.cast.charity, "/offers")
    page.locator(f"#lot-{lot.key}").get_by_role("button", name="Pas pour nous").click()
    expect(page.locator(f"#lot-{lot.key}")).to_have_count(0)
    page.get_by_text("1 lot dont vous n'avez pas l'usage").click()
    page.get_by_role("link", name=re.compile("Pain")).click()
    expect(page.get_by_text("Vous avez dit que ce lot n'est pas pour vous.")).to_be_visible()
    for_everybody(page)
    page.get_by_role("button", name="Changer ma réponse").click()
    expect(page.get_by_text("Rien n'est encore réservé.")).to_be_visible()
    close_windows(world)
    expect(page.locator("main")).to_contain_text("Réservé pour vous")


def test_an_answer_is_withdrawn_before_the_decision(world: World, screens: Screens) -> None:
    """Withdrawn, it counts for nothing, and the lot is for whoever comes."""
    lot = post_lot(world, world.cast.baker, 9)
    page = screens.phone(world.cast.charity, "/offers")
    page.locator(f"#lot-{lot.key}").get_by_role("button", name="Tout prendre, livré").click()
    page.get_by_role("button", name="Retirer ma réponse").click()
    expect(page.locator("main")).to_contain_text("Rendu")
    close_windows(world)
    page.goto("/offers")
    card = page.locator(f"#lot-{lot.key}")
    expect(card).not_to_contain_text("Réponse à")
    card.get_by_role("button", name="Tout prendre, livré").click()
    expect(page.locator("main")).to_contain_text("Réservé pour vous")
