"""DLC, DDM and dates of production, counted in calendar days of the region, so that no clock change matters."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from config.catalogue import DateKind
from config.food_law import FoodLaw, Rule, Severity
from service.kit.clock import from_local, local
from service.kit.i18n import N_
from service.lots.rules.facts import LineFacts, Window
from service.lots.rules.verdicts import Verdict, breach

# The last minute of a calendar day, as people write it: "jusqu'au 22 à 23 h 59".
LAST_MINUTE = time(23, 59)

MISSING = N_(
    "Indiquez la date du produit : DLC ou DDM de l'étiquette, ou date de fabrication ou de récolte (%(cite)s)."
)
TYPED_AS_DDM = N_(
    "Ce produit porte une DLC (« à consommer jusqu'au ») : saisissez-la comme DLC, pas comme DDM (%(cite)s)."
)
WRONG_KIND = N_("Ce genre de date ne va pas avec ce produit : reprenez celle de l'étiquette (%(cite)s).")
FUTURE = N_("La date de fabrication ou de récolte (%(day)s) est après l'enlèvement : vérifiez-la.")
DLC_PASSED = N_(
    "La DLC (%(dlc)s) sera dépassée à l'enlèvement : un produit dont la DLC est passée ne se donne jamais (%(cite)s)."
)
DLC_SAME_DAY = N_(
    "La DLC (%(dlc)s) est le jour même de l'enlèvement : il faut au moins %(hours)s h entre l'enlèvement et la DLC, "
    "sauf engagement de redistribution rapide de l'association (%(cite)s)."
)
DLC_NEXT_DAY = N_(
    "La DLC (%(dlc)s) est le lendemain de l'enlèvement : il faut au moins %(hours)s h entre l'enlèvement et la DLC, "
    "sauf engagement de redistribution rapide de l'association (%(cite)s)."
)
DLC_SHORT = N_(
    "La DLC (%(dlc)s) est trop proche de l'enlèvement : il faut au moins %(hours)s h entre l'enlèvement et la DLC, "
    "sauf engagement de redistribution rapide de l'association (%(cite)s)."
)
DLC_FAR = N_("La DLC est dans %(days)s jours, c'est rare : n'est-ce pas plutôt une DDM ?")
DDM_PASSED = N_("La DDM (%(ddm)s) est passée : le produit peut être donné jusqu'au %(limit)s, à signaler (%(cite)s).")
DDM_TOO_OLD = N_(
    "La DDM (%(ddm)s) est passée depuis trop longtemps : seules les associations qui ont choisi une limite "
    "plus longue peuvent l'accepter. Limite habituelle : %(limit)s (%(cite)s)."
)
DDM_NEVER = N_("La DDM (%(ddm)s) sera passée à l'enlèvement : ce produit ne se donne jamais après sa DDM (%(cite)s).")
TOO_OLD = N_("Fabriqué ou récolté le %(day)s, ce produit se distribue au plus tard le %(limit)s (%(cite)s).")


def local_day(at: datetime, zone: str) -> date:
    """The calendar day of an aware moment in the region's time zone."""
    if at.tzinfo is None:
        raise ValueError("a moment carries a time zone")
    return local(at, zone).date()


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the month's last day: 31 January and one month is 28 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def date_rule(line: LineFacts, law: FoodLaw) -> Rule | None:
    """The rule that says how long the line's date lasts, when one is in force."""
    if line.date_kind is DateKind.DLC:
        return law.find("dlc.passed")
    if line.date_kind is DateKind.DDM:
        return law.find(f"ddm.after.{line.category.after_ddm}")
    if line.date_kind.is_production:
        return law.find(f"undated.{line.category.undated}")
    return None


def last_day(line: LineFacts, law: FoodLaw, ddm_months: Mapping[str, int] | None = None) -> date | None:
    """The last local day on which the line may be handed out; None when nothing says.

    `ddm_months` are a charity's own limits; they never lengthen a limit that is forbidden to pass.
    """
    rule = date_rule(line, law)
    if line.day is None or rule is None:
        return None
    if line.date_kind is DateKind.DLC:
        return line.day
    count = law.integer(rule.code)
    if line.date_kind is not DateKind.DDM:
        return line.day + timedelta(days=count)
    own = (ddm_months or {}).get(line.category.after_ddm or "")
    if own is not None:
        count = own if rule.severity is Severity.DEROGATION else min(own, count)
    return add_months(line.day, count)


def edible_until(
    line: LineFacts, law: FoodLaw, zone: str, ddm_months: Mapping[str, int] | None = None
) -> datetime | None:
    """The last minute (UTC) at which the line may be handed out: 23:59 local on its last day."""
    day = last_day(line, law, ddm_months)
    return None if day is None else from_local(day, LAST_MINUTE, zone)


def is_imperative(line: LineFacts, law: FoodLaw) -> bool:
    """Whether no charity may pass the line's limit; most DDM limits are each charity's own choice."""
    rule = date_rule(line, law)
    return rule is not None and rule.severity is Severity.FORBIDDEN


def earliest_deadline(
    lines: Iterable[LineFacts], windows: Sequence[Window], law: FoodLaw, zone: str
) -> datetime | None:
    """When a lot stops being worth fetching: the first imperative limit, or the end of its last window."""
    limits = [edible_until(line, law, zone) for line in lines if is_imperative(line, law)]
    ends = [max(window.end for window in windows)] if windows else []
    return min([limit for limit in limits if limit is not None] + ends, default=None)


def needs_quick_redistribution(line: LineFacts, law: FoodLaw, at: datetime, zone: str) -> bool:
    """Whether fewer calendar days than the law's 48 h remain between the pickup day and the DLC."""
    if line.date_kind is not DateKind.DLC or line.day is None or law.find("dlc.min_hours_at_handover") is None:
        return False
    return 0 <= (line.day - local_day(at, zone)).days < law.min_days_before_dlc


def check_dates(line: LineFacts, law: FoodLaw, at: datetime, zone: str) -> list[Verdict]:
    """What the line's date says of a pickup at that moment."""
    today = local_day(at, zone)
    if (doubt := _check_kind(line, law)) is not None:
        return [doubt]
    if line.day is None:
        return []
    if line.date_kind is DateKind.DLC:
        return _check_dlc(line, line.day, law, today)
    rule = date_rule(line, law)
    limit = last_day(line, law)
    if rule is None or limit is None:
        return []
    if line.date_kind is DateKind.DDM:
        return _check_ddm(line.day, rule, limit, today)
    if line.day > today and (future := law.find("date.not_in_future")) is not None:
        return [breach(future, FUTURE, day=line.day)]
    return [breach(rule, TOO_OLD, day=line.day, limit=limit)] if today > limit else []


def _check_kind(line: LineFacts, law: FoodLaw) -> Verdict | None:
    allowed = line.category.dates
    kind_rule, required = law.find("date.kind"), law.find("date.required")
    # A DLC is stricter than anything a category expects, so it is always accepted as read on the label.
    if line.date_kind is not DateKind.DLC and line.date_kind not in allowed:
        if line.date_kind is DateKind.NONE:
            return breach(required, MISSING) if required is not None else None
        typed = line.date_kind is DateKind.DDM and DateKind.DLC in allowed
        return breach(kind_rule, TYPED_AS_DDM if typed else WRONG_KIND) if kind_rule is not None else None
    if line.date_kind is not DateKind.NONE and line.day is None and required is not None:
        return breach(required, MISSING)
    return None


def _check_dlc(line: LineFacts, dlc: date, law: FoodLaw, today: date) -> list[Verdict]:
    left = (dlc - today).days
    passed, short, far = (law.find(f"dlc.{name}") for name in ("passed", "min_hours_at_handover", "plausible_days"))
    if left < 0:
        return [breach(passed, DLC_PASSED, dlc=dlc)] if passed is not None else []
    if short is not None and left < law.min_days_before_dlc:
        message = {0: DLC_SAME_DAY, 1: DLC_NEXT_DAY}.get(left, DLC_SHORT)
        return [breach(short, message, dlc=dlc, hours=law.integer(short.code))]
    if far is not None and left > law.integer(far.code):
        return [breach(far, DLC_FAR, days=left)]
    return []


def _check_ddm(ddm: date, rule: Rule, limit: date, today: date) -> list[Verdict]:
    if today <= ddm:
        return []
    if today <= limit:
        return [breach(rule, DDM_PASSED, Severity.WARNING, ddm=ddm, limit=limit)]
    if rule.severity is Severity.FORBIDDEN:
        return [breach(rule, DDM_NEVER, ddm=ddm)]
    return [breach(rule, DDM_TOO_OLD, ddm=ddm, limit=limit)]
