"""Whether a charity may take a line: its approval, its own conditions, and the use-by date."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from config.catalogue import Category
from config.food_law import Band, FoodLaw, Severity
from service.kit.i18n import N_
from service.kit.weight import GRAMS
from service.lots.rules.dates import edible_until, last_day, local_day, needs_quick_redistribution
from service.lots.rules.facts import LineFacts, ReceiverFacts
from service.lots.rules.verdicts import Verdict, breach

# What a charity's exclusion rules out, by the tags of categories and lines; another word rules out itself.
EXCLUSION_TAGS: Mapping[str, frozenset[str]] = {
    "pork": frozenset({"pork"}),
    "alcohol": frozenset({"alcohol"}),
    "no_cooking": frozenset({"needs_cooking", "needs_oven"}),
    "no_oven": frozenset({"needs_oven"}),
}
EXCLUSION_LABELS: Mapping[str, str] = {
    "pork": N_("Sans porc"),
    "alcohol": N_("Sans alcool"),
    "no_cooking": N_("Rien à cuire"),
    "no_oven": N_("Rien à passer au four"),
}

NO_HABILITATION = N_("L'association n'a pas d'habilitation à l'aide alimentaire enregistrée (%(cite)s).")
HABILITATION_EXPIRED = N_(
    "L'habilitation à l'aide alimentaire a pris fin le %(until)s : elle doit être valable le jour de "
    "l'enlèvement (%(cite)s)."
)
HABILITATION_EARLY = N_("L'habilitation à l'aide alimentaire ne commence que le %(start)s (%(cite)s).")
PAST_LIMIT = N_("À l'enlèvement, la dernière date de consommation (%(limit)s) sera passée (%(cite)s).")
NOT_COMMITTED = N_(
    "La DLC (%(dlc)s) est à moins de %(hours)s h de l'enlèvement : ce lot est réservé aux associations engagées à une "
    "redistribution rapide (%(cite)s)."
)
NO_DISTRIBUTION = N_(
    "La DLC (%(dlc)s) est courte : indiquez votre prochaine distribution, qui doit finir au plus tard ce jour-là "
    "à 23 h 59 (%(cite)s)."
)
DISTRIBUTION_LATE = N_(
    "La DLC est le %(dlc)s et votre prochaine distribution finit le %(end)s : elle doit finir au plus tard le jour "
    "de la DLC à 23 h 59 (%(cite)s)."
)
QUICK_GRANTED = N_(
    "DLC courte (%(dlc)s) : votre engagement de redistribution rapide s'applique, distribuez tout au plus tard "
    "ce jour-là (%(cite)s)."
)
DISTRIBUTION_AFTER = N_(
    "Votre prochaine distribution finit le %(end)s, après la dernière date de consommation (%(limit)s)."
)
CATEGORY = N_("Votre association n'accepte pas cette catégorie de produits.")
TEMPERATURE: Mapping[Band, str] = {
    Band.CHILLED: N_("Ce lot demande un réfrigérateur, que le site n'a pas."),
    Band.FROZEN: N_("Ce lot demande un congélateur, que le site n'a pas."),
    Band.HOT: N_("Ce lot demande un maintien au chaud, que le site n'a pas."),
}
TOO_LITTLE = N_("Cette quantité est inférieure au minimum que le site accepte (%(limit)s kg).")
TOO_MUCH = N_("Cette quantité dépasse ce que le site peut encore recevoir ce jour-là (%(left)s kg).")
EXCLUDED = N_("Votre association a exclu ce genre de produit (porc, alcool, à cuire…).")
CLOSED = N_("Le site ne reçoit pas entre l'enlèvement et la dernière date de consommation.")
NO_ANNEX = N_("La convention avec ce donateur reste à signer avant l'enlèvement (%(cite)s).")


def check_receiver(
    line: LineFacts,
    receiver: ReceiverFacts,
    pickup_at: datetime,
    law: FoodLaw,
    zone: str,
    grams: int | None = None,
) -> list[Verdict]:
    """What stands between a charity and a line (or `grams` of it) picked up at `pickup_at` (aware).

    A FORBIDDEN verdict closes the line to this charity. A short DLC that the charity's commitment covers
    gives a WARNING of code `dlc.quick_redistribution`, so that the derogation used is kept in the journal.
    """
    taken = line.grams if grams is None else grams
    return [
        *check_habilitation(receiver, local_day(pickup_at, zone), law),
        *check_receiver_dates(line, receiver, pickup_at, law, zone),
        *check_wishes(line, receiver, law),
        *check_quantity(line.category, taken, receiver, law),
        *_check_window(line, receiver, pickup_at, law, zone),
        *_check_annex(receiver, law),
    ]


def check_habilitation(receiver: ReceiverFacts, day: date, law: FoodLaw) -> list[Verdict]:
    """A private charity holds an approval valid on that day; a public body needs none."""
    rule = law.find("habilitation.required")
    if rule is None or receiver.public_body:
        return []
    if receiver.habilitation_from is None:
        return [breach(rule, NO_HABILITATION)]
    if day < receiver.habilitation_from:
        return [breach(rule, HABILITATION_EARLY, start=receiver.habilitation_from)]
    if receiver.habilitation_until is not None and day > receiver.habilitation_until:
        return [breach(rule, HABILITATION_EXPIRED, until=receiver.habilitation_until)]
    return []


def habilitation_notice(until: date, today: date, law: FoodLaw) -> int | None:
    """The notice due today before an approval ends: 90, 30 or 0 days, else None."""
    left = (until - today).days
    return left if left in law.integers("habilitation.notice_days") else None


def check_receiver_dates(
    line: LineFacts, receiver: ReceiverFacts, pickup_at: datetime, law: FoodLaw, zone: str
) -> list[Verdict]:
    """The line's date against the charity's own limits, its commitment and its next distribution."""
    limit = last_day(line, law, receiver.ddm_months)
    rule = law.find("dlc.passed")
    if limit is None or rule is None:
        return []
    if local_day(pickup_at, zone) > limit:
        from_date = law.find(_date_code(line)) or rule
        return [breach(from_date, PAST_LIMIT, Severity.FORBIDDEN, limit=limit)]
    if needs_quick_redistribution(line, law, pickup_at, zone):
        return _check_quick(receiver, limit, pickup_at, law, zone)
    in_time = law.find("distribution.in_time")
    end = receiver.next_distribution_end
    if in_time is not None and end is not None and local_day(end, zone) > limit:
        return [breach(in_time, DISTRIBUTION_AFTER, end=local_day(end, zone), limit=limit)]
    return []


def _date_code(line: LineFacts) -> str:
    if line.date_kind.is_production:
        return f"undated.{line.category.undated}"
    return f"ddm.after.{line.category.after_ddm}" if line.date_kind.value == "ddm" else "dlc.passed"


def _check_quick(receiver: ReceiverFacts, dlc: date, pickup_at: datetime, law: FoodLaw, zone: str) -> list[Verdict]:
    rule = law.find("dlc.quick_redistribution")
    if rule is None:
        return []
    if not receiver.commits_to_quick_redistribution:
        return [breach(rule, NOT_COMMITTED, dlc=dlc, hours=law.integer("dlc.min_hours_at_handover"))]
    end = receiver.next_distribution_end
    # A distribution that is over before the food is fetched hands nothing out.
    if end is None or end <= pickup_at:
        return [breach(rule, NO_DISTRIBUTION, dlc=dlc)]
    if local_day(end, zone) > dlc:
        return [breach(rule, DISTRIBUTION_LATE, dlc=dlc, end=local_day(end, zone))]
    return [breach(rule, QUICK_GRANTED, Severity.WARNING, dlc=dlc)]


def check_wishes(line: LineFacts, receiver: ReceiverFacts, law: FoodLaw) -> list[Verdict]:
    """What the charity accepts and can keep: categories, temperatures, exclusions."""
    verdicts = []
    accepted = receiver.accepted_categories
    category, cold, excluded = (law.find(f"receiver.{name}") for name in ("category", "temperature", "exclusion"))
    if category is not None and accepted and not accepted & _slugs(line.category):
        verdicts.append(breach(category, CATEGORY))
    band = line.temperature.band
    if cold is not None and band is not Band.AMBIENT and band not in receiver.bands:
        verdicts.append(breach(cold, TEMPERATURE[band]))
    unwanted = frozenset[str]().union(*(EXCLUSION_TAGS.get(word, {word}) for word in receiver.exclusions))
    if excluded is not None and line.all_tags & unwanted:
        verdicts.append(breach(excluded, EXCLUDED))
    return verdicts


def _slugs(category: Category) -> set[str]:
    return {category.slug, category.parent or category.slug}


def check_quantity(category: Category, grams: int, receiver: ReceiverFacts, law: FoodLaw) -> list[Verdict]:
    """The charity's least quantity, and what it can still receive that day."""
    least, most = law.find("receiver.min_weight"), law.find("receiver.max_weight")
    if least is not None and receiver.min_grams is not None and grams < receiver.min_grams:
        return [breach(least, TOO_LITTLE, limit=_kg(receiver.min_grams))]
    left = room_left(category, receiver)
    if most is not None and left is not None and grams > left:
        return [breach(most, TOO_MUCH, left=_kg(left))]
    return []


def room_left(category: Category, receiver: ReceiverFacts) -> int | None:
    """Grams of a category the site can still take that day; None when it set no limit. Never negative."""
    rooms = []
    if receiver.max_grams_day is not None:
        rooms.append(receiver.max_grams_day - sum(receiver.received_today.values()))
    for slug in _slugs(category):
        if (most := receiver.max_grams_by_category.get(slug)) is not None:
            rooms.append(most - receiver.received_today.get(slug, 0))
    return max(0, min(rooms)) if rooms else None


def _kg(grams: int) -> Decimal:
    return Decimal(grams) / GRAMS


def _check_window(
    line: LineFacts, receiver: ReceiverFacts, pickup_at: datetime, law: FoodLaw, zone: str
) -> list[Verdict]:
    rule = law.find("receiver.window")
    if rule is None or not receiver.reception_windows:
        return []
    until = edible_until(line, law, zone, receiver.ddm_months)
    for window in receiver.reception_windows:
        if window.end > pickup_at and (until is None or window.start <= until):
            return []
    return [breach(rule, CLOSED)]


def _check_annex(receiver: ReceiverFacts, law: FoodLaw) -> list[Verdict]:
    rule = law.find("agreement.convention")
    return [] if rule is None or receiver.agreement_signed else [breach(rule, NO_ANNEX)]
