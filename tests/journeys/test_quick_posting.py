"""Posting with one thumb: how many taps it takes, photos made small, crates counted, barcodes scanned, nothing lost."""

import io
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, select

from service.accounts.models import Organisation, Site
from service.lots.models import Lot, LotLine, LotPhoto
from tests.journeys.screens import Screens
from tests.journeys.steps import choose, fill_bread, photo_file, post_lot
from tests.journeys.test_accessibility import AXE, FOUND
from tests.journeys.world import World

MOST_TAPS_AGAIN, MOST_TAPS_NEW = 3, 8
SMALL_PHONE = {"viewport": {"width": 320, "height": 640}}
GTIN = "9521101530018"
# A camera that shows nothing, and a reader that finds one code in it after a moment.
CAMERA = """(code) => {
  let looked = 0;
  self.BarcodeDetector = class {
    static async getSupportedFormats() { return ["ean_13", "code_128"]; }
    async detect() { looked += 1; return looked > 1 ? [{ rawValue: code, format: "code_128" }] : []; }
  };
  const stream = () => { const canvas = document.createElement("canvas"); canvas.getContext("2d"); return canvas.captureStream(5); };
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async () => stream() } });
  Object.defineProperty(HTMLMediaElement.prototype, "readyState", { get: () => 4 });
  HTMLMediaElement.prototype.play = async () => {};
}"""  # noqa: E501  a script of the page

TOO_SMALL = """() => [...document.querySelectorAll("form[data-queue] :is(button, summary, .tile, .photo-field, .input)"
  )]
  .filter((part) => part.checkVisibility() && !part.classList.contains("visually-hidden"))
  .filter((part) => part.getBoundingClientRect().height < 43.5).map((part) => part.outerHTML.slice(0, 120))"""


@dataclass
class Thumb:
    """Taps, and counts them."""

    taps: int = 0

    def tap(self, place: Locator) -> None:
        place.click()
        self.taps += 1


@pytest.fixture
def thumb() -> Thumb:
    return Thumb()


@pytest.fixture
def page(world: World, screens: Screens) -> Page:
    """The baker's phone, the application just opened."""
    return screens.phone(world.cast.baker, "/")


def lots(world: World) -> list[Lot]:
    with world.database.read() as session:
        return list(session.exec(select(Lot)))


def last_line(world: World) -> LotLine:
    with world.database.read() as session:
        line = session.exec(select(LotLine).order_by(col(LotLine.id).desc())).first()
    assert line is not None
    return line


def held_sideways() -> bytes:
    """A large photo of a landscape sensor, held upright, with what a camera writes beside it."""
    picture = Image.effect_noise((2400, 1600), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (47.0, 13.0, 6.5)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, quality=90)
    return out.getvalue()


# ---- taps ----


def test_the_same_as_yesterday_takes_three_taps_at_most(world: World, page: Page, thumb: Thumb) -> None:
    """From opening the application to a lot that charities see."""
    post_lot(world, world.cast.baker, 12)
    world.advance(timedelta(days=1))
    page.goto("/")
    thumb.tap(page.get_by_role("link", name="Comme hier"))
    thumb.tap(page.get_by_role("button", name="Publier le lot"))
    expect(page.get_by_text("Votre lot est publié.")).to_be_visible()
    assert thumb.taps <= MOST_TAPS_AGAIN
    assert len(lots(world)) == 2


def test_a_template_takes_three_taps_at_most(world: World, page: Page, thumb: Thumb) -> None:
    """A lot kept under a name one evening is posted by that name another."""
    lot = post_lot(world, world.cast.baker, 9)
    page.goto(f"/lots/{lot.key}")
    page.get_by_text("Garder comme modèle").click()
    page.get_by_label("Nom du modèle").fill("Invendus du soir")
    page.get_by_role("button", name="Garder", exact=True).click()
    expect(page.get_by_text("Le modèle est sur votre page Donner.")).to_be_visible()
    page.goto("/")
    thumb.tap(page.get_by_role("link", name="Invendus du soir"))
    expect(page.get_by_role("heading", name="Invendus du soir")).to_be_visible()
    thumb.tap(page.get_by_role("button", name="Publier le lot"))
    expect(page.get_by_text("Votre lot est publié.")).to_be_visible()
    assert thumb.taps <= MOST_TAPS_AGAIN
    page.goto("/give")
    page.get_by_text("Supprimer un modèle").click()
    page.get_by_role("button", name="Supprimer « Invendus du soir »").click()
    expect(page.get_by_role("link", name="Invendus du soir")).to_have_count(0)
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("link", name="Invendus du soir")).to_be_visible()


def test_a_new_lot_takes_eight_taps_at_most(world: World, page: Page, thumb: Thumb) -> None:
    """With a photo, its kind, its weight counted in crates and its date; typing not needed at all."""
    thumb.tap(page.locator("main").get_by_role("link", name="Donner", exact=True))
    first = page.locator("form[data-queue] :is(input:not([type=hidden]), select, textarea)").first
    expect(first).to_have_attribute("type", "file")
    with page.expect_file_chooser() as asked:
        thumb.tap(page.locator("[data-photo]"))
    asked.value.set_files(photo_file())  # type: ignore[arg-type]  # a file as the tool takes it
    with page.expect_response(re.compile("/lots/new/details")):
        thumb.tap(page.locator("label.tile", has_text=re.compile(r"^\s*Pain")).first)
    thumb.tap(page.get_by_text("Sans balance ? Comptez les contenants"))
    for _ in range(2):
        thumb.tap(page.get_by_role("button", name="Plus : Cagettes"))
    expect(page.get_by_label("Poids", exact=True)).to_have_value("8")
    thumb.tap(page.get_by_role("button", name="Publier le lot"))
    expect(page.get_by_text("Votre lot est publié.")).to_be_visible()
    assert thumb.taps <= MOST_TAPS_NEW
    line = last_line(world)
    assert (line.grams, line.containers) == (8_000, {"crate": 2})
    expect(page.get_by_text("2 cagettes")).to_be_visible()


# ---- photos ----


def test_a_large_photo_is_small_and_upright_before_it_leaves(world: World, page: Page) -> None:
    """At most 1600 pixels a side, as the camera was held, without the place; and so it is kept."""
    sent = held_sideways()
    page.goto("/lots/new")
    page.locator("input[type=file]").set_input_files(photo_file("IMG_1.jpg", sent))
    expect(page.locator("[data-photo-preview]")).to_be_visible()
    page.wait_for_function("(most) => document.querySelector('input[type=file]').files[0].size < most", arg=len(sent))
    file = page.evaluate(
        "async () => { const file = document.querySelector('input[type=file]').files[0];"
        " return [...new Uint8Array(await file.arrayBuffer())]; }"
    )
    small = Image.open(io.BytesIO(bytes(file)))
    assert small.size == (1067, 1600)
    assert not dict(small.getexif())
    fill_bread(page)
    page.get_by_role("button", name="Publier le lot").click()
    expect(page.get_by_text("Votre lot est publié.")).to_be_visible()
    with world.database.read() as session:
        kept = session.exec(select(LotPhoto)).one()
    assert (kept.width, kept.height) == (1067, 1600)


def test_a_photo_this_phone_cannot_make_small_is_said_at_once(page: Page) -> None:
    """Forty megabytes that no script can read: words at the photo, and nothing is sent."""
    page.goto("/lots/new")
    page.evaluate(
        "() => { const box = document.querySelector('input[type=file]'); const given = new DataTransfer();"
        " given.items.add(new File([new Uint8Array(40e6)], 'IMG.heic', {type: 'image/heic'}));"
        " box.files = given.files; box.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    expect(page.get_by_text("Cette photo pèse 40 Mo")).to_be_visible()
    assert page.evaluate("document.querySelector('input[type=file]').files.length") == 0


def test_the_photo_of_a_draft_survives_a_closed_browser(world: World, page: Page) -> None:
    """It is there again, shown, and posted with the rest."""
    page.goto("/lots/new")
    page.locator("input[type=file]").set_input_files(photo_file())
    fill_bread(page, "4")
    expect(page.locator("[data-photo-preview]")).to_be_visible()
    context = page.context
    page.wait_for_function(
        "async () => { for (const name of Object.keys(localStorage)) if (name.startsWith('glane-draft|')"
        " && (await glaneQueue.fact(name))?.length) return true; return false; }"
    )
    page.close()
    again = context.new_page()
    again.goto("/lots/new")
    expect(again.locator("[data-photo-preview]")).to_be_visible()
    expect(again.get_by_label("Poids", exact=True)).to_have_value("4")
    again.get_by_role("button", name="Publier le lot").click()
    expect(again.get_by_text("Votre lot est publié.")).to_be_visible()
    with world.database.read() as session:
        assert session.exec(select(LotPhoto)).one()


# ---- barcodes ----


def test_a_typed_barcode_fills_the_line_and_publishes_nothing(world: World, page: Page) -> None:
    """Enter looks it up; what was filled in can be changed, and is posted as it then stands."""
    page.goto("/lots/new")
    page.get_by_text("Produit emballé : taper le code-barres").click()
    page.locator("[data-code]").fill(GTIN)
    page.locator("[data-code]").press("Enter")
    expect(page.get_by_text("Fiche trouvée")).to_be_visible()
    expect(page.locator("[data-code]")).to_be_focused()
    assert lots(world) == []
    for _ in range(5):
        page.get_by_role("button", name="Plus : Nombre d'unités").click()
    expect(page.get_by_label("Poids", exact=True)).to_have_value("3")
    choose(page, "Dans 3 jours")
    page.get_by_role("button", name="Publier le lot").click()
    expect(page.get_by_text("Votre lot est publié.")).to_be_visible()
    line = last_line(world)
    assert (line.category, line.gtin, line.units, line.unit_grams, line.grams) == ("yoghurt", GTIN, 6, 500, 3_000)
    assert line.allergens_state == "indicative"


def test_a_scanned_carton_gives_product_date_and_lot(world: World, screens: Screens) -> None:
    """One tap on « Scanner », and the camera is let go of."""
    page = screens.phone(world.cast.baker)
    page.add_init_script(f"({CAMERA})({f']C1010{GTIN}1726112810L42'!r})")
    page.goto("/lots/new")
    page.get_by_role("button", name="Scanner un code-barres").click()
    expect(page.get_by_text("Fiche trouvée")).to_be_visible()
    expect(page.locator("#scanner")).to_be_hidden()
    expect(page.locator("[name='lines.0.date']")).to_have_value("2026-11-28")
    expect(page.locator("[name='lines.0.lot_number']")).to_have_value("L42")
    assert page.evaluate("document.querySelector('video').srcObject") is None


def test_a_phone_that_cannot_scan_offers_typing_alone(page: Page) -> None:
    """No button that does nothing."""
    page.goto("/lots/new")
    page.evaluate("() => { delete self.BarcodeDetector; }")
    expect(page.get_by_role("button", name="Scanner un code-barres")).to_be_hidden()
    expect(page.get_by_text("Produit emballé : taper le code-barres")).to_be_visible()


# ---- hands and names ----


def test_two_taps_publish_once(world: World, page: Page) -> None:
    """A thumb that trembles gives one lot, and the back button does not give another."""
    page.goto("/lots/new")
    fill_bread(page)
    page.get_by_role("button", name="Publier le lot").dblclick()
    expect(page.get_by_text("Votre lot est publié.")).to_be_visible()
    assert len(lots(world)) == 1


def test_the_back_button_in_mid_form_loses_nothing(page: Page) -> None:
    """Away to another page and back: what was typed and ticked is there."""
    page.goto("/lots/new")
    fill_bread(page, "6,5")
    page.get_by_role("link", name="Mes lots").first.click()
    page.wait_for_url("**/lots")
    page.go_back()
    expect(page.get_by_label("Poids", exact=True)).to_have_value("6,5")
    expect(page.get_by_text("Fabriqué le").first).to_be_visible()


NAMES = {
    "arabic": "\u0645\u062e\u0628\u0632 \u0627\u0644\u0636\u0648\u0621 \u0627\u0644\u0643\u0628\u064a\u0631",
    "emoji": "\U0001f950\U0001f956 Aux Délices \U0001f469\u200d\U0001f373",
    "long": "L" + "a" * 99 + "-" + "très " * 20,
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_the_posting_screen_fits_the_smallest_phone(name: str, world: World, screens: Screens) -> None:
    """Nothing is wider than 320 pixels whatever the shop is called, and what is tapped is 44 pixels high."""
    with world.database.transaction() as session:
        baker = world.cast.baker
        organisation, site = session.get_one(Organisation, baker.id), session.get_one(Site, baker.site.key)
        organisation.name = site.name = name[:200]
        session.add_all([organisation, site])
    post_lot(world, world.cast.baker, 12)
    page = screens.phone(world.cast.baker, "/lots/new", **SMALL_PHONE)
    choose(page, "Pain")
    page.get_by_text("Sans balance ? Comptez les contenants").click()
    expect(page.get_by_role("button", name="Plus : Cagettes")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE["viewport"]["width"]
    assert page.evaluate(TOO_SMALL) == []
    page.evaluate(AXE)
    assert page.evaluate(FOUND) == []
    for address in ("/give", "/lots"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE["viewport"]["width"], address
