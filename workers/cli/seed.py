"""`glane seed`: an invented region in an empty database, the same rows for the same seed."""

from typing import Annotated

import typer

from config.regions import list_regions, load_region_config
from service.clients.gazetteer.csv_file import CsvCommunes
from service.database.migrating import migrate
from service.kit.clock import real_now
from service.territory.actions import load_region
from workers.cli.console import fail, out, progress, the_database, the_settings
from workers.simulation.cast import read_cast, somebody_is_there
from workers.simulation.fleet_seed import open_shifts, seed_fleet
from workers.simulation.region_seed import Seeder
from workers.simulation.scales import SCALES


def register(parent: typer.Typer) -> None:
    """Put this command under `glane`."""
    parent.command("seed")(seed)


def seed(
    scale: Annotated[str, typer.Option(help="reference, stress ou small.")] = "reference",
    number: Annotated[int, typer.Option("--seed", help="La graine : la même donne les mêmes lignes.")] = 2026,
    region: Annotated[str, typer.Option(help="Dossier de config/regions/ ; celle des réglages par défaut.")] = "",
) -> None:
    """Remplit une base vide : donateurs, associations, véhicules et chauffeurs inventés, sur les vraies communes."""
    settings = the_settings()
    slug = region or settings.region
    if scale not in SCALES:
        fail(f"--scale {scale} : choisissez {', '.join(SCALES)}.")
    if slug not in list_regions():
        fail(f"--region {slug} : il y a {', '.join(list_regions())}.")
    config, now = load_region_config(slug), real_now()
    with the_database(settings) as database, progress() as tell:
        migrate(database)
        with database.transaction() as session:
            if somebody_is_there(session, slug):
                fail("Cette base connaît déjà des personnes de la région : glane seed ne remplit qu'une base vide.")
            load_region(session, config, CsvCommunes(config.folder / "communes.csv").communes(config.code), now=now)
            seeder = Seeder(session, settings, SCALES[scale], seed=number, now=now, region=slug, tell=tell)
            seeded = seeder.run()
            vehicles = seed_fleet(seeder)
            cast = read_cast(session, slug)
            today = now.astimezone(config.zone).date()
            open_shifts(session, slug, today, config.time_zone, seed=number, now=now, played=sorted(cast.drivers))
    out.print(
        f"{config.name} : {len(seeded.donors)} donateurs, {len(seeded.sites)} lieux d'accueil de "
        f"{len(seeded.charities)} organismes, {len(vehicles)} véhicules (graine {number}).",
        markup=False,
        highlight=False,
    )
