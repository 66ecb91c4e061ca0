"""The names of what figures are broken down by."""

from sqlmodel import Session

from config.catalogue import UnknownCategory, catalogue
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
REFUSALS = {
    "DLC_TROP_COURTE": N_("DLC trop courte"),
    "DLC_DEPASSEE": N_("DLC dépassée"),
    "TEMPERATURE": N_("Température"),
    "EMBALLAGE_ABIME": N_("Emballage abîmé"),
    "ETIQUETAGE_ALLERGENES": N_("Étiquetage, allergènes"),
    "ASPECT_IMPROPRE": N_("Aspect impropre"),
    "PRODUIT_EXCLU": N_("Produit exclu"),
    "RAPPEL": N_("Rappel de produit"),
    "SURSTOCK": N_("Surstock"),
    "FROID_INSUFFISANT": N_("Pas assez de froid"),
    "TRANSPORT_IMPOSSIBLE": N_("Transport impossible"),
    "HORS_HORAIRES": N_("Hors des horaires"),
    "PUBLIC_INADAPTE": N_("Ne convient pas au public"),
    "QUANTITE_ERRONEE": N_("Quantité erronée"),
    "AUTRE": N_("Autre"),
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


def category_name(slug: str, locale: str) -> str:
    """The shown name of one category."""
    try:
        return catalogue().category(slug).label(locale)
    except UnknownCategory:
        return slug
