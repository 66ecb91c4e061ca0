"""What was aimed at, as lines that say whether it is reached; the figures stand here once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workers.bench.routing.engines import OURS
from workers.bench.routing.instances import nearest
from workers.bench.routing.standing import LARGE, Line, families, gaps, versus_all

NO_WORSE, BETTER_LARGE = 0.95, 0.80


@dataclass(frozen=True, slots=True)
class Aim:
    """At most so many vehicles more than best known, and so much distance where vehicles are equal (shares)."""

    extra_vehicles: float | None
    gap: float | None = None


# By seconds asked, family and size.
AIMS: dict[float, dict[tuple[str, int], Aim]] = {
    60.0: {
        ("Li & Lim", 100): Aim(0, 0.001),
        ("Sartori–Buriol", 100): Aim(0, 0.01),
        **{(family, 200): Aim(0.25, 0.015) for family in ("Li & Lim", "Sartori–Buriol")},
        **{(family, 400): Aim(0.5, 0.03) for family in ("Li & Lim", "Sartori–Buriol")},
        **{(family, 1000): Aim(3, 0.04) for family in ("Li & Lim", "Sartori–Buriol")},
    },
    10.0: {
        ("Li & Lim", 100): Aim(0, 0.003),
        ("Sartori–Buriol", 100): Aim(0.25, 0.02),
        **{(family, 1000): Aim(4) for family in ("Li & Lim", "Sartori–Buriol")},
    },
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One aim: what, the figure measured, the figure aimed at, and whether it is reached."""

    what: tuple[str, str]
    measured: str
    aimed: str
    reached: bool


def verdicts(of: Sequence[Line], seconds: float) -> list[Verdict]:
    """Every aim that these instances can say something about."""
    found = []
    beside = versus_all(of)
    if beside.no_worse is not None:
        what = ("pas moins bon qu'aucun autre", "no worse than any peer")
        found.append(Verdict(what, f"{beside.no_worse:.0%}", f"≥ {NO_WORSE:.0%}", beside.no_worse >= NO_WORSE))
        what = ("autant de véhicules ou moins, par famille", "no more vehicles than any peer, in every family")
        more = ", ".join(beside.more_vehicles_in)
        found.append(Verdict(what, more or "0", "0", not more))
    if beside.better_large is not None:
        what = (f"strictement meilleur dès {LARGE} tâches", f"strictly better from {LARGE} tasks on")
        share = beside.better_large
        found.append(Verdict(what, f"{share:.0%}", f"≥ {BETTER_LARGE:.0%}", share >= BETTER_LARGE))
    for family in families(of):
        found += _of_family([line for line in of if line.family == family], family, seconds)
    return found


def _of_family(of: Sequence[Line], family: str, seconds: float) -> list[Verdict]:
    aim = AIMS.get(seconds, {}).get((family.rsplit(" ", 1)[0], nearest(of[0].size)))
    ours = gaps(of, OURS)
    found = []
    if ours.failed:
        what = (f"{family} : toujours un plan", f"{family}: always a plan")
        found.append(Verdict(what, f"{ours.failed}", "0", False))
    if aim is not None and aim.extra_vehicles is not None and ours.extra_vehicles is not None:
        what = (f"{family} : véhicules de trop", f"{family}: extra vehicles")
        reached = ours.extra_vehicles <= aim.extra_vehicles
        found.append(Verdict(what, f"{ours.extra_vehicles:+.2f}", f"≤ {aim.extra_vehicles:g}", reached))
    if aim is not None and aim.gap is not None and ours.gap_when_equal is not None:
        what = (f"{family} : distance à véhicules égaux", f"{family}: distance where vehicles are equal")
        reached = ours.gap_when_equal <= aim.gap
        found.append(Verdict(what, f"{ours.gap_when_equal:+.2%}", f"≤ {aim.gap:+.1%}", reached))
    return found
