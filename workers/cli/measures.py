"""How the numbers of a problem are said to people: ours have units, a public instance's have none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from routing.formats import Source
from routing.picture.axis import NO_BREAK, french_hour
from routing.picture.reading import kilograms

Say = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Measures:
    """How whole numbers of a problem are said: an instant, a duration, a length, a weight, a cost."""

    instant: Say
    lasting: Say
    length: Say
    weight: Say
    cost: Say


def number(value: float, decimals: int = 0) -> str:
    """ "1 234,5" as the French write it."""
    return f"{value:,.{decimals}f}".replace(",", NO_BREAK).replace(".", ",")


def cost_of(source: Source) -> Say:
    """How a sum of cents is said: euros, or what a public instance counts, vehicles and then distance."""
    if source.named is None:
        return lambda cents: f"{number(cents / 100, 2)}{NO_BREAK}€"
    scale = source.named.scale
    fleet = source.problem.vehicles
    vehicle_cents = fleet[0].fixed_cents if fleet else 0

    def counted(cents: int) -> str:
        vehicles, rest = divmod(cents, vehicle_cents) if vehicle_cents else (0, cents)
        distance = f"{number(rest / scale, 2 if scale > 1 else 0)} de distance"
        return f"{counting(vehicles, 'véhicule')} et {distance}" if vehicles else distance

    return counted


def counting(count: int, noun: str) -> str:
    """ "1 envoi porté", "3 envois portés"."""
    return f"{number(count)} " + " ".join(word + ("s" if count > 1 else "") for word in noun.split())


def measures_of(source: Source) -> Measures:
    """The measures of a problem of ours, or of a public instance, which has no units."""
    if source.named is None:
        return Measures(french_hour(source.problem.origin), _lasting, _length, kilograms, cost_of(source))
    scale = source.named.scale

    def plain(value: int) -> str:
        return number(value / scale, 2 if value % scale else 0)

    return Measures(plain, plain, plain, number, cost_of(source))


def _lasting(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    said = [(hours, "h"), (minutes, "min"), (left if not hours else 0, "s")]
    return NO_BREAK.join(f"{value}{NO_BREAK}{unit}" for value, unit in said if value) or f"0{NO_BREAK}s"


def _length(metres: int) -> str:
    return f"{number(metres / 1000, 1)}{NO_BREAK}km"


def standing_of(source: Source) -> Callable[[float], str]:
    """How the value of the best plan so far is said: all its cents, or shipments left, vehicles and distance."""
    cost = cost_of(source)
    if source.named is None:
        return lambda value: cost(round(value))

    def counted(value: float) -> str:
        left, rest = divmod(round(value), source.problem.weights.mandatory)
        return (f"{counting(left, 'envoi')} sans place, " if left else "") + cost(rest)

    return counted
