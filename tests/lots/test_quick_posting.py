"""Posting quickly, without scripts: crates for a scale, a line from a barcode, templates, odd photos and names."""

import html
import io
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlmodel import select

from service.kit.refusals import Refusal
from service.lots import actions
from service.lots.actions.naming import MOST_TEMPLATES
from service.lots.errors import LotInvalid, TemplateUnknown, TooManyTemplates
from service.lots.forms import Correction, LineCorrection, RepeatIn
from service.lots.models import Lot
from service.lots.named import LotTemplate
from tests.lots.conftest import Shop, line_in, rows
from tests.lots.test_pages import SLOT, form
from tests.people import Make

GTIN = "9521101530018"
SignIn = Callable[..., TestClient]


@pytest.fixture
def baker(shop: Shop, sign_in: SignIn) -> TestClient:
    return sign_in(shop.donor.person.key)


def value_of(page: str, name: str) -> str:
    """What a box of a page holds."""
    found = re.search(rf'name="{re.escape(name)}"[^>]*?value="([^"]*)"', page, re.S)
    assert found, name
    return html.unescape(found.group(1))


def ticked(page: str, name: str) -> set[str]:
    """The tiles of that name that are ticked."""
    boxes = re.findall(rf'<input type="(?:radio|checkbox)"[^>]*name="{re.escape(name)}"[^>]*>', page)
    return {found.group(1) for box in boxes if " checked" in box and (found := re.search(r'value="([^"]*)"', box))}


# ---- containers ----


def test_crates_give_the_weight_and_are_kept(baker: TestClient, shop: Shop) -> None:
    """Two crates of bread are eight kilograms; the lot keeps both and says both."""
    counted = form(**{"lines.0.kg": "", "lines.0.containers.crate": "2", "lines.0.containers.bag": "0"})
    assert baker.post("/lots", data=counted).status_code == 303
    line = shop.lines(1)[0]
    assert (line.grams, line.containers) == (8_000, {"crate": 2})
    assert "2 cagettes" in baker.get("/lots/1").text


def test_a_weight_that_was_typed_wins_over_the_estimate(baker: TestClient, shop: Shop) -> None:
    """Whoever weighed knows better; the crates are still counted."""
    baker.post("/lots", data=form(**{"lines.0.kg": "7,3", "lines.0.containers.crate": "2"}))
    line = shop.lines(1)[0]
    assert (line.grams, line.containers) == (7_300, {"crate": 2})


@pytest.mark.parametrize("count", ["deux", "-1", "1,5", "99999", "²"])
def test_a_count_that_is_no_number_is_said_at_its_box(count: str, baker: TestClient, shop: Shop) -> None:
    """And nothing is posted."""
    answer = baker.post("/lots", data=form(**{"lines.0.containers.crate": count}))
    assert answer.status_code == 422
    assert 'id="error-lines.0.containers.crate"' in answer.text
    with shop.database.read() as session:
        assert rows(session, Lot) == 0


def test_containers_without_a_weight_for_that_food_give_none(shop: Shop) -> None:
    """A gastronorm tray of bread: the weight is asked for."""
    given = {key: value for key, value in line_in(containers={"tray": 1}).items() if key != "grams"}
    with pytest.raises(LotInvalid) as refused:
        shop.post(given)
    assert set(refused.value.fields) == {"lines.0.grams"}


def test_the_api_counts_containers_too(baker: TestClient, shop: Shop) -> None:
    """What is posted by a machine says the same; an unknown container is refused."""
    shop.post({key: value for key, value in line_in(containers={"bag": 3}).items() if key != "grams"})
    said = baker.get("/api/v1/lots/1").json()["lines"][0]
    assert (said["grams"], said["containers"]) == (12_000, {"bag": 3})
    with pytest.raises(ValueError):
        shop.post(line_in(containers={"bathtub": 1}))


def test_the_same_again_keeps_the_crates_of_the_same_weight(shop: Shop) -> None:
    """Another weight is another number of crates, which nobody said."""
    lot = shop.post(line_in(containers={"crate": 2}, grams=8_000))
    same = shop.act(actions.repeat, lot, given=RepeatIn())
    other = shop.act(actions.repeat, lot, given=RepeatIn(grams=[5_000]))
    assert shop.lines(same.key)[0].containers == {"crate": 2}
    assert shop.lines(other.key)[0].containers == {}


def test_a_corrected_count_is_a_correction(shop: Shop) -> None:
    """The number of crates may be put right without a photo of the label."""
    lot = shop.post(line_in(containers={"crate": 2}))
    key = shop.lines(lot.key)[0].key
    shop.act(actions.correct, lot, given=Correction(lines=[LineCorrection(id=key, containers={"crate": 3})]))
    assert shop.lines(lot.key)[0].containers == {"crate": 3}


# ---- barcodes ----


def test_a_barcode_fills_the_line(baker: TestClient, shop: Shop) -> None:
    """Kind, name, weight of a pack and allergens, with where they come from and how it is to be stored."""
    page = baker.get("/lots/new/product", params={"line": 0, "lines.0.gtin": GTIN}).text
    assert 'id="line-0"' in page
    assert "<html" not in page
    assert value_of(page, "lines.0.description") == "Yaourt nature, 4 pots"
    assert (value_of(page, "lines.0.units"), value_of(page, "lines.0.unit_kg")) == ("1", "0,5")
    assert ticked(page, "lines.0.contains") == {"milk"}
    assert ticked(page, "lines.0.allergens_state") == {"indicative"}
    assert "Comparez avec l'étiquette" in html.unescape(page)
    assert "entre 2 et 6\u00a0°C" in page


def test_packs_that_do_not_explain_the_weight_are_not_kept(baker: TestClient, shop: Shop) -> None:
    """The weight that stands in the form is the weight that is posted."""
    given = form(**{"lines.0.product": "Glane", "lines.0.units": "1", "lines.0.unit_kg": "0,5", "lines.0.kg": "3"})
    assert baker.post("/lots", data=given).status_code == 303
    line = shop.lines(1)[0]
    assert (line.grams, line.units, line.unit_grams) == (3_000, None, None)


def test_what_a_barcode_fills_in_is_posted_as_indicative(baker: TestClient, shop: Shop) -> None:
    """Twelve packs of yoghurt with a use-by date; what the register says of allergens is not the donor's word."""
    given = form(
        **{
            "lines.0.category": "other", "lines.0.other": "yoghurt", "lines.0.kg": "", "lines.0.units": "12",
            "lines.0.unit_kg": "0,5", "lines.0.gtin": f"(01)0{GTIN}(17)261128", "lines.0.product": "Glane",
            "lines.0.allergens_state": "indicative", "lines.0.contains": "milk", "lines.0.may": "nuts",
            "lines.0.date_kind": "dlc", "lines.0.day": "pick", "lines.0.date": "2026-11-28",
            "lines.0.packing": "labelled",
        }
    )  # fmt: skip
    answer = baker.post("/lots", data=given)
    assert answer.status_code == 303, answer.text
    line = shop.lines(1)[0]
    assert (line.grams, line.units, line.unit_grams, line.gtin) == (6_000, 12, 500, GTIN)
    assert (line.allergens_state, line.allergens) == ("indicative", {"nuts": "may", "milk": "contains"})


def test_a_cartons_code_gives_date_and_lot(baker: TestClient) -> None:
    """The use-by date and the batch stand in their boxes, and what the code is too."""
    code = f"]C1010{GTIN}1726113010L42"
    page = baker.get("/lots/new/product", params={"line": 0, "lines.0.gtin": code}).text
    assert value_of(page, "lines.0.gtin") == GTIN
    assert (value_of(page, "lines.0.date"), value_of(page, "lines.0.lot_number")) == ("2026-11-30", "L42")
    assert ticked(page, "lines.0.day") == {"pick"}


def test_without_scripts_the_whole_form_comes_back_filled(baker: TestClient, shop: Shop, photo_bytes: bytes) -> None:
    """The photo, the other line and the note stay; nothing is posted."""
    asked = form(**{"look_up": "1", "lines.1.gtin": GTIN, "note": "Sonner", "lines.0.gtin": ""})
    page = baker.post("/lots/new/product", data=asked, files={"photo": ("a.jpg", photo_bytes, "image/jpeg")})
    assert page.status_code == 200
    assert value_of(page.text, "lines.1.description") == "Yaourt nature, 4 pots"
    assert value_of(page.text, "lines.0.kg") == "10,5"
    assert "photo_kept" in page.text
    assert "Sonner" in page.text
    with shop.database.read() as session:
        assert rows(session, Lot) == 0


@pytest.mark.parametrize(("code", "words"), [("9521101530019", "pas valable"), ("9521101539998", "Pas de fiche")])
def test_a_code_that_tells_nothing_says_so(code: str, words: str, baker: TestClient) -> None:
    """A wrong digit, or a product nobody has described: the rest stays as it was."""
    typed = {"line": 0, "lines.0.gtin": code, "lines.0.category": "bread-mixed", "lines.0.kg": "3"}
    page = html.unescape(baker.get("/lots/new/product", params=typed).text)
    assert words in page
    assert value_of(page, "lines.0.kg") == "3"
    assert ticked(page, "lines.0.category") == {"bread-mixed"}


def test_another_pack_takes_the_facts_of_the_first_away(baker: TestClient) -> None:
    """Allergens of yoghurt are never said of what follows it."""
    typed = {
        "line": 0, "lines.0.gtin": "9521101539998", "lines.0.product": "Glane", "lines.0.description": "Yaourt nature",
        "lines.0.contains": "milk", "lines.0.allergens_state": "indicative", "lines.0.unit_kg": "0,5",
    }  # fmt: skip
    page = baker.get("/lots/new/product", params=typed).text
    assert ticked(page, "lines.0.contains") == set()
    assert value_of(page, "lines.0.description") == ""


def test_only_donors_look_products_up(shop: Shop, sign_in: SignIn) -> None:
    """A charity posts nothing, so it asks nothing."""
    charity = sign_in(shop.charities[0].person.key)
    assert charity.get("/lots/new/product", params={"lines.0.gtin": GTIN}).status_code == 403


# ---- templates ----


def test_a_posted_lot_becomes_a_template(baker: TestClient, shop: Shop) -> None:
    """Its name stands on the page « Donner », and posts the same food again under its own name."""
    shop.post()
    kept = baker.post("/lots/1/templates", data={"name": "  Invendus   du soir "})
    assert (kept.status_code, kept.headers["location"]) == (303, "/lots/1?done=template")
    give = baker.get("/give").text
    assert "Invendus du soir" in give
    assert "/lots/1/repeat?template=1" in give
    assert "<h1>Invendus du soir</h1>" in baker.get("/lots/1/repeat?template=1").text
    assert "Invendus" not in str([entry.data for entry in shop.told("template.made")])


def test_the_same_name_again_is_the_newer_lot(shop: Shop) -> None:
    """Tuesday's leftovers take the place of Monday's, whatever the capitals."""
    first, second = shop.post(), shop.post()
    one = shop.act(actions.keep_as, first, name="Invendus du soir")
    two = shop.act(actions.keep_as, second, name="invendus du SOIR")
    assert (one.key, two.lot_id) == (two.key, second.key)
    assert len(shop.told("template.made")) == 2


def test_a_template_put_away_can_be_taken_back(baker: TestClient, shop: Shop) -> None:
    """Gone from the page at once, with the way back; done twice it is done once."""
    shop.act(actions.keep_as, shop.post(), name="Invendus du soir")
    for _ in range(2):
        assert baker.post("/templates/1/removal").headers["location"] == "/give?removed=1"
    page = baker.get("/give?removed=1").text
    assert "Invendus du soir" not in page
    assert "/templates/1/restoration" in page
    for _ in range(2):
        baker.post("/templates/1/restoration")
    assert "Invendus du soir" in baker.get("/give").text
    assert len(shop.told("template.removed")) == len(shop.told("template.restored")) == 1


@pytest.mark.parametrize("name", ["", "   ", "a" * 61])
def test_a_name_that_is_none_is_refused(name: str, shop: Shop) -> None:
    """Empty, or too long for a phone."""
    with pytest.raises(LotInvalid):
        shop.act(actions.keep_as, shop.post(), name=name)


def test_a_dozen_templates_are_enough(shop: Shop) -> None:
    """More would be a list to search; one that is there may still be changed."""
    lot = shop.post()
    for number in range(MOST_TEMPLATES):
        shop.act(actions.keep_as, lot, name=f"Modèle {number}")
    with pytest.raises(TooManyTemplates):
        shop.act(actions.keep_as, lot, name="Un de trop")
    shop.act(actions.keep_as, lot, name="modèle 3")


def test_another_donors_template_is_not_there(shop: Shop, make: Make, sign_in: SignIn) -> None:
    """Neither seen, nor put away, nor made from somebody else's lot."""
    shop.act(actions.keep_as, shop.post(), name="Invendus du soir")
    other = sign_in(make.donor("Primeur").person.key)
    assert "Invendus du soir" not in other.get("/give").text
    assert other.post("/templates/1/removal").status_code == 404
    assert other.post("/lots/1/templates", data={"name": "À moi"}).status_code in (403, 404)
    with shop.database.read() as session, pytest.raises(TemplateUnknown):
        actions.template_to_change(session, make.donor("Ferme").who, 1)


def test_the_same_again_may_have_a_photo_of_today(baker: TestClient, shop: Shop, photo_bytes: bytes) -> None:
    """It belongs to the new lot; a weight that is none gives the form back with the photo kept."""
    lot = shop.post()
    given = {"once": "abc", f"kg.{shop.lines(lot.key)[0].key}": "rien", "slot": SLOT}
    given[f"date.{shop.lines(lot.key)[0].key}"] = "2026-11-20"
    again = baker.post("/lots/1/repeat", data=given, files={"photo": ("a.jpg", photo_bytes, "image/jpeg")})
    assert again.status_code == 422
    token = value_of(again.text, "photo_kept")
    given[f"kg.{shop.lines(lot.key)[0].key}"] = "5"
    answer = baker.post("/lots/1/repeat", data={**given, "photo_kept": token})
    assert answer.headers["location"] == "/lots/2?done=posted"
    assert baker.get("/lots/2/photos/1").status_code == 200
    assert baker.get("/lots/1/photos/1").status_code == 404


# ---- what a hand sends ----


ARABIC = "\u0645\u062a\u062c\u0631 \u0627\u0644\u062e\u0628\u0632"
# Marks that turn the direction of what follows.
TURNED = "note\u200f mêlée \u202eà l'envers"


@pytest.mark.parametrize("name", [ARABIC, "\U0001f950" * 40, "Épicerie " + "très " * 40, "<b>gras</b>", TURNED])
def test_names_of_all_kinds_are_kept_and_shown(name: str, baker: TestClient, shop: Shop) -> None:
    """Right to left, emoji, very long, with marks: a note comes back as it was typed, and draws no marks of its own."""
    note = name[:200].strip()
    assert baker.post("/lots", data=form(note=note)).status_code == 303
    page = baker.get("/lots/1").text
    assert html.escape(note, quote=False) in page or note in html.unescape(page)
    assert "<b>gras</b>" not in page


def test_a_photo_of_forty_megabytes_is_refused_in_words(baker: TestClient, shop: Shop) -> None:
    """Where no script made it small: said, with the limit, before it is read."""
    answer = baker.post("/lots", data=form(), files={"photo": ("a.jpg", b"\xff\xd8" + b"0" * 40_000_000, "image/jpeg")})
    assert answer.status_code == 413
    assert "25" in answer.text
    with shop.database.read() as session:
        assert rows(session, Lot) == 0


def test_a_photo_held_upside_down_stands_upright_without_its_place(baker: TestClient, shop: Shop) -> None:
    """As the camera was held, and without the position a phone writes beside it."""
    picture = Image.new("RGB", (400, 200), (200, 30, 30))
    picture.paste((20, 20, 220), (0, 0, 100, 50))
    exif = Image.Exif()
    exif[0x0112] = 3
    exif.get_ifd(0x8825)[2] = (47.0, 13.0, 6.5)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, quality=95)
    baker.post("/lots", data=form(), files={"photo": ("a.jpg", out.getvalue(), "image/jpeg")})
    kept = Image.open(io.BytesIO(baker.get("/lots/1/photos/1").content))
    assert kept.size == (400, 200)
    red, _green, blue = kept.convert("RGB").getpixel((380, 190))  # type: ignore[misc]  # an RGB pixel
    assert blue > 150 > red
    assert not dict(kept.getexif())


def test_the_refusals_of_this_page_are_in_words() -> None:
    """Each says what to do, with its own status."""
    for refusal, status in ((TemplateUnknown(), 404), (TooManyTemplates(most=12), 409)):
        assert isinstance(refusal, Refusal)
        assert refusal.status == status
        assert refusal.text("fr") != refusal.text("en")


def test_templates_of_a_region_hang_from_it(shop: Shop) -> None:
    """A row names its region, its donor and its lot."""
    lot = shop.post()
    shop.act(actions.keep_as, lot, name="Invendus du soir")
    with shop.database.read() as session:
        row = session.exec(select(LotTemplate)).one()
        assert (row.region, row.organisation_id, row.lot_id) == (lot.region, lot.organisation_id, lot.key)
