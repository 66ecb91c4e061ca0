"""The periods figures are asked for."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.kit.i18n import N_
from service.kit.refusals import Invalid

LONGEST_DAYS = 732
# No figure is older than the law they go by, nor further ahead than a slip of the finger.
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)


class BadPeriod(Invalid):
    code = "bad-period"
    message = N_("Choisissez une période qui commence avant de finir, de deux ans au plus, depuis 2020.")


@dataclass(frozen=True)
class Period:
    """Local days, first and last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.last - self.first < timedelta(days=LONGEST_DAYS):
            raise BadPeriod()

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """The period it is compared with: the same weekdays, just before."""
        weeks = timedelta(days=-(-self.days // 7) * 7)
        return Period(self.first - weeks, self.last - weeks)


def named_period(name: str, today: date) -> Period:
    """ "today", "week" (the last 7 days), "month" (the last 28, so that weekdays weigh the same)."""
    lengths = {"today": 1, "week": 7, "month": 28}
    if name not in lengths:
        raise BadPeriod()
    return Period(today - timedelta(days=lengths[name] - 1), today)


def asked_period(period: str, first: date | None, last: date | None, today: date) -> Period:
    """The days asked for: explicit ones win over a name."""
    if first is None and last is None:
        return named_period(period, today)
    last = last or today
    asked = Period(first or last, last)
    if asked.first < EARLIEST or asked.last > LATEST:
        raise BadPeriod()
    return asked
