"""The pages of the room, through the real application: giving, correcting, splitting, and forms that keep all."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.lots.models import Lot, LotPhoto
from tests.lots.conftest import Shop, rows
from tests.people import Make

SLOT = "2026-11-20T16:00:00+00:00/2026-11-20T19:00:00+00:00"
SignIn = Callable[..., TestClient]


def form(**given: Any) -> dict[str, Any]:
    """What a baker sends: bread baked today, ten kilograms."""
    return {
        "once": "abc",
        "lines.0.category": "bread",
        "lines.0.kg": "10,5",
        "lines.0.day": "today",
        "slot": SLOT,
        **given,
    }


@pytest.fixture
def baker(shop: Shop, sign_in: SignIn) -> TestClient:
    return sign_in(shop.donor.person.key)


def test_the_donors_home_has_one_big_button(baker: TestClient, shop: Shop) -> None:
    """« Donner », then the last lot with « Comme hier », then what is under way."""
    assert 'href="/lots/new"' in baker.get("/give").text
    shop.post()
    page = baker.get("/give").text
    assert "/lots/1/repeat" in page
    assert "Pain" in page


def test_a_lot_is_posted_with_a_photo(baker: TestClient, shop: Shop, photo_bytes: bytes) -> None:
    """The form answers with the lot's own page; its photo is served to those who may see it, and kept small."""
    answer = baker.post("/lots", data=form(), files={"photo": ("IMG_1.jpg", photo_bytes, "image/jpeg")})
    assert (answer.status_code, answer.headers["location"]) == (303, "/lots/1?done=posted")
    line = shop.lines(1)[0]
    assert (line.grams, line.date.isoformat(), line.allergens_state) == (10_500, "2026-11-20", "unknown")
    page = baker.get("/lots/1?done=posted")
    assert page.status_code == 200
    assert "10,5" in page.text
    small, large = baker.get("/lots/1/photos/1?size=small"), baker.get("/lots/1/photos/1")
    assert small.headers["content-type"] == "image/webp"
    assert len(small.content) < len(large.content)
    again = baker.get("/lots/1/photos/1", headers={"if-none-match": large.headers["etag"]})
    assert again.status_code == 304
    assert "private" in large.headers["cache-control"]


def test_the_form_proposes_the_shops_hours_and_its_trade(baker: TestClient) -> None:
    """Until 20:00 tonight and tomorrow, bread first."""
    page = baker.get("/lots/new").text
    assert f'value="{SLOT}"' in page
    assert 'value="bread"' in page
    assert page.index('value="bread"') < page.index("Toutes les catégories")


def test_a_wrong_form_comes_back_whole(baker: TestClient, shop: Shop, photo_bytes: bytes) -> None:
    """Everything typed is there, each mistake has its words, and the photo need not be taken again."""
    sent = form(**{"lines.0.kg": "-3", "note": "Sonner", "lines.0.lot_number": "L42"})
    answer = baker.post("/lots", data=sent, files={"photo": ("a.jpg", photo_bytes, "image/jpeg")})
    assert answer.status_code == 422
    assert "Indiquez un poids en kilogrammes" in answer.text
    assert all(text in answer.text for text in ("Sonner", "L42", 'value="-3"'))
    (token,) = re.findall(r'name="photo_kept" value="([^"]+)"', answer.text)
    with shop.database.read() as session:
        assert rows(session, Lot) == 0
    second = baker.post("/lots", data=form(photo_kept=token))
    assert second.status_code == 303
    with shop.database.read() as session:
        assert rows(session, LotPhoto) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"lines.0.kg": "0"}, "Indiquez un poids"),
        ({"lines.0.kg": "beaucoup"}, "Indiquez un poids"),
        ({"lines.0.category": ""}, "Choisissez une catégorie"),
        ({"lines.0.day": "pick", "lines.0.date": "2026-13-45"}, "date"),
        ({"lines.0.day": "pick", "lines.0.date": "2026-11-02"}, "Fabriqué ou récolté"),
        ({"slot": "2026-11-20T10:00:00+00:00/2026-11-20T12:00:00+00:00"}, "déjà passé"),
        ({"slot": "n'importe quoi"}, "date"),
        ({"lines.0.gtin": "1234"}, "valable"),
        ({"lines.0.kg": "99999"}, "Indiquez un poids"),
        ({"site_id": "99999"}, "Choisissez le lieu"),
    ],
)
def test_bad_input_is_a_422_with_words(baker: TestClient, shop: Shop, given: dict[str, Any], words: str) -> None:
    """Wrong weights, dates, windows, places: words for people, nothing half-written."""
    answer = baker.post("/lots", data=form(**given))
    assert answer.status_code == 422
    assert words in answer.text
    with shop.database.read() as session:
        assert rows(session, Lot) == 0


def test_a_text_file_called_jpg_is_refused_in_words(baker: TestClient, shop: Shop) -> None:
    """The rest of the form stays."""
    answer = baker.post("/lots", data=form(), files={"photo": ("a.jpg", b"not a picture", "image/jpeg")})
    assert answer.status_code == 422
    assert "photo lisible" in answer.text
    with shop.database.read() as session:
        assert rows(session, Lot) == 0


def test_a_line_is_added_and_removed_without_losing_anything(baker: TestClient, shop: Shop, photo_bytes: bytes) -> None:
    """« Ajouter une ligne » works as a plain form, photo included."""
    two = baker.post("/lots", data=form(add_line="1"), files={"photo": ("a.jpg", photo_bytes, "image/jpeg")})
    assert two.status_code == 200
    assert "lines.1.kg" in two.text
    assert "photo_kept" in two.text
    assert 'value="10,5"' in two.text
    both = form(**{"lines.1.category": "viennoiserie", "lines.1.kg": "2", "lines.1.day": "today"})
    one = baker.post("/lots", data={**both, "remove_line": "0"})
    assert "lines.1.kg" not in one.text
    assert baker.post("/lots", data=both).status_code == 303
    assert [line.grams for line in shop.lines(1)] == [10_500, 2000]


def test_a_form_sent_twice_posts_once(baker: TestClient, shop: Shop) -> None:
    """A double tap is one lot; the same page sent with other words is another."""
    first, second = baker.post("/lots", data=form()), baker.post("/lots", data=form())
    assert first.headers["location"] == second.headers["location"]
    assert baker.post("/lots", data=form(note="autre")).headers["location"] != first.headers["location"]


def test_the_details_follow_the_category(baker: TestClient) -> None:
    """Yoghurt asks for a DLC and its packaging, bread for the day it was baked."""
    yoghurt = baker.get("/lots/new/details?line=0&lines.0.category=yoghurt").text
    assert "DLC" in yoghurt
    assert "Emballé et étiqueté" in yoghurt
    assert "Fabriqué le" in baker.get("/lots/new/details?line=0&lines.0.category=bread").text


def test_the_same_as_yesterday_in_two_taps(baker: TestClient, shop: Shop) -> None:
    """« Comme hier » opens the weights and windows, « Publier » posts."""
    shop.post()
    assert 'value="10"' in baker.get("/lots/1/repeat").text
    answer = baker.post("/lots/1/repeat", data={"kg.1": "8", "slot": SLOT})
    assert answer.headers["location"] == "/lots/2?done=posted"
    assert shop.lines(2)[0].grams == 8000
    bad = baker.post("/lots/1/repeat", data={"kg.1": "rien", "slot": SLOT})
    assert bad.status_code == 422
    assert 'value="rien"' in bad.text


def test_correcting_through_the_form(baker: TestClient, shop: Shop, photo_bytes: bytes) -> None:
    """Weight freely; the DLC only with a photo of the label."""
    lot = shop.post({"category": "yoghurt", "grams": 8000, "date_kind": "dlc", "date": "2026-11-25", "prepacked": True})
    page = baker.get(f"/lots/{lot.key}/edit")
    assert page.status_code == 200
    sent = {
        "version": "1",
        "lines.0.id": str(shop.lines(lot.key)[0].key),
        "lines.0.category": "yoghurt",
        "lines.0.kg": "7,5",
        "lines.0.date_kind": "dlc",
        "lines.0.day": "pick",
        "lines.0.date": "2026-11-25",
        "lines.0.allergens_state": "unknown",
        "lines.0.packing": "labelled",
        "lines.0.temperature_code": "FRAIS_8",
    }
    assert baker.post(f"/lots/{lot.key}/edit", data=sent).status_code == 303
    assert shop.lines(lot.key)[0].grams == 7500
    changed = {**sent, "lines.0.date": "2026-11-26"}
    refused = baker.post(f"/lots/{lot.key}/edit", data=changed)
    assert refused.status_code == 422
    assert "photo de l&#39;étiquette" in refused.text
    photo = {"label_photo": ("l.jpg", photo_bytes, "image/jpeg")}
    assert baker.post(f"/lots/{lot.key}/edit", data=changed, files=photo).status_code == 303
    assert shop.lines(lot.key)[0].date.isoformat() == "2026-11-26"


def test_splitting_withdrawing_and_undoing(baker: TestClient, shop: Shop) -> None:
    """Part of it set apart and put back, then all of it taken back."""
    shop.post()
    too_much = baker.post("/lots/1/splits", data={"part.1": "12"})
    assert too_much.status_code == 422
    assert baker.get("/lots/1/split").status_code == 200
    assert baker.post("/lots/1/splits", data={"part.1": "4"}).headers["location"] == "/lots/2?done=split"
    assert "/lots/2/merger" in baker.get("/lots/2?done=split").text
    assert baker.post("/lots/2/merger").headers["location"] == "/lots/1?done=merged"
    assert baker.post("/lots/1/withdrawal", data={"reason": "sold"}).status_code == 303
    again = baker.post("/lots/1/withdrawal", data={"reason": "sold"})
    assert again.status_code == 409
    assert "ne peut plus être modifié" in again.text


def test_what_charities_and_strangers_see(shop: Shop, sign_in: SignIn, make: Make) -> None:
    """A charity sees what is on offer, not who else got a part; another donor sees nothing at all."""
    lot = shop.post()
    shop.reserve(lot.key, 4000, charity=1)
    charity = sign_in(shop.charities[0].person.key)
    page = charity.get("/lots/1")
    assert page.status_code == 200
    assert "Association 1" not in page.text
    assert "/lots/1/edit" not in page.text
    assert charity.get("/lots/1/edit").status_code == 403
    stranger = sign_in(make.donor("Autre").person.key)
    for path in ("/lots/1", "/lots/1/edit", "/lots/1/photos/1", "/lots/1/split"):
        assert stranger.get(path).status_code == 404


def test_a_holder_confirms_a_correction(shop: Shop, sign_in: SignIn) -> None:
    """The holder finds the button on the lot's page; the lot moves again."""
    from service.lots import actions
    from tests.lots.test_correcting import LABEL, YOGHURT, correction

    lot = shop.post(YOGHURT)
    shop.reserve(lot.key, 2000)
    change = correction(shop.lines(lot.key)[0].key, date="2026-11-24")
    shop.act(actions.correct, lot, given=change, label_photo=LABEL)
    charity = sign_in(shop.charities[0].person.key)
    assert "/lots/1/confirmation" in charity.get("/lots/1").text
    assert charity.post("/lots/1/confirmation", data={"version": "1"}).status_code == 409
    assert charity.post("/lots/1/confirmation", data={"version": "2"}).status_code == 303
    assert not shop.lot(lot.key).frozen


def test_staff_see_all_lots_filtered_and_paged(shop: Shop, sign_in: SignIn, make: Make) -> None:
    """By state, by département, a page at a time; new donors stand out until somebody has looked."""
    for _ in range(3):
        shop.post()
    dispatcher = sign_in(make.dispatcher().person.key)
    page = dispatcher.get("/lots?limit=2").text
    assert "Nouveau donateur" in page
    assert page.count("data-item=") == 2
    assert "after=2" in page
    assert dispatcher.get("/lots?departement=53").text.count("data-item=") == 0
    assert dispatcher.post("/lots/1/first-lot").status_code == 303
    assert "Nouveau donateur" not in dispatcher.get("/lots?shelf=open").text


def test_a_dispatcher_chooses_the_shop(shop: Shop, sign_in: SignIn, make: Make) -> None:
    """The form asks which shop called, and the lot is that shop's."""
    dispatcher = sign_in(make.dispatcher().person.key)
    assert shop.donor.site.name in dispatcher.get("/lots/new").text
    assert dispatcher.post("/lots", data=form()).status_code == 422
    answer = dispatcher.post("/lots", data=form(site_id=str(shop.donor.site.key)))
    assert answer.status_code == 303
    assert shop.lot(1).organisation_id == shop.donor.id


def test_in_english_too(shop: Shop, baker: TestClient) -> None:
    """No French is left on a donor's pages for who reads English."""
    shop.post()
    baker.cookies.set("glane_locale", "en")
    for path in ("/give", "/lots/new", "/lots", "/lots/1", "/lots/1/edit", "/lots/1/split", "/lots/1/repeat"):
        page = baker.get(path)
        assert page.status_code == 200
        text = re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1].split("</main", 1)[0])
        assert not re.search(r"\b(le|la|les|des|une|du|est|pas|dans|pour)\b", text), (path, text)


def test_time_shows_on_the_page(shop: Shop, baker: TestClient) -> None:
    """The bar of time left carries the deadline."""
    lot = shop.post()
    assert lot.deadline == shop.now + timedelta(hours=3)
    assert f'data-deadline="{lot.deadline.isoformat()}"' in baker.get("/lots/1").text


def test_a_field_is_given_as_a_point(baker: TestClient, shop: Shop) -> None:
    """Typed with a comma or a dot, it is the lot's own place; half a point, or one off the globe, is asked again."""
    answer = baker.post("/lots", data=form(latitude="47,21", longitude="-1.55"))
    assert answer.status_code == 303
    lot = shop.lot(int(answer.headers["location"].split("/")[2].split("?")[0]))
    assert (lot.latitude, lot.longitude) == (47.21, -1.55)
    for half in ({"latitude": "47,21"}, {"latitude": "120", "longitude": "0"}):
        refused = baker.post("/lots", data=form(**half, note="autre"))
        assert refused.status_code == 422
        assert half["latitude"] in refused.text
