"""How usual gifts are told."""

from datetime import date

from service.kit.i18n import N_, gettext
from service.kit.weight import show_kg
from service.lots.usual import rules
from service.lots.usual.models import DayState, GiftState, UsualGift
from service.lots.words import category_label

STATES: dict[GiftState, tuple[str, str, str]] = {
    GiftState.ACTIVE: (N_("Actif"), "good", "repeat"),
    GiftState.PAUSED: (N_("En pause"), "warn", "pause"),
    GiftState.ENDED: (N_("Terminé"), "", "check-check"),
}
DAYS: dict[DayState, tuple[str, str, str]] = {
    DayState.CANCELLED: (N_("Pas cette fois"), "", "calendar-x"),
    DayState.ASKED: (N_("À vous de répondre"), "warn", "circle-help"),
    DayState.GIVEN: (N_("Publié"), "good", "check"),
    DayState.NOTHING: (N_("Rien"), "", "minus"),
    DayState.LAPSED: (N_("Sans réponse"), "", "hourglass"),
}
TONIGHT, TODAY = N_("ce soir"), N_("aujourd'hui")


def this_day(gift: UsualGift) -> str:
    """ "ce soir" or "aujourd'hui", as a msgid."""
    return TONIGHT if rules.is_of_the_evening(gift) else TODAY


def state_on(gift: UsualGift, today: date) -> tuple[str, str, str]:
    """Its state as it is told today: a pause whose day has come is over."""
    over = gift.state is GiftState.PAUSED and not rules.is_paused_on(gift, today)
    return STATES[GiftState.ACTIVE if over else gift.state]


def what_in_words(gift: UsualGift, locale: str) -> str:
    """ "Pain, environ 12 kg"."""
    label = gift.description or category_label(gift.category, locale)
    return gettext(N_("%(what)s, environ %(weight)s"), locale, what=label, weight=show_kg(gift.grams, locale))
