"""What hands and phones do wrong besides forms: heavy photos, photos of odd kinds, two taps, two tabs, a way back after
the end, a session that is over, a clock of another day, and names that fill a page."""

import re
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlmodel import SQLModel, func, select

from service.accounts.models import Organisation, Site
from service.allocation.models import Claim
from service.lots.models import LotLine, LotPhoto
from tests.journeys.evening import Evening, play
from tests.journeys.offline import POSTING, baker_offers, entries, installed, lots, no_network
from tests.journeys.screens import PHONE, Screens
from tests.journeys.steps import fill_bread, key_at, picture, planned_round, post_lot
from tests.journeys.test_accessibility import MAIN, WIDEST
from tests.journeys.world import PASSWORD, World

PUBLISHED = "Votre lot est publié."


def count(world: World, kind: type[SQLModel]) -> int:
    with world.database.read() as session:
        return session.exec(select(func.count()).select_from(kind)).one()


def give(page: Page, file: Path | None = None, name: str = "Publier le lot") -> None:
    """Bread with that photo, published."""
    if file is not None:
        page.locator("input[type=file]").set_input_files(file)
    fill_bread(page)
    page.get_by_role("button", name=name).last.click()


# ---- photos ----


@pytest.fixture
def heavy(tmp_path: Path) -> Path:
    """A photo of forty megabytes: what a camera writes behind the picture counts too."""
    path = tmp_path / "IMG_0040.jpg"
    path.write_bytes(picture(size=(4000, 3000)) + b"\0" * 40_000_000)
    return path


def test_forty_megabytes_leave_the_phone_small(world: World, screens: Screens, heavy: Path) -> None:
    """The phone makes them small, and the lot is published with its photo as if it had been light."""
    page = screens.phone(world.cast.baker, "/lots/new")
    give(page, heavy)
    expect(page.get_by_text(PUBLISHED)).to_be_visible()
    assert count(world, LotPhoto) == 1


def test_forty_megabytes_without_scripts_are_refused_in_words(world: World, screens: Screens, heavy: Path) -> None:
    """No script makes it small: a page of ours says so, never a connection that breaks, and one goes on without it."""
    page = screens.phone(world.cast.baker, "/lots/new", java_script_enabled=False)
    page.locator("input[type=file]").set_input_files(heavy)
    page.locator("input[name='lines.0.category'][value=bread]").check(force=True)
    page.get_by_label("Poids", exact=True).fill("4")
    with screens.watch.allow(413):
        page.get_by_role("button", name="Publier le lot").last.click()
        expect(page.locator("main")).to_contain_text(re.compile(r"trop (lourd|gros|volumineux)"))
    assert lots(world) == []


def test_a_heif_photo_is_seen_by_everybody(world: World, screens: Screens, tmp_path: Path) -> None:
    """This browser cannot read what some phones write: it goes as it is, and comes back as a picture, upright."""
    file = tmp_path / "IMG_1.HEIC"
    shown = Image.new("RGB", (800, 600), (190, 140, 70))
    exif = Image.Exif()
    exif[0x0112] = 6
    pillow_heif.from_pillow(shown).save(file, exif=exif.tobytes())
    page = screens.phone(world.cast.baker, "/lots/new")
    give(page, file)
    expect(page.get_by_text(PUBLISHED)).to_be_visible()
    photo = page.locator("main img[src*='/photos/']").first
    expect(photo).to_be_visible()
    photo.evaluate("image => image.decode()")
    assert photo.evaluate("image => [image.naturalWidth > 0, image.naturalHeight > image.naturalWidth]") == [True, True]


# ---- taps, tabs and ways back ----


def test_two_taps_claim_once(world: World, screens: Screens) -> None:
    """A charity's thumb trembles too."""
    lot = post_lot(world, world.cast.baker)
    page = screens.phone(world.cast.charity, "/offers")
    page.locator(f"#lot-{lot.key}").get_by_role("button", name="Tout prendre, livré").dblclick()
    expect(page.get_by_text("C'est réservé.")).to_be_visible()
    assert count(world, Claim) == 1


def test_two_taps_report_once(world: World, screens: Screens) -> None:
    """A driver's, and the next page is the one after one tap."""
    planned_round(world)
    page = screens.phone(world.cast.driver, "/rounds/mine")
    page.get_by_role("button", name="J'accepte cette tournée").dblclick()
    page.get_by_role("button", name="Je pars").dblclick()
    page.get_by_role("button", name="Je suis arrivé").first.dblclick()
    expect(page.get_by_role("button", name="C'est chargé")).to_be_visible()
    assert [len(entries(world, f"round.{kind}")) for kind in ("accepted", "started")] == [1, 1]
    assert len(entries(world, "stop.arrived")) == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_back_after_the_end_says_it_was_given(world: World, screens: Screens, scripts: bool) -> None:
    """The way back from the lot of last time, published again: said there, before anybody gives it twice."""
    lot = post_lot(world, world.cast.baker, 9)
    page = screens.phone(world.cast.baker, f"/lots/{lot.key}/repeat", java_script_enabled=scripts)
    said = page.get_by_text("Le même lot est déjà publié depuis 16")
    expect(said).to_have_count(0)
    page.get_by_role("button", name="Publier le lot").last.click()
    expect(page.get_by_text(PUBLISHED)).to_be_visible()
    page.go_back()
    expect(said).to_be_visible()
    page.get_by_role("link", name="Voir ce lot").click()
    assert key_at(page, "lots") == max(one.key for one in lots(world))


def test_the_form_of_a_published_lot_is_empty_again(world: World, screens: Screens) -> None:
    """Back from the published lot stands a new form: tapped as it is, it asks what is given."""
    page = screens.phone(world.cast.baker, "/lots/new")
    give(page)
    expect(page.get_by_text(PUBLISHED)).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Poids", exact=True)).to_have_value("")
    with screens.watch.allow(422):
        page.get_by_role("button", name="Publier le lot").last.click()
        expect(page.locator(".errors")).to_be_visible()
    assert len(lots(world)) == 1


def test_two_tabs_change_one_lot(world: World, screens: Screens) -> None:
    """What the other tab did first is said, with what was typed still in the form; nothing is overwritten unseen."""
    lot = post_lot(world, world.cast.baker, 12)
    one = screens.phone(world.cast.baker, f"/lots/{lot.key}/edit")
    other = one.context.new_page()
    other.goto(f"/lots/{lot.key}/edit")
    one.get_by_label("Poids", exact=True).fill("10")
    one.get_by_role("button", name="Enregistrer").click()
    one.wait_for_url(re.compile(rf"/lots/{lot.key}(\?|$)"))
    other.get_by_label("Poids", exact=True).fill("8")
    with screens.watch.allow(409, 412, 422):
        other.get_by_role("button", name="Enregistrer").click()
        expect(other.locator("main")).to_contain_text(re.compile("changé|modifié|entre-temps", re.I))
    with world.database.read() as session:
        assert session.exec(select(LotLine.grams)).one() == 10_000


def test_two_tabs_send_what_waits_once(world: World, screens: Screens) -> None:
    """Both hear that the network is back; the lot is posted once, and both say so."""
    page = installed(screens, world.cast.baker, "/lots/new", *POSTING)
    other = page.context.new_page()
    other.goto("/give")
    with no_network(screens, page):
        baker_offers(page)
        expect(other.get_by_text("En attente du réseau · 1")).to_be_visible()
    for tab in (page, other):
        expect(tab.locator("#strip-waiting")).to_be_hidden()
    expect(page.locator("#sent")).to_contain_text("Pain")
    assert len(lots(world)) == 1


# ---- a session that is over ----


def test_a_long_form_outlives_its_session(world: World, screens: Screens) -> None:
    """Signed out in the middle of a correction: signing in by password leads back to it, as it was typed."""
    lot = post_lot(world, world.cast.baker, 12)
    page = screens.phone(world.cast.baker, f"/lots/{lot.key}/edit")
    page.get_by_label("Poids", exact=True).fill("8,5")
    page.get_by_label("Remarque pour l'association").fill("Sonner deux fois")
    page.context.clear_cookies(name="glane_session")
    with screens.watch.allow(401):
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_text("Ce que vous aviez rempli est gardé")).to_be_visible()
    page.get_by_role("link", name="Se connecter").last.click()
    page.locator("#f-email").fill(world.cast.baker.person.email or "")
    page.locator("#f-password").fill(PASSWORD)
    page.locator("#f-password").press("Enter")
    expect(page.get_by_label("Poids", exact=True)).to_have_value("8,5")
    expect(page.get_by_label("Remarque pour l'association")).to_have_value("Sonner deux fois")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(re.compile(rf"/lots/{lot.key}(\?|$)"))
    with world.database.read() as session:
        assert session.exec(select(LotLine.grams)).one() == 8_500


# ---- a clock of another day ----

# This phone's clock is so many milliseconds ahead, in its pages and in its worker.
WRONG = """(ahead) => {
  const Right = Date, now = Right.now.bind(Right);
  self.Date = class extends Right {
    constructor(...given) { if (given.length) super(...given); else super(now() + ahead); }
    static now() { return now() + ahead; }
  };
  const began = performance.timeOrigin + ahead;
  Object.defineProperty(performance, "timeOrigin", { get: () => began });
}"""


@pytest.mark.parametrize("days", [1, -1], ids=["ahead", "behind"])
def test_a_clock_wrong_by_a_day(world: World, screens: Screens, days: int) -> None:
    """The time left is the true one, without a network too; this evening's hours are still offered, and "today" is
    ours, not the phone's."""
    lot = post_lot(world, world.cast.baker, 9)
    left = (lot.deadline - world.now()).total_seconds() / 60
    page = installed(screens, world.cast.baker, "/lots/new")
    ahead = days * 86_400_000
    page.context.add_init_script(f"({WRONG})({ahead})")
    page.context.service_workers[0].evaluate(WRONG, ahead)
    page.goto("/lots/new")
    for path in POSTING:
        page.evaluate("path => fetch(path)", path)
    page.goto(f"/lots/{lot.key}")
    said = page.locator("[data-deadline] time").first
    expect(said).to_have_text(re.compile(r"encore \d\sh"))
    found = re.search(r"(\d+)\sh\s?(\d\d)?", said.inner_text())
    assert found
    assert abs(int(found.group(1)) * 60 + int(found.group(2) or 0) - left) < 5
    page.goto("/lots/new")
    with no_network(screens, page):
        page.goto("/lots/new")
        expect(page.locator("label.tile", has=page.locator("input[name=slot]")).first).to_be_visible()
        baker_offers(page)
    expect(page.locator("#strip-waiting")).to_be_hidden()
    expect(page.locator("#sent")).to_contain_text("Pain")
    with world.database.read() as session:
        line = session.exec(select(LotLine).where(LotLine.lot_id != lot.key)).one()
    assert line.date == world.now().date()
    assert abs(entries(world, "lot.posted")[-1].data["phone"]["ahead_s"] - days * 86_400) < 30


# ---- names ----

NAMES = {
    "long": "Boulangerie-pâtisserie-chocolaterie-" + "x" * 164,
    "emoji": "\U0001f950\U0001f956\U0001f469\u200d\U0001f373" * 40,
}
SIZES = ((320, 640), (390, 844), (1280, 800))


@pytest.fixture(params=NAMES.values(), ids=NAMES.keys())
def named(request: pytest.FixtureRequest, world: World) -> Evening:
    """An evening at which every shop, charity and site has that name."""
    evening = play(world)
    with world.database.transaction() as session:
        for row in (*session.exec(select(Organisation)).all(), *session.exec(select(Site)).all()):
            row.name = request.param[:200]
            session.add(row)
    return evening


def test_a_name_of_two_hundred_letters_breaks_no_screen(world: World, screens: Screens, named: Evening) -> None:
    """The main screens of every role are as wide as the phone, and the papers are printed."""
    wrong = []
    for role in sorted({role for _route, role in MAIN}):
        page = screens.phone(world.cast.parties.get(role), **{**PHONE, "is_mobile": False})
        for route, _role in sorted(one for one in MAIN if one[1] == role):
            page.goto(route.format(**named.keys))
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                    wrong.append(f"{role} {route}: {wide} on {width}: {page.evaluate(WIDEST)}")
    assert not wrong, "\n".join(wrong)
    staff = screens.desk(world.cast.dispatcher)
    for paper in (f"/rounds/{named.keys['round_id']}/sheet.pdf", f"/documents/{named.keys['document']}.pdf"):
        assert staff.request.get(paper).body().startswith(b"%PDF-"), paper


def test_a_name_of_two_hundred_letters_is_refused_at_its_field(world: World, screens: Screens) -> None:
    """A shop that registers hears how long a name may be, and types the rest only once."""
    page = screens.phone(None, "/register/donor")
    name, street = page.get_by_label("Nom", exact=True), page.get_by_label("Adresse", exact=True)
    # A hand is stopped by the box; what is pasted by a script or an older browser is not.
    name.evaluate("box => box.removeAttribute('maxlength')")
    name.fill("N" * 200)
    street.fill("1 rue de la Paix")
    page.locator("main form").last.evaluate("form => { form.noValidate = true; }")
    with screens.watch.allow(422):
        page.locator("main form").last.get_by_role("button").last.click()
        expect(page.locator("#error-name")).to_contain_text("trop long")
    expect(name).to_have_value("N" * 200)
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(street).to_have_value("1 rue de la Paix")


def test_emoji_go_from_the_shop_to_the_paper(world: World, screens: Screens) -> None:
    """Typed in a description and a note, read by the charity, searched by nobody in vain, and on the round's sheet."""
    page = screens.phone(world.cast.baker, "/lots/new")
    fill_bread(page)
    page.get_by_text("Remarque, accès, bacs, fourchette").click()
    page.get_by_label("Remarque pour l'association").fill("Sonner \U0001f514 puis attendre \U0001f469\u200d\U0001f373")
    page.get_by_role("button", name="Publier le lot").click()
    expect(page.get_by_text(PUBLISHED)).to_be_visible()
    charity = screens.phone(world.cast.charity, page.url.partition("?")[0])
    expect(charity.get_by_text("Sonner \U0001f514 puis attendre \U0001f469\u200d\U0001f373")).to_be_visible()
