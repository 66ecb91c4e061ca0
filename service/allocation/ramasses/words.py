"""How a standing round is told."""

from service.allocation.answers.words import WAYS, day_names, kinds_in_words
from service.allocation.ramasses.rules import rhythm
from service.allocation.tables import Ramasse, RamasseState
from service.kit.i18n import N_, gettext
from service.kit.weight import show_kg

STATES: dict[RamasseState, tuple[str, str, str]] = {
    RamasseState.ASKED: (N_("Attend la réponse du commerce"), "warn", "hourglass"),
    RamasseState.AGREED: (N_("Convenue"), "good", "handshake"),
    RamasseState.DECLINED: (N_("Déclinée"), "bad", "x"),
    RamasseState.ENDED: (N_("Terminée"), "", "check-check"),
}
EVERY: dict[int, str] = {
    1: N_("chaque semaine"),
    2: N_("une semaine sur deux"),
    3: N_("une semaine sur trois"),
    4: N_("une semaine sur quatre"),
}


def rhythm_in_words(rule: str, locale: str) -> str:
    """ "lundi, jeudi, chaque semaine"."""
    weekdays, every = rhythm(rule)
    names = day_names(locale, "wide")
    return f"{', '.join(names[day] for day in weekdays)}, {gettext(EVERY[every], locale)}"


def terms_in_words(ramasse: Ramasse, locale: str) -> str:
    """ "Pain et viennoiserie · jusqu'à 30 kg par lot · nous venons le chercher"."""
    parts = [kinds_in_words(ramasse.categories, locale)]
    if ramasse.most_grams is not None:
        parts.append(gettext(N_("jusqu'à %(most)s par lot"), locale, most=show_kg(ramasse.most_grams, locale)))
    parts.append(gettext(WAYS[ramasse.way], locale))
    return " · ".join(parts)
