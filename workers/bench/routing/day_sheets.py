"""Tables of the region days: ours beside RoutingModel, bounds, growth, and what was aimed at."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from workers.bench.routing import growth
from workers.bench.routing.days import TUNED, DayRow
from workers.bench.routing.engines import NAMES, OURS
from workers.bench.routing.growth import Reached
from workers.bench.routing.sheets import NONE, Said, Sheet, aims, label
from workers.bench.routing.targets import Verdict

LOWER = 0.90
FROM_LOTS = 180
FIRST_LOTS, FIRST_S = 180, 0.3


def medians(rows: Sequence[DayRow]) -> dict[tuple[int, str], DayRow]:
    """The median row of each day and engine by the objective, over its shortest time asked."""
    found: dict[tuple[int, str], list[DayRow]] = {}
    for row in rows:
        found.setdefault((row.lots, row.engine), []).append(row)
    made = {}
    for key, of in sorted(found.items(), key=lambda pair: (pair[0][0], NAMES.index(pair[0][1]))):
        usual = [row for row in of if row.seconds == min(row.seconds for row in of)]
        made[key] = sorted(usual, key=lambda row: row.order)[len(usual) // 2]
    return made


def days_sheet(rows: Sequence[DayRow], title: Said) -> Sheet:
    """One line a day and engine."""
    heads: list[Said] = [
        ("lots, moteur", "lots, engine"),
        ("temps", "time"),
        ("porté", "carried"),
        ("laissé", "left"),
        ("porté au plus", "carried at most"),
        ("coût", "cost"),
        ("objectif", "objective"),
        ("borne basse", "lower bound"),
        ("km", "km"),
        ("tournées", "rounds"),
        ("fautes", "breaches"),
        ("premier plan", "first plan"),
        ("mémoire", "memory"),
    ]
    sheet = Sheet(title, heads)
    for (lots, engine), row in medians(rows).items():
        name = f"{lots}, {label(engine)}"
        if row.value is None or row.cost_cents is None or row.score_cents is None:
            failed: list[str | Said] = [name, f"{row.took:.0f} s", ("échec", "fails"), row.note]
            sheet.rows.append([*failed, *(NONE for _ in heads[len(failed) :])])
            continue
        first = NONE if row.first_s is None else f"{row.first_s:.2f} s"
        sheet.rows.append(
            [
                name,
                f"{row.took:.1f} s",
                _kg(row.value),
                _kg(row.value_left or 0),
                _kg(row.most_value),
                _euros(row.cost_cents),
                _euros(row.score_cents),
                _euros(row.bound_cents),
                f"{(row.metres or 0) / 1000:.0f}",
                str(row.rounds),
                str(row.breaches),
                first,
                (f"{row.peak_mib:.0f} Mio", f"{row.peak_mib:.0f} MiB"),
            ]
        )
    return sheet


def growth_sheet(of: Sequence[Reached], title: Said) -> Sheet:
    """Seconds to the fixed quality, by size."""
    heads: list[Said] = [
        ("lots", "lots"),
        ("secondes", "seconds"),
        ("objectif à 10 × le temps", "objective at 10 × time"),
    ]
    sheet = Sheet(title, heads)
    sheet.rows = [[str(one.lots), f"{one.seconds:.2f}", _euros(one.reference_cents)] for one in of]
    slope = growth.exponent(of)
    if slope is not None:
        sheet.rows.append([("exposant", "exponent"), f"{slope:.2f}", f"≤ {growth.AIM:g}"])
    return sheet


def day_verdicts(rows: Sequence[DayRow], of: Sequence[Reached]) -> list[Verdict]:
    """Every aim these days can say something about."""
    found = []
    by_key = medians(rows)
    for lots in sorted({key[0] for key in by_key}):
        ours, tuned = by_key.get((lots, OURS)), by_key.get((lots, TUNED))
        if ours is None:
            continue
        what = (f"{lots} lots : un plan sans faute, à temps", f"{lots} lots: a plan without a breach, in time")
        in_time = ours.took <= ours.seconds * 1.05 + 0.5
        valid = ours.order < float("inf") and in_time
        found.append(Verdict(what, f"{ours.breaches}, {ours.took:.1f} s", f"0, {ours.seconds:g} s", valid))
        if lots == FIRST_LOTS and ours.first_s is not None:
            what = (f"{lots} lots : premier plan", f"{lots} lots: first feasible plan")
            found.append(Verdict(what, f"{ours.first_s:.2f} s", f"≤ {FIRST_S:g} s", ours.first_s <= FIRST_S))
        if lots >= FROM_LOTS and tuned is not None:
            found.append(_beside(lots, ours, tuned))
    slope = growth.exponent(of)
    if slope is not None:
        what = ("croissance du temps à qualité fixe", "growth of time to a fixed quality")
        found.append(Verdict(what, f"n^{slope:.2f}", f"≤ n^{growth.AIM:g}", slope <= growth.AIM))
    return found


def _beside(lots: int, ours: DayRow, tuned: DayRow) -> Verdict:
    """No less carried and a tenth cheaper, or a tenth less left behind."""
    what = (f"{lots} lots : coût ; laissé, face à {label(TUNED)}", f"{lots} lots: cost; left, against {label(TUNED)}")
    goal = "≤ −10 %"
    if tuned.order == float("inf"):
        return Verdict(what, tuned.note or NONE, goal, ours.order < float("inf"))
    if ours.cost_cents is None or ours.value_left is None or ours.order == float("inf"):
        return Verdict(what, ours.note or NONE, goal, False)
    cost, left = _ratio(ours.cost_cents, tuned.cost_cents or 0), _ratio(ours.value_left, tuned.value_left or 0)
    cheaper = ours.value_left <= (tuned.value_left or 0) and cost <= LOWER
    measured = f"{cost - 1:+.1%}; {left - 1:+.1%}"
    return Verdict(what, measured, goal, cheaper or left <= LOWER)


def region_sheets(rows: Sequence[DayRow], traces: Mapping[Hashable, Sequence[tuple[float, ...]]]) -> list[Sheet]:
    """Every table of these days."""
    told = growth.reached(rows, traces)
    sheets = [days_sheet(rows, ("Journées d'une région", "Region days"))]
    if told:
        sheets.append(growth_sheet(told, ("Temps jusqu'à 2 % près", "Time to within 2 %")))
    return [*sheets, aims(day_verdicts(rows, told), ("Visé", "Aims"))]


def _ratio(ours: float, theirs: float) -> float:
    return ours / theirs if theirs else 1.0 if not ours else float("inf")


def _kg(grams: int) -> str:
    return f"{grams / 1000:,.0f} kg".replace(",", " ")


def _euros(cents: float) -> str:
    return f"{cents / 100:,.0f} €".replace(",", " ")
