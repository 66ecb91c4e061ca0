"""What lots, their states, reasons and events are called on the screens."""

from collections.abc import Sequence

from config.catalogue import Category, DateKind, UnknownCategory, catalogue
from config.food_law import TemperatureClass
from service.accounts.models import Activity
from service.kit.i18n import N_, gettext
from service.lots.models import LotLine, RefusalReason, ShareState, WithdrawalReason
from service.lots.rules.lifecycle import LABELS, LotState

# state -> (label, kind of tag, icon)
STATES: dict[LotState, tuple[str, str, str]] = {
    LotState.DRAFT: (LABELS[LotState.DRAFT], "", "pencil"),
    LotState.PUBLISHED: (LABELS[LotState.PUBLISHED], "good", "radio"),
    LotState.OFFERED: (LABELS[LotState.OFFERED], "good", "radio"),
    LotState.ALLOCATED: (LABELS[LotState.ALLOCATED], "good", "handshake"),
    LotState.PLANNED: (LABELS[LotState.PLANNED], "good", "route"),
    LotState.COLLECTED: (LABELS[LotState.COLLECTED], "warn", "truck"),
    LotState.DELIVERED: (LABELS[LotState.DELIVERED], "good", "check-check"),
    LotState.CLOSED: (LABELS[LotState.CLOSED], "", "check-check"),
    LotState.WITHDRAWN: (LABELS[LotState.WITHDRAWN], "", "undo-2"),
    LotState.EXPIRED: (LABELS[LotState.EXPIRED], "bad", "clock-alert"),
    LotState.BLOCKED: (LABELS[LotState.BLOCKED], "bad", "circle-alert"),
    LotState.DESTROYED: (LABELS[LotState.DESTROYED], "bad", "trash-2"),
}
SHARE_STATES: dict[ShareState, tuple[str, str, str]] = {
    ShareState.RESERVED: (N_("Promis"), "good", "handshake"),
    ShareState.COLLECTED: (N_("En route"), "warn", "truck"),
    ShareState.DELIVERED: (N_("Remis"), "good", "check-check"),
    ShareState.REFUSED: (N_("Refusé"), "bad", "circle-x"),
    ShareState.RELEASED: (N_("Rendu"), "", "undo-2"),
    ShareState.NO_SHOW: (N_("Personne n'est venu"), "bad", "calendar-x"),
}
REFUSALS: dict[RefusalReason, str] = {
    RefusalReason.DLC_TOO_SHORT: N_("DLC trop courte"),
    RefusalReason.DLC_PASSED: N_("DLC dépassée"),
    RefusalReason.TEMPERATURE: N_("Température"),
    RefusalReason.DAMAGED_PACKAGING: N_("Emballage abîmé"),
    RefusalReason.ALLERGEN_LABELLING: N_("Étiquetage ou allergènes"),
    RefusalReason.UNFIT_APPEARANCE: N_("Aspect impropre"),
    RefusalReason.EXCLUDED_PRODUCT: N_("Produit exclu"),
    RefusalReason.RECALL: N_("Rappel de produit"),
    RefusalReason.OVERSTOCK: N_("Trop de stock"),
    RefusalReason.NOT_ENOUGH_COLD: N_("Pas assez de froid"),
    RefusalReason.TRANSPORT_IMPOSSIBLE: N_("Transport impossible"),
    RefusalReason.OUTSIDE_HOURS: N_("Hors des horaires"),
    RefusalReason.UNSUITABLE_PUBLIC: N_("Ne convient pas au public accueilli"),
    RefusalReason.WRONG_QUANTITY: N_("Quantité erronée"),
    RefusalReason.OTHER: N_("Autre motif"),
}
WITHDRAWALS: dict[WithdrawalReason, str] = {
    WithdrawalReason.SOLD: N_("Finalement vendu"),
    WithdrawalReason.UNFIT: N_("Plus consommable"),
    WithdrawalReason.MISTAKE: N_("Publié par erreur"),
    WithdrawalReason.CLOSED: N_("Je ne pourrai pas remettre le lot"),
    WithdrawalReason.MERGED: N_("Remis avec le lot d'origine"),
    WithdrawalReason.OTHER: N_("Autre motif"),
}
# Said before a day: "DLC demain".
DATE_KINDS: dict[DateKind, str] = {
    DateKind.DLC: N_("DLC (à consommer jusqu'au)"),
    DateKind.DDM: N_("DDM (de préférence avant)"),
    DateKind.MADE_ON: N_("Fabriqué le"),
    DateKind.HARVESTED_ON: N_("Récolté le"),
    DateKind.NONE: N_("Sans date"),
}
SHORT_DATES: dict[str, str] = {
    "dlc": N_("DLC"),
    "ddm": N_("DDM"),
    "made_on": N_("fabriqué"),
    "harvested_on": N_("récolté"),
}
CLASSES: dict[TemperatureClass, str] = {
    TemperatureClass.AMBIANT: N_("Ambiant"),
    TemperatureClass.FRAIS_8: N_("Frais, 8 °C au plus"),
    TemperatureClass.FRAIS_4: N_("Frais, 4 °C au plus"),
    TemperatureClass.ABATS_3: N_("Frais, 3 °C au plus"),
    TemperatureClass.HACHE_2: N_("Frais, 2 °C au plus"),
    TemperatureClass.POISSON: N_("Sur glace, 2 °C au plus"),
    TemperatureClass.SURGELE: N_("Surgelé, −18 °C"),
    TemperatureClass.CONGELE: N_("Congelé, −12 °C"),
    TemperatureClass.CHAUD_63: N_("Chaud, 63 °C au moins"),
}
# What a donor of that kind gives most: the tiles of its form, in that order.
USUAL: dict[Activity, tuple[str, ...]] = {
    Activity.BAKERY: ("bread", "viennoiserie", "bread-mixed", "sandwich", "dry-pastry", "quiche-pizza"),
    Activity.GREENGROCER: (
        "fruit-veg-mixed",
        "vegetables",
        "fruit",
        "fragile-fruit",
        "fragile-vegetables",
        "root-vegetables",
    ),
    Activity.SUPERMARKET: (
        "yoghurt",
        "fruit-veg-mixed",
        "bread-mixed",
        "ready-meal",
        "poultry",
        "cheese",
        "salad",
        "biscuits",
    ),
    Activity.BUTCHER: ("poultry", "red-meat", "pork", "charcuterie", "ready-meal"),
    Activity.CHEESE: ("cheese", "cut-cheese", "yoghurt", "butter", "eggs"),
    Activity.RESTAURANT: ("ready-meal", "catering-tray", "salad", "fresh-soup", "bread-mixed", "quiche-pizza"),
    Activity.FISH: ("fish", "smoked-fish", "ready-meal", "fresh-soup"),
    Activity.FARM: ("vegetables", "root-vegetables", "fruit", "eggs", "cheese", "fragile-vegetables"),
    Activity.MARKET_STALL: ("fruit-veg-mixed", "vegetables", "fruit", "bread-mixed", "cheese", "eggs"),
}
ANYBODYS = ("bread-mixed", "fruit-veg-mixed", "yoghurt", "ready-meal", "pasta-rice", "biscuits")


def usual_categories(activity: Activity | None) -> list[Category]:
    """The categories a donor of that kind gives most."""
    slugs = USUAL.get(activity, ANYBODYS) if activity is not None else ANYBODYS
    known = {category.slug: category for category in catalogue().choices()}
    return [known[slug] for slug in slugs if slug in known]


def category_label(slug: str, locale: str) -> str:
    """A category's name; the slug of one the catalogue has forgotten."""
    try:
        return catalogue().category(slug).label(locale)
    except UnknownCategory:
        return slug


def category_icon(slug: str) -> str:
    """A category's icon."""
    try:
        return catalogue().category(slug).icon
    except UnknownCategory:
        return "shopping-basket"


TWO = N_("%(first)s et %(second)s")
MORE = N_("%(first)s et %(count)s autres sortes")


def lot_title(lines: Sequence[LotLine], locale: str) -> str:
    """What a lot is called: its categories, the heaviest first."""
    heaviest = sorted(lines, key=lambda line: -line.grams)
    first, *others = dict.fromkeys(category_label(line.category, locale) for line in heaviest)
    if not others:
        return first
    if len(others) == 1:
        return gettext(TWO, locale, first=first, second=others[0][0].lower() + others[0][1:])
    return gettext(MORE, locale, first=first, count=len(others))
