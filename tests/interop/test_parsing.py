"""A text message is understood whole or not at all: it never raises, and never guesses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import catalogue
from service.interop.foods import _CATEGORIES
from service.interop.parsing import Asked, Doubt, Read, read


def gift(grams: int, category: str, minute: int, **given: bool) -> Read:
    return Read(Asked.GIVE, grams=grams, category=category, minute=minute, **given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OUI 12", Read(Asked.YES, lot=12)),
        ("oui, pour le lot n°12 svp", Read(Asked.YES, lot=12)),
        ("Oui12!", Read(Asked.YES, lot=12)),
        ("12 oui merci", Read(Asked.YES, lot=12)),
        ("OUI nº 12", Read(Asked.YES, lot=12)),
        ("oui 12 on vient le chercher", Read(Asked.YES, lot=12, fetch=True)),
        ("Non 7", Read(Asked.NO, lot=7)),
        ("DON 8 KG PAIN 19H30", gift(8000, "bread", 1170)),
        ("don pain 8kg 19h30", gift(8000, "bread", 1170)),
        ("Bonjour, je donne 8,5kg de pain jusqu'à 19h merci", gift(8500, "bread", 1140)),
        ("19:30 don 500 g croissants", gift(500, "viennoiserie", 1170)),
        ("DON 3 kilos pommes de terre avant 20 h", gift(3000, "root-vegetables", 1200)),
        ("don 12 kg fruits et légumes 18 h 05", gift(12000, "fruit-veg-mixed", 1085)),
        ("DON 2.5 KG PAIN D'HIER 19H", gift(2500, "bread", 1140, yesterday=True)),
        ("don 4 kg pains au chocolat 19h", gift(4000, "viennoiserie", 1140)),
        ("Annuler", Read(Asked.CANCEL)),
        ("annuler mon don", Read(Asked.CANCEL)),
        ("ANNULER 12", Read(Asked.CANCEL, lot=12)),
        ("stop", Read(Asked.STOP)),
        ("STOP SMS", Read(Asked.STOP)),
        ("Aide ?", Read(Asked.HELP)),
        ("12", Read(Asked.WEIGHT, grams=12_000)),
        ("12 KG", Read(Asked.WEIGHT, grams=12_000)),
        ("Bonsoir, environ 8,5 ce soir merci", Read(Asked.WEIGHT, grams=8500)),
        ("800 g", Read(Asked.WEIGHT, grams=800)),
        ("RIEN", Read(Asked.NOTHING)),
        ("rien ce soir, désolée", Read(Asked.NOTHING)),
        ("0", Read(Asked.NOTHING)),
        ("Comme d'habitude !", Read(Asked.USUAL)),
    ],
)
def test_what_is_understood(text: str, expected: Read) -> None:
    """Accents, lower case, commas, several orders of words."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("", Doubt.UNREADABLE),
        ("Bonjour", Doubt.UNREADABLE),
        ("lot 12", Doubt.UNREADABLE),
        ("n°12", Doubt.UNREADABLE),
        ("-12", Doubt.UNREADABLE),
        ("12 13", Doubt.UNREADABLE),
        ("12 kg 19h", Doubt.UNREADABLE),
        ("12 kg pas plus", Doubt.UNREADABLE),
        ("12 kg de poulet", Doubt.UNREADABLE),
        ("1200", Doubt.WEIGHT),
        ("900", Doubt.WEIGHT),
        ("12,345", Doubt.WEIGHT),
        ("rien 12", Doubt.UNREADABLE),
        ("rien ou 5 kg", Doubt.UNREADABLE),
        ("pas rien", Doubt.UNREADABLE),
        ("comme d'habitude 12 kg", Doubt.UNREADABLE),
        ("?", Doubt.UNREADABLE),
        ("OUI", Doubt.NO_LOT),
        ("NON merci", Doubt.NO_LOT),
        ("OUI 12 13", Doubt.UNREADABLE),
        ("OUI NON 12", Doubt.UNREADABLE),
        ("oui 12 mais demain", Doubt.UNREADABLE),
        ("OUI 12 5 kg", Doubt.UNREADABLE),
        ("OUI pas 12", Doubt.UNREADABLE),
        ("oui -12", Doubt.UNREADABLE),
        ("OUI 1,2", Doubt.UNREADABLE),
        ("OUI 0", Doubt.UNREADABLE),
        ("OUI 12 👎", Doubt.UNREADABLE),
        ("OUI 12345678901234", Doubt.UNREADABLE),
        ("DON PAIN 19H30", Doubt.WEIGHT),
        ("DON 8 KG PAIN", Doubt.HOUR),
        ("DON 8 KG 19H30", Doubt.FOOD),
        ("DON 8 KG TRUCS 19H30", Doubt.FOOD),
        ("DON 8 KG PAIN ET POULET 19H30", Doubt.FOOD),
        ("DON 8 KG PAIN 25H", Doubt.HOUR),
        ("DON 8 KG PAIN 19H75", Doubt.HOUR),
        ("DON -8 KG PAIN 19H", Doubt.UNREADABLE),
        ("DON 8 KG 3 KG PAIN 19H", Doubt.WEIGHT),
        ("DON 8 KG PAIN 18H 19H", Doubt.HOUR),
        ("DON 0 KG PAIN 19H", Doubt.WEIGHT),
        ("DON 8 KG PAIN 3 19H", Doubt.WEIGHT),
        ("DON 9999 KG PAIN 19H", Doubt.WEIGHT),
        ("STOP 12", Doubt.UNREADABLE),
        ("DON 8 KG PAIN DEMAIN 19H", Doubt.FOOD),
        ("DON OUI 8 KG PAIN 19H", Doubt.UNREADABLE),
        ("Дон 8 kg", Doubt.UNREADABLE),
        ("DON 8 KG PAIN SAUF SEIGLE 19H", Doubt.FOOD),
        ("stop ou pas", Doubt.UNREADABLE),
        ("DON 1 8 KG PAIN 19H", Doubt.WEIGHT),
    ],
)  # fmt: skip
def test_what_is_left_to_a_person(text: str, doubt: Doubt) -> None:
    """Two numbers, a word too many, no hour: somebody is called back."""
    assert read(text).doubt == doubt


WORDS = [
    "oui", "non", "don", "annuler", "stop", "aide", "pain", "lot", "12", "8", "kg", "8,5kg", "19h30", "19h", "pas",
    "mais",    "-", "demain", "fruits", "et", "légumes", "le", "13", "poulet", "sans", "😀", "n°", "ou", "kg8",
]  # fmt: skip


@given(st.text(max_size=300) | st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join))
def test_it_never_raises_and_never_guesses(text: str) -> None:
    """Whatever comes in; and what is understood is complete, and said in the text itself."""
    found = read(text)
    if found.doubt is not None:
        assert (found.lot, found.grams, found.category, found.minute) == (None, None, None, None)
        return
    if found.asked in (Asked.YES, Asked.NO):
        assert found.lot
        assert str(found.lot) in text.replace("0", "0")
    if found.asked is Asked.WEIGHT:
        assert found.grams
    if found.asked is Asked.GIVE:
        assert found.grams
        assert found.category
        assert found.minute is not None
        assert 0 <= found.minute < 24 * 60


SAYINGS = ["OUI 12", "NON 12", "DON 8 KG PAIN 19H30", "ANNULER", "STOP", "12 KG", "RIEN", "HABITUDE"]


@given(st.sampled_from(SAYINGS), st.sampled_from(
    ["pas", "sauf", "mais", "demain", "peut-être", "ou", "sans", "13,", "99", "ne", "poulet", "¿", "oui", "non", "stop"]
), st.integers(0, 5))  # fmt: skip
def test_one_word_too_many_and_nothing_is_done(text: str, word: str, place: int) -> None:
    """A "not", an "or", another number or another order, wherever it stands."""
    words = text.split()
    if word in words or word.upper() in words or (text == "ANNULER" and word in ("13,", "99")):
        return
    assert read(" ".join([*words[:place], word, *words[place:]])).doubt is not None


def test_every_food_is_of_the_catalogue_and_dated_by_the_day() -> None:
    """What needs a label's date is never given by text."""
    for slug in _CATEGORIES.values():
        assert catalogue().category(slug).usual_date.is_production
