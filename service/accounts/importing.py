"""A CSV of partners, read line by line: what each line would make, or what is wrong with it; nothing is written."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pydantic import ValidationError

from service.accounts.errors import ImportTooLong, ImportUnreadable
from service.accounts.filling import said_by
from service.accounts.forms import AddressIn, Email, Hours, Name, OrganisationIn, Phone
from service.accounts.models import OrganisationKind
from service.kit.i18n import N_
from service.kit.text import plain

MOST_LINES = 2000
MOST_BYTES = 2_000_000

# Our name -> how partners' lists write it, made comparable.
COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": ("type", "kind", "genre", "nature"),
    "activity": ("activite", "activity", "metier"),
    "name": ("nom", "name", "organisation", "raison sociale", "enseigne"),
    "siret": ("siret",),
    "rna": ("rna", "numero rna"),
    "street": ("adresse", "rue", "street", "voie"),
    "postcode": ("code postal", "cp", "postcode"),
    "city": ("ville", "commune", "city"),
    "opening_hours": ("horaires", "opening hours", "ouverture"),
    "person_name": ("contact", "nom du contact", "responsable"),
    "person_email": ("email", "e mail", "mail", "courriel"),
    "person_phone": ("telephone", "tel", "mobile", "phone", "portable"),
}
REQUIRED = ("kind", "name", "postcode", "city")
KINDS = {
    "donor": ("donateur", "donor", "commerce", "don"),
    "charity": ("association", "charity", "asso"),
    "public_body": ("ccas", "cias", "public", "organisme public", "public body"),
    "carrier": ("transporteur", "carrier", "transport"),
}
ACTIVITIES = {
    "bakery": ("boulangerie", "bakery", "boulangerie patisserie"),
    "greengrocer": ("primeur", "greengrocer", "fruits et legumes"),
    "supermarket": ("superette", "supermarche", "supermarket", "epicerie"),
    "butcher": ("boucherie", "charcuterie", "butcher", "boucherie charcuterie"),
    "cheese": ("fromagerie", "cremerie", "cheese"),
    "restaurant": ("restaurant", "traiteur"),
    "fish": ("poissonnerie", "fish"),
    "farm": ("ferme", "exploitation", "farm", "agriculteur"),
    "market_stall": ("marche", "stand", "market stall"),
    "other": ("autre", "other"),
}
TWICE = N_("Ce numéro est déjà à la ligne %(line)s.")
KNOWN = N_("Déjà inscrit : cette ligne sera laissée de côté.")


class PartnerIn(OrganisationIn, AddressIn):
    """A line: an organisation, its site, and whom to invite."""

    opening_hours: Hours = ""
    person_name: Name | None = None
    person_email: Email | None = None
    person_phone: Phone | None = None


@dataclass
class Line:
    """One line of the file: `partner` when it can be imported, else `wrong` (our column -> msgid)."""

    number: int
    name: str
    city: str
    partner: PartnerIn | None = None
    wrong: dict[str, str] = field(default_factory=dict)
    # Fills the places of the messages in `wrong`.
    params: dict[str, object] = field(default_factory=dict)
    known: bool = False


def decoded(data: bytes) -> str:
    """The text of a file a spreadsheet wrote: UTF-8, else what an old Windows one writes."""
    if len(data) > MOST_BYTES or b"\0" in data:
        raise ImportUnreadable()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_lines(text: str) -> list[Line]:
    """Every line that is not empty. ImportUnreadable when the first line does not name the columns needed."""
    delimiter = ";" if text.partition("\n")[0].count(";") >= text.partition("\n")[0].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, row) for row in reader if any(value.strip() for value in row)]
    except csv.Error:
        raise ImportUnreadable() from None
    if not rows:
        raise ImportUnreadable()
    columns = _columns(rows[0][1])
    if any(name not in columns for name in REQUIRED):
        raise ImportUnreadable()
    if len(rows) > MOST_LINES + 1:
        raise ImportTooLong(most=MOST_LINES)
    lines = [_line(number, row, columns) for number, row in rows[1:]]
    _mark_twice(lines)
    return lines


def _columns(header: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        for name, titles in COLUMNS.items():
            if plain(title) in titles or plain(title) == plain(name):
                found.setdefault(name, place)
    return found


def _line(number: int, row: list[str], columns: dict[str, int]) -> Line:
    values: dict[str, object] = {
        name: row[place].strip() for name, place in columns.items() if place < len(row) and row[place].strip()
    }
    line = Line(number, str(values.get("name", "")), str(values.get("city", "")))
    for name, words in (("kind", KINDS), ("activity", ACTIVITIES)):
        if name in values:
            values[name] = _word(str(values[name]), words) or values[name]
    if len(str(values.get("postcode", ""))) == 4:
        # A spreadsheet takes "01000" for a number.
        values["postcode"] = f"0{values['postcode']}"
    if values.get("person_name") is None and ("person_email" in values or "person_phone" in values):
        values["person_name"] = values.get("name", "")
    try:
        line.partner = PartnerIn.model_validate(values)
    except ValidationError as error:
        line.wrong = said_by(error)
    if line.partner is not None and line.partner.kind == OrganisationKind.REGION:
        line.partner, line.wrong = None, {"kind": N_("Ce type d'organisation ne s'importe pas.")}
    return line


def _word(text: str, words: dict[str, tuple[str, ...]]) -> str | None:
    return next((name for name, said in words.items() if plain(text) in said or plain(text) == plain(name)), None)


def _mark_twice(lines: list[Line]) -> None:
    seen: dict[str, int] = {}
    for line in lines:
        for name in ("siret", "rna", "person_email", "person_phone"):
            number = getattr(line.partner, name) if line.partner else None
            if number and number in seen:
                line.wrong, line.params, line.partner = {name: TWICE}, {"line": seen[number]}, None
            elif number:
                seen[number] = line.number


def mark_known(lines: list[Line], is_known: Callable[[PartnerIn], bool]) -> None:
    """Lines whose organisation is registered already: nothing will be done with them."""
    for line in lines:
        if line.partner is not None and is_known(line.partner):
            line.known = True


def mark_unplaced(lines: list[Line], is_placed: Callable[[AddressIn], bool], message: str) -> None:
    """Lines whose commune is not of the region."""
    for line in lines:
        if line.partner is not None and not line.known and not is_placed(line.partner):
            line.partner, line.wrong = None, {"city": message}
