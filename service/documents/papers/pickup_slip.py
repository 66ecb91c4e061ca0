"""The pickup slip (bon d'enlèvement): what a donor handed over, what was accepted, and who signed."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from service.documents.papers import words
from service.documents.papers.marks import Marks
from service.documents.papers.printing import pages, pdf, picture, qr

TEMPLATE = "pickup_slip.typ"
VERSION = "pickup_slip/1"

Side = Literal["donor", "receiver", "carrier"]
_SIDES: dict[Side, str] = {
    "donor": "Pour le donateur",
    "receiver": "Pour le destinataire",
    "carrier": "Pour le transport",
}
Method = Literal["drawn", "code", "typed"]
# How it was signed, and what stands in the box when there is no drawn signature to show.
_METHODS: dict[Method, tuple[str, str]] = {
    "drawn": ("signature tracée à l'écran", "Signature enregistrée"),
    "code": ("par code à usage unique", "Remise confirmée par code"),
    "typed": ("nom saisi par la personne", "Remise confirmée par son nom"),
}


@dataclass(frozen=True)
class Party:
    """One side of the handover. A protected site has no address: leave `address` empty."""

    name: str
    address: tuple[str, ...] = ()
    siret: str | None = None
    rna: str | None = None
    # The habilitation of a charity, as written on the order: "arrêté n° 2024-123, jusqu'au 31/12/2027"
    approval: str | None = None
    representative: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Carriage:
    """How it travels: "Fourgon frigorifique AB-123-CD", who drives, and to which round it belongs."""

    vehicle: str
    driver: str
    round_name: str | None = None


@dataclass(frozen=True)
class SlipLine:
    """One line of goods: weights in grams, temperature in tenths of a degree Celsius.

    `date_kind` is the mark on the pack: "DLC", "DDM" or "récolte". `temperature_class` is what a person says:
    "ambiant", "frais (+4 °C)", "surgelé (−18 °C)". `accepted_grams` is 0 for a refused line, with its `reason`.
    """

    label: str
    lot_number: str
    offered_grams: int
    accepted_grams: int
    temperature_class: str
    units: str | None = None
    date_kind: str | None = None
    day: date | None = None
    maker_lot: str | None = None
    celsius_tenths: int | None = None
    reason: str | None = None
    allergens: str | None = None


@dataclass(frozen=True)
class SlipSignature:
    """One signature: for which side, by whom, when and how; `image` is the drawn one (WebP, PNG or JPEG)."""

    side: Side
    name: str
    at: datetime
    method: Method
    image: bytes | None = None
    # Who it is among those with an account; a shop's employee may have none.
    person_id: int | None = None


@dataclass(frozen=True)
class PickupSlip:
    """All a slip says. Without `marks` it is a draft, and says so across the page."""

    region_name: str
    zone: str
    taken_at: datetime
    place: str
    donor: Party
    receiver: Party
    lines: tuple[SlipLine, ...]
    signatures: tuple[SlipSignature, ...] = ()
    carriage: Carriage | None = None
    agreement: str | None = None
    # The charity undertook to hand out before the DLC what had less than 48 hours left.
    short_dlc: bool = False
    crates_out: int = 0
    crates_back: int = 0
    remarks: str | None = None
    entered_afterwards: bool = False
    fictitious: bool = False
    replaces: str | None = None
    marks: Marks | None = None

    kind: ClassVar[str] = "pickup_slip"
    version: ClassVar[str] = VERSION

    @property
    def title(self) -> str:
        """What the paper is called in a list."""
        return f"{self.donor.name} → {self.receiver.name}"

    def content(self) -> dict[str, Any]:
        """What the signatures stand for: everything but the signatures and the marks of the paper itself."""
        known = asdict(self)
        for name in ("signatures", "marks", "fictitious", "replaces"):
            del known[name]
        return known

    def facts(self) -> dict[str, Any]:
        """What whoever holds the paper may compare with the register: sums, no names."""
        return {
            "taken_at": self.taken_at.isoformat(),
            "lines": len(self.lines),
            "offered_grams": sum(line.offered_grams for line in self.lines),
            "accepted_grams": sum(line.accepted_grams for line in self.lines),
        }

    def printed(self, marks: Marks) -> bytes:
        """The numbered PDF."""
        return pickup_slip(replace(self, marks=marks))


def pickup_slip(slip: PickupSlip) -> bytes:
    """The slip as PDF/A bytes."""
    return pdf(TEMPLATE, _values(slip), _made_at(slip))


def pickup_slip_pages(slip: PickupSlip) -> list[bytes]:
    """The slip as PNG pictures, a page each."""
    return pages(TEMPLATE, _values(slip), _made_at(slip))


def _made_at(slip: PickupSlip) -> datetime:
    return slip.marks.issued_at if slip.marks else slip.taken_at


def _values(slip: PickupSlip) -> dict[str, Any]:
    zone, marks = slip.zone, slip.marks
    offered = sum(line.offered_grams for line in slip.lines)
    accepted = sum(line.accepted_grams for line in slip.lines)
    return {
        "draft": marks is None,
        "number": marks.number if marks else "(projet)",
        "region": slip.region_name,
        "issued": words.short_day(marks.issued_at, zone) if marks else "",
        "issued_hour": words.hour(marks.issued_at, zone) if marks else "",
        "taken_day": words.day(slip.taken_at, zone),
        "taken_hour": words.hour(slip.taken_at, zone),
        "place": words.said(slip.place),
        "donor": _party(slip.donor),
        "receiver": _party(slip.receiver),
        "carriage": _carriage(slip.carriage),
        "lines": [_line(line, zone) for line in slip.lines],
        "offered": words.kilograms(offered),
        "accepted": words.kilograms(accepted),
        "refused": words.kilograms(offered - accepted) if accepted < offered else "",
        "count": words.plural(len(slip.lines), "ligne", "lignes"),
        "measured": any(line.celsius_tenths is not None for line in slip.lines),
        "agreement": words.said(slip.agreement or ""),
        "short_dlc": slip.short_dlc,
        "crates": _crates(slip),
        "remarks": words.said(slip.remarks or ""),
        "afterwards": slip.entered_afterwards,
        "fictitious": slip.fictitious,
        "replaces": slip.replaces or "",
        "signatures": [_signature(signature, zone) for signature in slip.signatures],
        "qr": qr(marks.verify_url) if marks else "",
        "verify_url": marks.verify_url.split("?")[0] if marks else "",
        "check_code": marks.check_code if marks else "",
        "fingerprint": marks.fingerprint[:32] if marks else "",
    }


def _party(party: Party) -> dict[str, Any]:
    marks = [("SIRET", words.siret(party.siret)), ("RNA", party.rna or "")]
    return {
        "name": words.said(party.name),
        "address": [words.said(line) for line in party.address if line],
        "marks": [f"{name}\u00a0{value}" for name, value in marks if value],
        "approval": words.said(party.approval or ""),
        "representative": words.said(party.representative or ""),
        "phone": words.phone(party.phone),
    }


def _carriage(carriage: Carriage | None) -> dict[str, str] | None:
    if carriage is None:
        return None
    return {
        "vehicle": words.said(carriage.vehicle),
        "driver": words.said(carriage.driver),
        "round": words.said(carriage.round_name or ""),
    }


def _line(line: SlipLine, zone: str) -> dict[str, Any]:
    reduced = line.accepted_grams < line.offered_grams
    dated = line.day is not None
    return {
        "label": words.said(line.label),
        "units": words.said(line.units or ""),
        "allergens": words.said(line.allergens or ""),
        "lot": line.lot_number,
        "maker_lot": line.maker_lot or "",
        "date_kind": (line.date_kind or "") if dated else "",
        "date": words.short_day(line.day, zone) if line.day is not None else "",
        "class": words.said(line.temperature_class),
        "celsius": words.degrees(line.celsius_tenths),
        "offered": words.kilograms(line.offered_grams),
        "accepted": words.kilograms(line.accepted_grams),
        "reduced": reduced,
        "gap": "Remarque" if not reduced else "Écart" if line.accepted_grams else "Refusé",
        "reason": words.said(line.reason or ""),
    }


def _crates(slip: PickupSlip) -> str:
    parts = []
    if slip.crates_out:
        parts.append(words.plural(slip.crates_out, "caisse laissée", "caisses laissées"))
    if slip.crates_back:
        parts.append(words.plural(slip.crates_back, "caisse reprise", "caisses reprises"))
    return ", ".join(parts)


def _signature(signature: SlipSignature, zone: str) -> dict[str, Any]:
    return {
        "on_behalf": _SIDES[signature.side],
        "name": words.said(signature.name),
        "at": f"le {words.short_day(signature.at, zone)} à {words.hour(signature.at, zone)}",
        "method": words.said(_METHODS[signature.method][0]),
        "proof": _METHODS[signature.method][1],
        "image": picture(signature.image),
    }
