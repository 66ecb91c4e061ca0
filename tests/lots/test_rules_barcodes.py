"""A barcode says what it says: the product, and on a carton its date, its lot and its weight."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.lots.rules.barcodes import BarcodeUnreadable, Scan, read_barcode

GTIN = "9521101530018"
LONG = f"0{GTIN}"


@pytest.mark.parametrize("typed", [GTIN, "9521 1015 30018", f" {GTIN} ", LONG, f"]C101{LONG}", f"\x1d01{LONG}"])
def test_a_products_number_is_read_however_it_comes(typed: str) -> None:
    """With blanks, with fourteen digits, or within a carton's code."""
    assert read_barcode(typed) == Scan(gtin=GTIN)


@pytest.mark.parametrize("gtin", ["96385074", "036000291452"])
def test_short_numbers_are_numbers_too(gtin: str) -> None:
    """Eight digits on small packs, twelve on American ones."""
    assert read_barcode(gtin).gtin == gtin


@pytest.mark.parametrize(
    "typed",
    [
        f"01{LONG}1726113010L42",
        f"01{LONG}10L42\x1d17261130",
        f"(01){LONG}(17)261130(10)L42",
        f"(01){LONG}(10)L42(17)261130",
        f"https://id.example.org/01/{LONG}/10/L42?17=261130",
    ],
)
def test_a_cartons_code_gives_date_and_lot(typed: str) -> None:
    """As a scanner gives it, as it is printed under the bars, as a link."""
    assert read_barcode(typed) == Scan(gtin=GTIN, date_kind="dlc", date=date(2026, 11, 30), lot_number="L42")


def test_best_before_is_another_kind_of_date() -> None:
    """Element 15 is a DDM; a day of 00 is the last of its month, and where both stand the DLC binds."""
    assert read_barcode(f"01{LONG}15270200") == Scan(gtin=GTIN, date_kind="ddm", date=date(2027, 2, 28))
    both = read_barcode(f"01{LONG}1527020017261130")
    assert (both.date_kind, both.date) == ("dlc", date(2026, 11, 30))


def test_a_carton_says_what_it_holds() -> None:
    """Number and count of the packs inside, and a net weight."""
    assert read_barcode(f"02{LONG}3724") == Scan(gtin=GTIN, count=24)
    assert read_barcode(f"01{LONG}3102001250") == Scan(gtin=GTIN, grams=12_500)


@pytest.mark.parametrize(
    "typed",
    [
        "9521101530019",
        "123",
        "pain",
        "",
        "01",
        "17261399",
        "0" * 300,
        "https://example.org/produit",
        "(99",
        "()",
        "(01)",
    ],
)
def test_what_is_no_barcode_is_refused(typed: str) -> None:
    """A wrong check digit, a thirteenth month, a word, a link to elsewhere."""
    with pytest.raises(BarcodeUnreadable):
        read_barcode(typed)


@given(st.text(max_size=60) | st.text("0123456789()\x1d", max_size=60))
def test_nothing_that_is_scanned_breaks_the_form(text: str) -> None:
    """Whatever comes out of a scanner is read or refused."""
    try:
        scan = read_barcode(text)
    except BarcodeUnreadable:
        return
    assert scan != Scan()
