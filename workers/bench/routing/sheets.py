"""Tables of the results, in French for the terminal and in English for a Markdown page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.table import Table

from workers.bench.routing.engines import LABELS, OURS
from workers.bench.routing.measuring import Row
from workers.bench.routing.standing import Line, Versus, engines_of, families, gaps, lines, versus, versus_all
from workers.bench.routing.targets import Verdict, verdicts

# A text in French and in English.
Said = tuple[str, str]
NONE = "–"


@dataclass
class Sheet:
    """A table: its title, the heads of its columns, and cells (the same in both languages unless a pair)."""

    title: Said
    heads: list[Said]
    rows: list[list[str | Said]] = field(default_factory=list)

    def table(self) -> Table:
        """For the terminal, in French."""
        made = Table(title=self.title[0])
        for at, head in enumerate(self.heads):
            made.add_column(head[0], justify="right" if at else "left")
        for row in self.rows:
            made.add_row(*(cell if isinstance(cell, str) else cell[0] for cell in row))
        return made

    def markdown(self) -> str:
        """For a page, in English."""
        text = [
            f"**{self.title[1]}**",
            "",
            "| " + " | ".join(head[1] for head in self.heads) + " |",
            "|" + "|".join(["---", *("--:" for _ in self.heads[1:])]) + "|",
        ]
        for row in self.rows:
            cells = [cell if isinstance(cell, str) else cell[1] for cell in row]
            text.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        return "\n".join(text) + "\n"


def same(text: str) -> Said:
    """A text that is the same in both languages."""
    return (text, text)


def label(engine: str) -> str:
    """An engine's name as people say it."""
    return LABELS.get(engine, engine)


def per_instance(of: Sequence[Line], title: Said) -> Sheet:
    """Vehicles and distance of each engine on each instance, beside the best known."""
    engines = engines_of(of)
    heads = [("instance", "instance"), ("connu", "best known"), *(same(label(name)) for name in engines)]
    sheet = Sheet(title, heads)
    for line in of:
        best = NONE if line.best is None else f"{line.best[0]:.0f} / {line.best[1]:.2f}"
        cells: list[str | Said] = [line.instance, best]
        for name in engines:
            row = line.by_engine.get(name)
            if row is None:
                cells.append(NONE)
            elif row.vehicles is None or row.distance is None:
                cells.append(("échec", "fails"))
            else:
                cells.append(f"{row.vehicles} / {row.distance:.2f}")
        sheet.rows.append(cells)
    return sheet


def per_family(of: Sequence[Line], title: Said) -> Sheet:
    """Mean extra vehicles / mean distance gap to best known, each engine; then totals of vehicles."""
    engines = engines_of(of)
    heads = [("famille (instances)", "Set (instances)"), *(same(label(name)) for name in engines)]
    sheet = Sheet(title, heads)
    for family in families(of):
        part = [line for line in of if line.family == family]
        sheet.rows.append([f"{family} ({len(part)})", *(_against_best(part, name) for name in engines)])
    if len(families(of)) > 1:
        sheet.rows.append([("tout", "all"), *(_against_best(of, name) for name in engines)])
    return sheet


def _against_best(part: Sequence[Line], engine: str) -> Said:
    one = gaps(part, engine)
    failed = ("", "") if not one.failed else (f" ; {one.failed} échecs", f"; {one.failed} fail")
    if not one.instances:
        return same(NONE)
    if one.failed == one.instances:
        return ("échec partout", "all fail")
    if one.extra_vehicles is None or one.gap is None:
        text = f"{one.vehicles} véh."
        return (text + failed[0], f"{one.vehicles} vehicles" + failed[1])
    text = f"{one.extra_vehicles:+.2f} / {one.gap:+.1%}"
    return (text + failed[0], text + failed[1])


def totals(of: Sequence[Line], title: Said) -> Sheet:
    """Total vehicles of each engine by family, and ours where its vehicles equal the best known."""
    engines = engines_of(of)
    heads = [
        ("famille", "Set"),
        *(same(label(name)) for name in engines),
        ("à véhicules égaux", "distance where vehicles are equal"),
    ]
    sheet = Sheet(title, heads)
    for family in families(of):
        part = [line for line in of if line.family == family]
        cells: list[str | Said] = [family]
        for name in engines:
            one = gaps(part, name)
            cells.append(f"{one.vehicles}" + (f" (−{one.failed})" if one.failed else ""))
        ours = gaps(part, OURS)
        equal = "" if ours.gap_when_equal is None else f"{ours.gap_when_equal:+.2%} ({ours.equal}/{ours.instances})"
        sheet.rows.append([*cells, equal or NONE])
    return sheet


def beside(of: Sequence[Line], title: Said) -> Sheet:
    """Ours beside each peer, and beside the best of them on each instance."""
    heads: list[Said] = [
        ("Glane à côté de", "Glane beside"),
        ("instances", "instances"),
        ("pas moins bon", "no worse"),
        ("meilleur", "strictly better"),
        ("meilleur dès 200 tâches", "strictly better from 200 tasks on"),
        ("familles où il faut plus de véhicules", "sets with more vehicles"),
    ]
    sheet = Sheet(title, heads)
    peers = [name for name in engines_of(of) if name != OURS]
    for name in peers:
        sheet.rows.append([label(name), *_shares(versus(of, name))])
    if len(peers) > 1:
        sheet.rows.append([("le meilleur de tous", "the best of them"), *_shares(versus_all(of))])
    return sheet


def _shares(one: Versus) -> list[str | Said]:
    large = NONE if one.better_large is None else f"{one.better_large:.0%} ({one.large})"
    more = ", ".join(one.more_vehicles_in) or "0"
    return [str(one.instances), share(one.no_worse), share(one.better), large, more]


def share(value: float | None) -> str:
    """A share in per cent."""
    return NONE if value is None else f"{value:.0%}"


def aims(of: Sequence[Verdict], title: Said) -> Sheet:
    """What was aimed at, and whether it is reached."""
    heads: list[Said] = [("visé", "aim"), ("mesuré", "measured"), ("but", "goal"), ("atteint", "reached")]
    sheet = Sheet(title, heads)
    for one in of:
        sheet.rows.append([one.what, one.measured, one.aimed, ("oui", "yes") if one.reached else ("non", "no")])
    return sheet


def public_sheets(rows: Sequence[Row], *, disguised: bool) -> list[Sheet]:
    """Every table of these runs, for each time that was asked for."""
    sheets = []
    hidden = (", déguisées", ", disguised") if disguised else ("", "")
    for seconds in sorted({row.seconds for row in rows}):
        of = lines([row for row in rows if row.seconds == seconds])

        def title(french: str, english: str, at: float = seconds) -> Said:
            return (f"{french}, {at:g} s{hidden[0]}", f"{english}, {at:g} s{hidden[1]}")

        sheets.append(per_instance(of, title("Véhicules / distance", "Vehicles / distance")))
        against = ("Véhicules de trop / distance, en moyenne", "Mean extra vehicles / mean distance gap to best known")
        sheets.append(per_family(of, title(*against)))
        sheets.append(totals(of, title("Véhicules en tout", "Total vehicles")))
        if OURS in engines_of(of) and len(engines_of(of)) > 1:
            sheets.append(beside(of, title("Côte à côte", "Side by side")))
        if reached := verdicts(of, seconds):
            sheets.append(aims(reached, title("Visé", "Aims")))
    return sheets
