"""How a rule and what it did are told."""

from config.catalogue import UnknownCategory, catalogue
from service.allocation.answers.answering import CLAIMED, NOT_ELIGIBLE, TO_FETCH, TOO_LITTLE
from service.allocation.models import Way
from service.allocation.tables import AnswerRule
from service.kit.days import day_names
from service.kit.i18n import N_, gettext
from service.kit.text import NO_BREAK
from service.kit.weight import show_kg

WAYS: dict[Way, str] = {Way.BRING: N_("une tournée l'apporte"), Way.COLLECT: N_("nous venons le chercher")}
ELSE_COLLECT = N_("une tournée l'apporte, sinon nous venons le chercher")
OUTCOMES: dict[str, str] = {
    CLAIMED: N_("Demandé"),
    TO_FETCH: N_("Demandé : aucune tournée ne peut l'apporter, venez le chercher"),
    TOO_LITTLE: N_("Laissé : moins que votre minimum"),
    NOT_ELIGIBLE: N_("Laissé : une règle du lieu ou de la loi s'y oppose"),
    "lot-already-taken": N_("Laissé : déjà pris"),
    "claimed-already": N_("Laissé : vous aviez déjà répondu"),
    "no-round-brings": N_("Laissé : aucune tournée ne pouvait l'apporter"),
}
OTHER_OUTCOME = N_("Laissé : ce n'était pas possible")


def outcome_of(code: str, locale: str) -> str:
    """What an automatic answer came to."""
    return gettext(OUTCOMES.get(code, OTHER_OUTCOME), locale)


def days_in_words(weekdays: list[int], locale: str) -> str:
    """ "lun., jeu.", or "tous les jours"."""
    if len(weekdays) == 7:
        return gettext(N_("tous les jours"), locale)
    names = day_names(locale)
    return ", ".join(names[day] for day in weekdays)


def kinds_in_words(slugs: list[str], locale: str) -> str:
    """The kinds by name; none named: everything the site accepts."""
    if not slugs:
        return gettext(N_("Tout ce que nous acceptons"), locale)
    return ", ".join(_kind(slug, locale) for slug in slugs)


def _kind(slug: str, locale: str) -> str:
    try:
        return catalogue().category(slug).label(locale)
    except UnknownCategory:
        return slug


def limits_in_words(rule: AnswerRule, locale: str) -> str:
    """ "de 5 à 30 kg, lun., jeu., à moins de 10 km, une tournée l'apporte"."""
    parts = [_weights(rule, locale), days_in_words(rule.weekdays, locale)]
    if rule.most_metres is not None:
        parts.append(gettext(N_("à moins de %(km)s"), locale, km=f"{rule.most_metres / 1000:g}{NO_BREAK}km"))
    parts.append(gettext(ELSE_COLLECT if rule.else_collect else WAYS[rule.way], locale))
    return " · ".join(part for part in parts if part)


def _weights(rule: AnswerRule, locale: str) -> str:
    least, most = show_kg(rule.least_grams, locale), show_kg(rule.most_grams or 0, locale)
    if rule.most_grams is not None and rule.least_grams:
        return gettext(N_("de %(least)s à %(most)s"), locale, least=least, most=most)
    if rule.most_grams is not None:
        return gettext(N_("jusqu'à %(most)s par lot"), locale, most=most)
    return gettext(N_("à partir de %(least)s"), locale, least=least) if rule.least_grams else ""
