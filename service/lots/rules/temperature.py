"""A temperature read at pickup or at delivery, against its class."""

from decimal import Decimal

from config.food_law import Band, FoodLaw, Severity, TemperatureClass
from service.kit.i18n import N_
from service.lots.rules.verdicts import Verdict, breach

IMPLAUSIBLE = N_("%(celsius)s °C n'est pas une température possible : vérifiez la saisie.")
UNREAD = N_("Relevez la température des produits froids (%(cite)s).")
TOLERATED = N_(
    "%(celsius)s °C relevés pour %(limit)s °C au plus : acceptable si l'écart est bref, indiquez pourquoi (%(cite)s)."
)
TOO_WARM = N_(
    "%(celsius)s °C relevés pour %(limit)s °C au plus : refusez ces produits, ils ne sont plus sûrs (%(cite)s)."
)
TOO_COLD = N_(
    "%(celsius)s °C relevés pour %(limit)s °C au moins : refusez ces plats, ils ne sont plus sûrs (%(cite)s)."
)


def check_temperature(
    klass: TemperatureClass, celsius: Decimal | float | None, law: FoodLaw, label_celsius: int | None = None
) -> list[Verdict]:
    """A reading in °C (None: not taken) against the class; nothing to say is an empty list.

    FORBIDDEN: refuse or correct the reading; WARNING: within tolerance, a reason is asked.
    `label_celsius` is the storage limit printed on a prepacked product of the +8 °C class, which prevails.
    """
    plausible, measured = law.find("temperature.plausible"), law.find("temperature.measured")
    if celsius is None:
        cold = klass.band is not Band.AMBIENT
        return [breach(measured, UNREAD)] if cold and measured is not None else []
    if plausible is not None:
        lowest, highest = law.integers(plausible.code)
        if not lowest <= celsius <= highest:
            return [breach(plausible, IMPLAUSIBLE, celsius=_read(celsius))]
    limit = law.temperature(klass)
    if limit.minimum is not None and celsius < limit.minimum:
        rule = law.rule(f"temperature.{klass}.min")
        return [breach(rule, TOO_COLD, celsius=_read(celsius), limit=limit.minimum)]
    if limit.maximum is None:
        return []
    most = label_celsius if label_celsius is not None and klass is TemperatureClass.FRAIS_8 else limit.maximum
    if celsius <= most:
        return []
    if celsius <= most + limit.tolerance:
        rule = law.rule(f"temperature.{klass}.tolerance")
        return [breach(rule, TOLERATED, Severity.WARNING, celsius=_read(celsius), limit=most)]
    rule = law.rule(f"temperature.{klass}.max")
    return [breach(rule, TOO_WARM, Severity.FORBIDDEN, celsius=_read(celsius), limit=most)]


def _read(celsius: Decimal | float) -> Decimal:
    return Decimal(str(celsius))
