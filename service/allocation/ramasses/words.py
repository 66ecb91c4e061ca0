"""How a standing round is told."""

from service.allocation.answers.words import WAYS, kinds_in_words
from service.allocation.tables import Ramasse, RamasseState
from service.kit.i18n import N_, gettext
from service.kit.weight import show_kg

STATES: dict[RamasseState, tuple[str, str, str]] = {
    RamasseState.ASKED: (N_("Attend la réponse du commerce"), "warn", "hourglass"),
    RamasseState.AGREED: (N_("Convenue"), "good", "handshake"),
    RamasseState.DECLINED: (N_("Déclinée"), "bad", "x"),
    RamasseState.ENDED: (N_("Terminée"), "", "check-check"),
}


def terms_in_words(ramasse: Ramasse, locale: str) -> str:
    """ "Pain et viennoiserie · jusqu'à 30 kg par lot · nous venons le chercher"."""
    parts = [kinds_in_words(ramasse.categories, locale)]
    if ramasse.most_grams is not None:
        parts.append(gettext(N_("jusqu'à %(most)s par lot"), locale, most=show_kg(ramasse.most_grams, locale)))
    parts.append(gettext(WAYS[ramasse.way], locale))
    return " · ".join(parts)
