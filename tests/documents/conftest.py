"""A slip as a real evening gives one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw

from service.documents.papers.marks import Marks
from service.documents.papers.pickup_slip import Carriage, Party, PickupSlip, SlipLine, SlipSignature

TAKEN = datetime(2026, 11, 20, 17, 32, tzinfo=UTC)
MARKS = Marks(
    number="BE-52-2026-000042",
    issued_at=datetime(2026, 11, 20, 17, 35, tzinfo=UTC),
    verify_url="http://glane.example/verify/BE-52-2026-000042?code=K7QM-2X9D",
    check_code="K7QM-2X9D",
    fingerprint="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)


def drawn() -> bytes:
    """What a finger leaves on a screen."""
    picture = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(10, 60), (90, 20), (150, 80), (280, 30)], fill=(20, 30, 90, 255), width=4)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def signature_drawn() -> bytes:
    """A PNG from a browser's canvas."""
    return drawn()


def made_slip(**given: Any) -> PickupSlip:
    """A slip of an evening: two lines, one partly refused, two signatures; anything can be overridden."""
    values: dict[str, Any] = {
        "region_name": "Pays de la Loire",
        "zone": "Europe/Paris",
        "taken_at": TAKEN,
        "place": "au 12 rue des Carmes à Nantes",
        "donor": Party("Boulangerie Martin", ("12 rue des Carmes", "44000 Nantes"), siret="73282932000074"),
        "receiver": Party("Restos de Nantes", ("3 place du Marché",), approval="arrêté n° 2024-52-001"),
        "lines": (
            SlipLine("Pain et viennoiseries", "PDL-20261120-0042-1", 12_500, 12_500, "ambiant"),
            SlipLine(
                "Yaourts nature",
                "PDL-20261120-0042-2",
                8_400,
                6_350,
                "frais (+8 °C)",
                date_kind="DLC",
                day=date(2026, 11, 23),
                celsius_tenths=58,
                reason="emballage abîmé",
            ),
        ),
        "signatures": (
            SlipSignature("donor", "Amélie Guérin", TAKEN, "drawn", drawn()),
            SlipSignature("receiver", "Karim Benali", TAKEN + timedelta(minutes=2), "code"),
        ),
        "carriage": Carriage("fourgon frigorifique AB-123-CD", "Jeanne Le Goff", "tournée « Estuaire »"),
    }
    return PickupSlip(**{**values, **given})


@pytest.fixture
def slip() -> Callable[..., PickupSlip]:
    """`slip(remarks="…")`."""
    return made_slip
