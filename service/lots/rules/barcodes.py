"""What a barcode says: a product's number, and on a carton often its date, its lot and its weight."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from stdnum import ean, gs1_128
from stdnum.exceptions import ValidationError

from service.kit.i18n import N_
from service.kit.refusals import Refusal

# Between two elements of a carton's code, and what scanners put before the first one.
SEPARATOR = "\x1d"
PREFIXES = ("]C1", "]d2", "]Q3", "]e0", "]J1")
MOST_CHARACTERS = 200
# Elements of the GS1 standard: number of the product, number of what a carton holds, lot, how many it holds.
PRODUCT, HELD, LOT, COUNT = "01", "02", "10", "37"
DATES = {"17": "dlc", "15": "ddm"}
NET_WEIGHT = "310"
MOST_LOT, MOST_COUNT = 60, 100_000


class BarcodeUnreadable(Refusal):
    status = 422
    code = "barcode-unreadable"
    message = N_("Ce code-barres n'est pas valable : vérifiez ses chiffres, le dernier se calcule à partir des autres.")


@dataclass(frozen=True)
class Scan:
    """What was read: the product's GTIN ("" if the code names none), its date and which kind, its lot, its weight in
    grams, how many packs."""

    gtin: str = ""
    date_kind: str = ""
    date: dt.date | None = None
    lot_number: str = ""
    grams: int | None = None
    count: int | None = None


def read_barcode(text: str) -> Scan:
    """Read an EAN/UPC (8 to 14 digits), a GS1 code as a scanner gives it or as it is printed under the bars, or a GS1
    Digital Link. Raises `BarcodeUnreadable`."""
    cleaned = text.strip().removeprefix(SEPARATOR)
    for prefix in PREFIXES:
        cleaned = cleaned.removeprefix(prefix)
    plain = cleaned.replace(" ", "")
    if len(cleaned) > MOST_CHARACTERS:
        raise BarcodeUnreadable()
    if plain.isascii() and plain.isdigit() and ean.is_valid(plain):
        return Scan(gtin=_short(plain))
    try:
        scan = _scan(gs1_128.info(_elements(cleaned), SEPARATOR))
    except (ValidationError, ValueError, ArithmeticError) as error:
        # The last two: a thirteenth month, a letter in a weight; the library lets them through.
        raise BarcodeUnreadable() from error
    if scan == Scan():
        raise BarcodeUnreadable()
    return scan


def _elements(text: str) -> str:
    """The code's elements one after the other, each ended by a separator."""
    if text.lower().startswith(("http://", "https://")):
        parts = urlsplit(text)
        path = [unquote(piece) for piece in parts.path.split("/") if piece]
        start = next((index for index, piece in enumerate(path) if piece == PRODUCT), len(path))
        pairs = [*zip(path[start::2], path[start + 1 :: 2], strict=False), *parse_qsl(parts.query)]
        return SEPARATOR.join(key + value for key, value in pairs if key.isdigit())
    if text.startswith("("):
        return text[1:].replace("(", SEPARATOR).replace(")", "")
    return text


def _scan(said: dict[str, Any]) -> Scan:
    kind, day = next(((kind, said[key]) for key, kind in DATES.items() if type(said.get(key)) is dt.date), ("", None))
    weight = next((value for key, value in said.items() if key.startswith(NET_WEIGHT)), None)
    count = said.get(COUNT)
    return Scan(
        gtin=_short(str(said.get(HELD) or said.get(PRODUCT) or "")),
        date_kind=kind,
        date=day,
        lot_number=str(said.get(LOT, ""))[:MOST_LOT],
        grams=int(weight * 1000) if isinstance(weight, Decimal) and weight > 0 else None,
        count=count if isinstance(count, int) and 0 < count <= MOST_COUNT else None,
    )


def _short(gtin: str) -> str:
    """A number of 14 digits that begins with 0 is the 13 digits printed on the pack."""
    return gtin[1:] if len(gtin) == 14 and gtin.startswith("0") else gtin
