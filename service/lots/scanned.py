"""A line of the form filled from a barcode: whatever is filled in can be changed by the donor."""

from collections.abc import Mapping
from typing import Any

from config.catalogue import UnknownCategory, catalogue
from service.clients.products.port import ProductFacts, Products
from service.kit.i18n import N_, gettext
from service.lots.rules.barcodes import BarcodeUnreadable, Scan, read_barcode

FOUND = N_("Fiche trouvée (%(source)s) : %(name)s. Comparez avec l'étiquette avant de publier.")
UNKNOWN = N_("Pas de fiche pour ce code-barres : remplissez la suite vous-même.")
READ = N_("La date et le numéro de lot viennent du code : comparez avec l'étiquette.")
STORAGE = N_("Conservation : %(text)s.")


def look_up(line: Mapping[str, Any], products: Products, locale: str) -> dict[str, Any]:
    """The line as it stands once its barcode has been read and the register asked; `scanned` tells what was found.

    May take some seconds: the register is asked here.
    """
    try:
        scan = read_barcode(line["gtin"])
    except BarcodeUnreadable as refusal:
        return {**line, "scanned": {"wrong": refusal.text(locale), "said": "", "found": False}}
    facts = products.find(scan.gtin) if scan.gtin else None
    filled = _with_code(_with_facts(dict(line), facts), scan)
    return {**filled, "scanned": {"wrong": "", "said": _said(scan, facts, locale), "found": facts is not None}}


def _with_facts(line: dict[str, Any], facts: ProductFacts | None) -> dict[str, Any]:
    """The register's facts, over what an earlier barcode filled in; of what was typed by hand, over the kind alone."""
    if facts is None:
        if line["product"]:
            # What an earlier pack filled in says nothing of this one.
            line |= {"product": "", "description": "", "unit_kg": "", "contains": [], "may": [], "allergens_state": ""}
        return line
    if facts.category is not None:
        line |= {"category": facts.category, "other": "", "day": "", "date_kind": "", "temperature_code": ""}
        if not line["product"]:
            line["date"] = ""
    if not line["description"] or line["product"]:
        line["description"] = facts.name
    if facts.unit_grams is not None:
        line["unit_kg"] = kg_text(facts.unit_grams)
        if not line["kg"]:
            line["units"] = line["units"] or "1"
    if line["product"]:
        line |= {"allergens_state": "", "contains": [], "may": []}
    if facts.contains or facts.may:
        line |= {"allergens_state": "indicative", "contains": list(facts.contains), "may": list(facts.may)}
    return line | {"product": facts.source, "packing": "labelled"}


def _with_code(line: dict[str, Any], scan: Scan) -> dict[str, Any]:
    """What the code itself carries; a kind of date that this food does not have is left to the donor."""
    line["gtin"] = scan.gtin
    if scan.lot_number:
        line["lot_number"] = scan.lot_number
    if scan.date is not None and _has_date(line, scan.date_kind):
        line |= {"date_kind": scan.date_kind, "day": "pick", "date": scan.date.isoformat()}
    if scan.count is not None:
        line["units"] = str(scan.count)
    if scan.grams is not None:
        line |= {"kg": kg_text(scan.grams), "units": "", "unit_kg": ""}
    return line


def _has_date(line: Mapping[str, Any], kind: str) -> bool:
    slug = line["other"] if line["category"] in ("other", "") else line["category"]
    try:
        return kind in catalogue().category(slug).dates
    except UnknownCategory:
        return True


def _said(scan: Scan, facts: ProductFacts | None, locale: str) -> str:
    parts = []
    if facts is not None:
        parts.append(gettext(FOUND, locale, source=facts.source, name=facts.name))
        if facts.storage:
            parts.append(gettext(STORAGE, locale, text=facts.storage.rstrip(". ")))
    elif scan.gtin:
        parts.append(gettext(UNKNOWN, locale))
    if scan.date is not None or scan.lot_number:
        parts.append(gettext(READ, locale))
    return " ".join(parts)


def kg_text(grams: int) -> str:
    """Grams as a box for kilograms holds them: "2,5"."""
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".").replace(".", ",")
