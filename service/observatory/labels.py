"""The names of what figures are broken down by."""

from sqlmodel import Session

from config.catalogue import catalogue
from service.kit.i18n import N_, gettext
from service.territory import queries as territory

DONOR_KINDS = {
    "bakery": N_("Boulangeries"),
    "greengrocer": N_("Primeurs"),
    "supermarket": N_("Petites surfaces"),
    "butcher": N_("Boucheries, traiteurs"),
    "cheese": N_("Fromageries"),
    "restaurant": N_("Restaurants"),
    "fish": N_("Poissonneries"),
    "farm": N_("Fermes"),
    "market_stall": N_("Étals de marché"),
    "other": N_("Autres"),
}


def names_of(session: Session, region: str, breakdown: str, locale: str) -> dict[str, str]:
    """The shown name of each key of a breakdown."""
    if breakdown == "departement":
        return {row.code: row.name for row in territory.departements(session, region)}
    if breakdown == "epci":
        return {row.code: row.name for row in territory.epcis(session, region)}
    if breakdown == "donor_kind":
        return {key: gettext(label, locale) for key, label in DONOR_KINDS.items()}
    return {one.slug: one.label(locale) for one in catalogue().categories}
