"""`glane picture`: a problem and its plan as one picture, a map above a chart over time; SVG, or PNG by its name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import typst

import routing
from routing.formats import Source, read, read_solution
from routing.picture.axis import clock_axis, french_hour, number_axis, past_the_hour
from routing.picture.poster import poster
from routing.picture.reading import Units, plane, sheet_of
from routing.picture.words import Words
from routing.rules import names
from workers.cli.refusals import breach, refusal
from workers.cli.writing import cannot_write, unwritable

BAD_INPUT = 2
KINDS = (".svg", ".png")
# Typst draws with the letters it carries, so that a picture is the same on every machine.
_PAGE = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
PIXELS_PER_INCH = 144


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("picture")(picture)


def picture(
    problem: Annotated[Path, typer.Argument(help="Le problème : Glane JSON, Li & Lim ou Sartori & Buriol.")],
    plan: Annotated[Path, typer.Argument(help="Son plan, tel que « glane solve --out » l'écrit.")],
    out: Annotated[Path, typer.Argument(help="L'image à écrire : .svg ou .png.")],
) -> None:
    """Dessine un plan : carte des tournées et frise des véhicules, avec ce qui est laissé."""
    demand_picture("l'image", out)
    try:
        source = read(problem)
    except routing.RoutingError as error:
        fail(refusal(error, problem))
    try:
        found = read_solution(plan, source)
    except routing.RoutingError as error:
        fail(refusal(error, plan))
    broken = routing.check(source.problem, found)
    if any(one.rule == names.RULE for one in broken):
        fail(f"{plan} : n'est pas un plan de ce problème : {breach(broken[0])}")
    if broken:
        count = f"{len(broken)} règle" + ("s" if len(broken) > 1 else "")
        typer.secho(f"Attention : ce plan enfreint {count}, dont : {breach(broken[0])}", err=True)
    write_picture(out, drawn(source, found, problem.stem))


def fail(text: str) -> NoReturn:
    """Say what is wrong, end with code 2. The console's way would load the whole service, a second's work."""
    typer.secho(text, fg="red", err=True)
    raise typer.Exit(BAD_INPUT)


def demand_picture(what: str, out: Path) -> None:
    """Refuse a name that says neither SVG nor PNG, or a file that cannot be written."""
    if out.suffix.lower() not in KINDS:
        fail(f"{what} : {out.name} doit finir par {' ou '.join(KINDS)}")
    if (reason := cannot_write(out)) is not None:
        fail(f"{what} : {reason}")


def drawn(source: Source, plan: routing.Plan, name: str) -> str:
    """The picture as SVG text, entitled `name` where the problem has none; the same plan gives the same text."""
    problem, words = source.problem, Words()
    problem = problem if problem.name else replace(problem, name=name)
    named = source.named
    if named is None:
        units = Units(french_hour(problem.origin))
        sheet = sheet_of(problem, plan, words, units)
    else:
        scale = named.scale
        units = Units(lambda s: str(s // scale), str, lambda m: f"{m / scale:.0f}")
        nodes = {site.id: point for site, point in zip(problem.sites, named.points, strict=True)}
        sheet = sheet_of(problem, plan, words, units, nodes if source.form == "li-lim" else plane(nodes))
    times = [second for lane in sheet.lanes for second in (lane.start_s, lane.end_s, *(lane.shift or ()))] or [0]
    if named is None:
        axis = clock_axis(min(times), max(times), units.hour, offset_s=past_the_hour(problem.origin))
    else:
        axis = number_axis(min(times), max(times), named.scale)
    return poster(sheet, axis, words)


def write_picture(out: Path, svg: str) -> None:
    """Write the SVG text, or what it looks like as PNG."""
    try:
        if out.suffix.lower() == ".svg":
            out.write_text(svg, encoding="utf-8")
        else:
            out.write_bytes(png(svg))
    except OSError as error:
        fail(unwritable(out, error))


def png(svg: str) -> bytes:
    """A drawing as PNG, 1.5 pixels for each of its units."""
    made: bytes = typst.compile(
        _PAGE.encode(), sys_inputs={"svg": svg}, format="png", ppi=PIXELS_PER_INCH, ignore_system_fonts=True
    )
    return made
