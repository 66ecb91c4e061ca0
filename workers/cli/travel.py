"""`glane travel`: learns speed profiles from known trips, makes the embedded road engine's tiles."""

import csv
import math
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

import routing
from routing.travel import PROFILES, OsrmTravel, Point, SpeedProfile, Travel, ValhallaTravel
from routing.travel.embedded import EmbeddedTravel, build_tiles
from routing.travel.fitting import Fit, Trips, fit, measure, read_profiles, read_trips, trips_of, write_profiles
from service.rounds.planning.travel import OSRM, VALHALLA
from workers.cli.console import errors, fail, out

app = typer.Typer(no_args_is_help=True, help="Apprend les vitesses, prépare les routes du moteur embarqué.")


def register(parent: typer.Typer) -> None:
    """Put these commands under `travel` of the `glane` command."""
    parent.add_typer(app, name="travel")


@app.callback()
def group() -> None:
    """Apprend les vitesses, prépare les routes du moteur embarqué."""


@app.command("build")
def build(
    extract: Annotated[Path, typer.Argument(help="Extrait OpenStreetMap (.osm.pbf).")],
    to: Annotated[Path, typer.Option("--out", help="Fichier des routes.")] = Path(".glane/roads.tar"),
    threads: Annotated[int, typer.Option(min=1)] = 1,
) -> None:
    """Prépare les routes du moteur embarqué (extra « roads ») à partir d'un extrait OpenStreetMap."""
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        build_tiles(extract, to, threads=threads)
    except (routing.TravelError, OSError) as error:
        fail(str(error))
    errors.print(f"{to} : {to.stat().st_size / 1e6:.1f} Mo ; GLANE_TRAVEL=embedded GLANE_TRAVEL_TILES={to}")


@app.command("fit")
def learn(
    profile: Annotated[str, typer.Argument(help="cargo_bike, car, van, truck…")],
    to: Annotated[Path, typer.Option("--out", help="Fichier des profils ; ceux des autres véhicules y restent.")],
    trips: Annotated[
        Path | None,
        typer.Option(help="CSV : from_latitude, from_longitude, to_latitude, to_longitude, metres, seconds."),
    ] = None,
    points: Annotated[Path | None, typer.Option(help="CSV : latitude, longitude ; demandés au moteur.")] = None,
    engine: Annotated[str, typer.Option(help="osrm, valhalla ou embedded, avec --points.")] = "embedded",
    where: Annotated[str, typer.Option(help="Adresse du service, ou fichier des routes.")] = ".glane/roads.tar",
    seed: Annotated[int, typer.Option(help="Graine du partage entre ce qui apprend et ce qui vérifie.")] = 0,
) -> None:
    """Apprend détour et vitesse par longueur de trajet, et dit l'erreur sur des trajets mis de côté."""
    if (trips is None) == (points is None):
        fail("donner --trips ou --points, l'un des deux")
    try:
        known = _read(trips) if trips is not None else _asked(engine, where, points, profile)
        held_out, learnt = _apart(known, seed)
        before = PROFILES.get(profile)
        checked = fit(learnt)
        made = fit(known)
        kept = read_profiles(to.read_text(encoding="utf-8")) if to.exists() else {}
        to.write_text(write_profiles({**kept, profile: made}), encoding="utf-8")
    except (routing.RoutingError, OSError, UnicodeDecodeError) as error:
        fail(str(error))
    _show(profile, made, measure(checked, held_out), measure(before, held_out) if before else None)


def _read(file: Path) -> Trips:
    return read_trips(file.read_text(encoding="utf-8"))


def _asked(engine: str, where: str, file: Path | None, profile: str) -> Trips:
    """The trips between the points of a file, as a road engine tells them."""
    travel: Travel
    if engine == "osrm":
        travel = OsrmTravel(where, OSRM)
    elif engine == "valhalla":
        travel = ValhallaTravel(where, VALHALLA)
    elif engine == "embedded":
        travel = EmbeddedTravel(Path(where), VALHALLA)
    else:
        fail(f"--engine : {engine!r} est inconnu ; il y a osrm, valhalla, embedded")
    assert file is not None
    return trips_of(travel, _points(file), profile)


def _points(file: Path) -> Sequence[Point]:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        found = []
        for row in reader:
            try:
                found.append(Point(float(row["latitude"]), float(row["longitude"])))
            except (KeyError, TypeError, ValueError) as error:
                raise routing.FormatError(
                    f"{file}: line {reader.line_num}", f"latitude and longitude must be numbers: {error}"
                ) from error
    return found


def _apart(known: Trips, seed: int) -> tuple[Trips, Trips]:
    """A third of the trips to check on, two thirds to learn from."""
    order = list(range(len(known)))
    random.Random(seed).shuffle(order)
    cut = len(order) // 3
    return _some(known, order[:cut]), _some(known, order[cut:])


def _some(known: Trips, places: Sequence[int]) -> Trips:
    at = np.array(places, dtype=np.intp)
    return replace(known, straight_m=known.straight_m[at], metres=known.metres[at], seconds=known.seconds[at])


def _show(profile: str, made: SpeedProfile, after: Fit, before: Fit | None) -> None:
    table = Table("à vol d'oiseau", "détour", "km/h", title=profile)
    for knot in made.knots:
        table.add_row(f"{knot.straight_m / 1000:.1f} km", f"{knot.circuity:.2f}", f"{knot.kmh:.1f}")
    out.print(table)
    errors_of = Table(
        "sur les trajets mis de côté", "durée, médiane", "9 sur 10", "somme", "longueur, médiane", "somme"
    )
    for name, told in (("appris", after), ("livré", before)):
        if told is not None:
            shares = (told.seconds_median, told.seconds_90, told.seconds_bias, told.metres_median, told.metres_bias)
            errors_of.add_row(name, *("—" if math.isnan(share) else f"{share:+.0%}" for share in shares))
    out.print(errors_of)
