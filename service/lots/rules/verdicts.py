"""What a rule says of a line: the rule, how serious it is, and a sentence for people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from babel.numbers import format_decimal

from config.food_law import Evidence, Rule, Severity
from service.kit.days import written_day
from service.kit.i18n import DEFAULT_LOCALE, gettext

Param = date | int | Decimal | str


@dataclass(frozen=True)
class Verdict:
    """A rule that was broken, or that calls for a word. `message` is a French msgid.

    Its `%(name)s` places are filled from `params` (a date or a decimal is written as in the reader's language), and
    from the rule itself: `cite`, its legal basis in short, and `statement`, what it says.
    """

    rule: Rule
    severity: Severity
    message: str
    params: Mapping[str, Param] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def basis(self) -> str:
        """The legal text in full, in French."""
        return self.rule.basis

    @property
    def version(self) -> date:
        """Which version of the rule spoke: its first day in force."""
        return self.rule.valid_from

    @property
    def evidence(self) -> Evidence:
        return self.rule.evidence

    def text(self, locale: str = DEFAULT_LOCALE) -> str:
        """The sentence, in the reader's language."""
        written = {name: _written(value, locale) for name, value in self.params.items()}
        return gettext(self.message, locale, **written, cite=self.rule.cite, statement=self.rule.statement(locale))

    def as_data(self) -> dict[str, object]:
        """What the journal keeps: the rule's code and version, and the figures, no sentence."""
        figures = {name: _kept(value) for name, value in self.params.items()}
        return {
            "code": self.code,
            "valid_from": self.version.isoformat(),
            "severity": self.severity.value,
            **figures,
        }


def _kept(value: Param) -> str | int:
    """A figure as the journal keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _written(value: Param, locale: str) -> str | int:
    """A date or a decimal as people write it; whole numbers and words as they are."""
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return written_day(day, "d MMMM y", locale)
    if isinstance(value, Decimal):
        return format_decimal(value, format="#,##0.###", locale=locale)
    return value


def breach(rule: Rule, message: str, severity: Severity | None = None, **params: Param) -> Verdict:
    """The verdict of a broken rule, as serious as the rule says unless told otherwise."""
    return Verdict(rule, rule.severity if severity is None else severity, message, params)


def forbidden(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that refuse."""
    return [verdict for verdict in verdicts if verdict.severity is Severity.FORBIDDEN]


def derogations(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that allow under a condition only."""
    return [verdict for verdict in verdicts if verdict.severity is Severity.DEROGATION]


def warnings(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those to tell, without refusing."""
    return [verdict for verdict in verdicts if verdict.severity is Severity.WARNING]
