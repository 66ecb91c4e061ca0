"""What a shipment is made of, as people read it: labels, weights, temperatures, and how to get in."""

from dataclasses import dataclass

from sqlmodel import Session

from config.catalogue import UnknownCategory, catalogue
from service.kit.i18n import N_, gettext
from service.lots.models import LotLine
from service.lots.queries import lines_of_lots, lots_by_id, shares_by_id
from service.shipments.models import Shipment
from service.shipments.queries import items_of

GOODS = N_("Colis")


@dataclass(frozen=True)
class Goods:
    """One item to load or to unload."""

    item_id: int
    label: str
    grams: int
    temperature: str
    lot_code: str = ""
    class_code: str = "AMBIANT"


def goods_of(
    session: Session, shipments: dict[int, Shipment], locale: str
) -> tuple[dict[int, tuple[Goods, ...]], dict[int, tuple[str, ...]]]:
    """What each shipment is made of, and what its donors wrote about getting in, by shipment."""
    items = items_of(session, sorted(shipments))
    wanted = [item.subject_id for found in items.values() for item in found if item.subject == "share"]
    shares = shares_by_id(session, wanted)
    lots = lots_by_id(session, {share.lot_id for share in shares.values()})
    lines = {line.key: line for of in lines_of_lots(session, lots).values() for line in of}
    goods: dict[int, tuple[Goods, ...]] = {}
    notes: dict[int, tuple[str, ...]] = {}
    for key, found in items.items():
        parts, said = [], []
        for item in found:
            share = shares.get(item.subject_id) if item.subject == "share" else None
            if share is None:
                temperature = shipments[key].temperature
                parts.append(Goods(item.key, gettext(GOODS, locale), item.grams, temperature))
                continue
            line, lot = lines[share.line_id], lots[share.lot_id]
            parts.append(
                Goods(item.key, _label(line, locale), item.grams, line.temperature, lot.code, line.temperature_code)
            )
            said += [lot.access_note] if lot.access_note else []
        goods[key], notes[key] = tuple(parts), tuple(dict.fromkeys(said))
    return goods, notes


def _label(line: LotLine, locale: str) -> str:
    try:
        label = catalogue().category(line.category).label(locale)
    except UnknownCategory:
        label = line.category
    return f"{label}, {line.description}" if line.description else label
