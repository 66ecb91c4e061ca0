"""What any source must say of a commune to be believed."""

import re
from collections.abc import Sequence

from service.clients.gazetteer.port import BadCommunes, CommuneRecord, Where
from service.kit.i18n import N_

INSEE = re.compile(r"(\d{2}|2[AB])\d{3}")
POSTCODE = re.compile(r"\d{5}")
SIREN = re.compile(r"\d{9}")
MOST_PEOPLE = 20_000_000
MISSING = N_("la valeur manque.")


class Wrong(Exception):
    """A value that cannot be believed: which one, why, and what the reason names."""

    def __init__(self, column: str, why: str, value: str = "") -> None:
        super().__init__(column, why, value)
        self.column = column
        self.why = why
        self.value = value


def text(column: str, value: str) -> str:
    """A value that must be there."""
    if not value.strip():
        raise Wrong(column, MISSING)
    return value.strip()


def insee(column: str, value: str) -> str:
    """An INSEE code: five characters, two digits or 2A, 2B first."""
    if not INSEE.fullmatch(text(column, value)):
        raise Wrong(column, N_("« %(value)s » n'est pas un code INSEE de commune."), value)
    return value.strip()


def postcodes(column: str, values: Sequence[str]) -> tuple[str, ...]:
    """One postcode or more, in order, each once."""
    found = sorted({value.strip() for value in values if value.strip()})
    if not found:
        raise Wrong(column, MISSING)
    for value in found:
        if not POSTCODE.fullmatch(value):
            raise Wrong(column, N_("« %(value)s » n'est pas un code postal."), value)
    return tuple(found)


def siren(column: str, value: str) -> str:
    """The SIREN of an EPCI, or nothing."""
    if value.strip() and not SIREN.fullmatch(value.strip()):
        raise Wrong(column, N_("« %(value)s » n'est pas le SIREN d'un EPCI."), value)
    return value.strip()


def population(column: str, value: str) -> int:
    """Inhabitants, a whole number."""
    if not re.fullmatch(r"\d{1,9}", text(column, value)) or int(value) > MOST_PEOPLE:
        raise Wrong(column, N_("« %(value)s » n'est pas un nombre d'habitants."), value)
    return int(value)


def degrees(column: str, value: str, most: float) -> float:
    """Degrees, with a decimal point or a decimal comma."""
    number = text(column, value).replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,3}(\.\d+)?", number) or abs(float(number)) > most:
        raise Wrong(column, N_("« %(value)s » n'est pas une coordonnée en degrés."), value)
    return float(number)


def in_order(records: Sequence[tuple[Where, CommuneRecord]]) -> list[CommuneRecord]:
    """The records in INSEE order; BadCommunes when a commune comes twice, or when there is none."""
    seen: dict[str, CommuneRecord] = {}
    for where, record in records:
        if record.insee in seen:
            raise BadCommunes(where, N_("la commune %(insee)s est déjà décrite plus haut."), insee=record.insee)
        seen[record.insee] = record
    return [seen[code] for code in sorted(seen)]
