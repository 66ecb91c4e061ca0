"""What the papers look like inside: read back with the same eyes as a reader's program."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.documents.papers import words
from service.documents.papers.pickup_slip import Party, PickupSlip, SlipLine, pickup_slip, pickup_slip_pages
from service.documents.papers.round_sheet import (
    RoundSheet,
    SheetLine,
    SheetStop,
    round_sheet,
    round_sheet_pages,
)
from tests.documents.conftest import MARKS

Slip = Callable[..., PickupSlip]


def text_of(pdf: bytes, folder: Path) -> str:
    """The words of a PDF in reading order, every space the same."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed")
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True)
    return re.sub(r"\s+", " ", done.stdout)


def test_a_slip_says_all_the_law_wants(slip: Slip, tmp_path: Path) -> None:
    """Parties, lots, dates, temperatures, both weights, totals, signatures and the number are on the paper."""
    said = text_of(pickup_slip(slip(marks=MARKS)), tmp_path)
    for expected in (
        "BE-52-2026-000042",
        "Boulangerie Martin",
        "SIRET 732 829 320 00074",
        "arrêté n° 2024-52-001",
        "vendredi 20 novembre 2026 à 18 h 32",
        "PDL-20261120-0042-2",
        "23/11/2026",
        "+5,8 °C",
        "8,4 kg",
        "6,35 kg",
        "20,9 kg",
        "18,85 kg",
        "Quantité non acceptée : 2,05 kg",
        "emballage abîmé",
        "Amélie Guérin",
        "Karim Benali",
        "Remise confirmée par code",
        "K7QM-2X9D",
        MARKS.fingerprint[:32],
    ):
        assert expected in said


def test_a_slip_is_an_archive_and_accessible_pdf(slip: Slip) -> None:
    """PDF/A for the years it is kept, PDF/UA for a screen reader, French, with a title."""
    pdf = pickup_slip(slip(marks=MARKS))
    assert pdf.startswith(b"%PDF-")
    assert b"pdfaid:part>2" in pdf
    assert b"pdfuaid:part>1" in pdf


def test_any_moment_of_a_clock_can_be_printed(slip: Slip) -> None:
    """A real clock has microseconds, and a region its own time zone."""
    at = datetime(2026, 11, 20, 17, 35, 12, 345678, tzinfo=ZoneInfo("Europe/Paris"))
    assert pickup_slip(slip(marks=replace(MARKS, issued_at=at))).startswith(b"%PDF")


def test_the_same_slip_is_the_same_bytes(slip: Slip) -> None:
    """A paper can be printed again and compared."""
    assert pickup_slip(slip(marks=MARKS)) == pickup_slip(slip(marks=MARKS))


def test_a_slip_without_number_is_a_draft(slip: Slip, tmp_path: Path) -> None:
    """It says so, and carries nothing to verify."""
    said = text_of(pickup_slip(slip(signatures=())), tmp_path)
    assert "non numéroté" in said
    assert "Vérifier ce bon" not in said


def test_sixty_lines_take_several_pages(slip: Slip) -> None:
    """The table goes on with its head repeated."""
    lines = tuple(SlipLine(f"Denrée {n}", f"LOT-{n}", 1000, 1000, "ambiant") for n in range(60))
    assert len(pickup_slip_pages(slip(marks=MARKS, lines=lines))) == 3


def test_marked_up_words_stay_words(slip: Slip, tmp_path: Path) -> None:
    """What a person typed is printed as typed: it cannot read a file or draw on the paper."""
    typed = '#read("/etc/passwd") $x$ *gras* <b> \\u{41} // "fin"'
    said = text_of(pickup_slip(slip(marks=MARKS, remarks=typed)), tmp_path)
    assert '#read("/etc/passwd") $x$ *gras* <b> \\u{41} // "fin"' in said
    assert "root:" not in said


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), grams=st.integers(0, 30_000_000))
def test_any_text_and_weight_can_be_printed(slip: Slip, text: str, grams: int) -> None:
    """No name, label or remark stops a hand-over."""
    lines = (SlipLine(text, text, grams, grams, text, reason=text, allergens=text),)
    party = Party(text, (text, text), representative=text, phone=text)
    assert pickup_slip(slip(marks=MARKS, donor=party, remarks=text, lines=lines)).startswith(b"%PDF")


def test_every_letter_said_to_be_drawn_is(slip: Slip) -> None:
    """The list of what the fonts can draw is true: an archive PDF with all of it is accepted."""
    letters = "".join(chr(code) for code in range(0x3000) if words.printable(chr(code)) == chr(code))
    assert "é" in letters
    assert pickup_slip(slip(marks=MARKS, remarks=letters)).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Merci 🙂 !", "Merci ? !"),
        ("Ｃarottes ﬁnes", "Carottes fines"),
        ("a\u0301\x07\u200b", "á"),
        ("李", "?"),
        ("a\tb", "a b"),
    ],
)
def test_what_fonts_cannot_draw_is_replaced(typed: str, printed: str) -> None:
    """An emoji or another script becomes a question mark instead of stopping the hand-over."""
    assert words.printable(typed) == printed


def test_what_is_signed_does_not_depend_on_the_paper(slip: Slip) -> None:
    """The content that is signed has no number, no signature and no watermark in it; a gram changes it."""
    plain = slip()
    assert plain.content() == replace(plain, marks=MARKS, signatures=(), fictitious=True).content()
    first, second = plain.lines
    assert plain.content() != replace(plain, lines=(replace(first, accepted_grams=12_499), second)).content()


def sheet(*stops: SheetStop, fictitious: bool = False) -> RoundSheet:
    """A round sheet of these stops."""
    return RoundSheet(
        name="Estuaire soir",
        region_name="Pays de la Loire",
        zone="Europe/Paris",
        day=date(2026, 11, 20),
        printed_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
        version=3,
        vehicle="Fourgon frigorifique",
        driver="Jeanne Le Goff",
        stops=stops,
        url="http://glane.example/rounds/7",
        metres=86_400,
        fictitious=fictitious,
    )


def stop(minutes: int, **given: object) -> SheetStop:
    """One stop, so many minutes after 16:30 in Nantes."""
    values: dict[str, object] = {"kind": "pickup", "place": "Superette", "address": ("5 rue des Olivettes",), **given}
    return SheetStop(planned_at=datetime(2026, 11, 20, 15, 30, tzinfo=UTC) + timedelta(minutes=minutes), **values)  # type: ignore[arg-type]  # the test's own names


def test_a_round_sheet_tells_each_stop_in_order(tmp_path: Path) -> None:
    """Time, place, what to load, and the totals by temperature."""
    goods = (SheetLine("Yaourts", 8_400, "chilled", 2, "à livrer avant 19 h 40"), SheetLine("Pain", 5_000, "ambient"))
    said = text_of(
        round_sheet(
            sheet(
                stop(0, kind="start", place="Dépôt"),
                stop(18, lines=goods, phone="+33240123456", window=(TIME, TIME + timedelta(hours=1))),
                stop(60, kind="delivery", place="Épicerie L'Éclaircie", lines=goods[:1]),
                stop(90, kind="end", place="Dépôt"),
            )
        ),
        tmp_path,
    )
    for expected in (
        "vendredi 20 novembre 2026",
        "16 h 30 – 18 h 00",
        "86 km",
        "2 arrêts",
        "13,4 kg",
        "frais 8,4 kg",
        "16 h 48",
        "entre 17 h 00 et 18 h 00",
        "02 40 12 34 56",
        "à livrer avant 19 h 40",
        "Épicerie L’Éclaircie",
        "version 3",
    ):
        assert expected in said


TIME = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def test_the_address_of_a_protected_place_is_never_printed(tmp_path: Path) -> None:
    """The sheet says where the address will be told; giving one is a mistake of the caller."""
    said = text_of(round_sheet(sheet(stop(0, place="Point relais 07", address=(), protected=True))), tmp_path)
    assert "Lieu protégé" in said
    for leak in ({"address": ("1 rue cachée",)}, {"phone": "+33600000000"}, {"contact": "Anne"}, {"access": "code"}):
        with pytest.raises(ValueError):
            stop(0, protected=True, **{"address": (), **leak})


def test_a_long_round_and_an_empty_one_can_be_printed() -> None:
    """Thirty stops take several pages, none takes one."""
    assert len(round_sheet_pages(sheet(*(stop(n) for n in range(30))))) > 1
    assert len(round_sheet_pages(sheet())) == 1


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (words.kilograms(12_500), "12,5 kg"),
        (words.kilograms(1_042), "1,042 kg"),
        (words.kilograms(1_250_500), "1 250,5 kg"),
        (words.kilograms(None), ""),
        (words.degrees(-112), "−11,2 °C"),
        (words.degrees(35), "+3,5 °C"),
        (words.degrees(0), "0,0 °C"),
        (words.day(date(2027, 5, 1), "Europe/Paris"), "samedi 1er mai 2027"),
        (words.hour(datetime(2026, 7, 1, 22, 5, tzinfo=UTC), "Europe/Paris"), "0 h 05"),
        (words.short_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Europe/Paris"), "01/01/2027"),
        (words.phone("+33240123456"), "02 40 12 34 56"),
        (words.phone("+441632960961"), "+44 1632 960961"),
        (words.phone("à l'accueil"), "à l'accueil"),
        (words.plural(0, "ligne", "lignes"), "0 ligne"),
        (words.plural(2, "ligne", "lignes"), "2 lignes"),
    ],
)
def test_papers_write_as_the_french_do(made: str, expected: str) -> None:
    """Decimal comma, 24-hour clock, first of the month, minus sign, phone in pairs."""
    assert made.replace("\u00a0", " ") == expected
