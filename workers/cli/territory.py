"""`glane territory`: loads a region's communes, and shows what is known of each region."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import inspect

from config.regions import BadRegionFile, RegionConfig, UnknownRegion, list_regions, load_region_config
from config.settings import get_settings
from service.clients.gazetteer.csv_file import CsvCommunes
from service.clients.gazetteer.official import ADDRESS, OfficialCommunes
from service.clients.gazetteer.port import CommuneSource
from service.database.engine import Database
from service.kit.clock import real_now
from service.kit.refusals import Refusal
from service.territory import queries
from service.territory.actions import LoadReport, load_region
from service.territory.models import Region

app = typer.Typer(no_args_is_help=True, help="Charge et montre les communes des régions.")
out = Console()
errors = Console(stderr=True)


def register(parent: typer.Typer) -> None:
    """Put these commands under `territory` of the `glane` command."""
    parent.add_typer(app, name="territory")


@app.command("load")
def load(
    region: Annotated[str, typer.Option(help="Dossier de config/regions/ ; par défaut celle des réglages.")] = "",
    csv: Annotated[Path | None, typer.Option(help="Un fichier de communes, au lieu de celui de la région.")] = None,
    from_api: Annotated[bool, typer.Option("--from-api", help="Demande les communes au service officiel.")] = False,
    api_url: Annotated[str, typer.Option(help="Adresse du service officiel.")] = ADDRESS,
    retire_absent: Annotated[
        bool, typer.Option("--retire-absent", help="Retire les communes que la source, complète, ne cite plus.")
    ] = False,
) -> None:
    """Charge les communes d'une région ; recommencer ne change rien."""
    if csv is not None and from_api:
        raise typer.BadParameter("choisissez --csv ou --from-api, pas les deux")
    config = _region(region)
    source: CommuneSource = CsvCommunes(csv or config.folder / "communes.csv")
    if from_api:
        source = OfficialCommunes(api_url)
    database = _database()
    try:
        with errors.status(f"Communes : {config.name}…"):
            # The source is asked before the transaction: a slow network holds nobody's turn to write.
            records = source.communes(config.code)
            with database.transaction() as session:
                report = load_region(session, config, records, now=real_now(), retire_absent=retire_absent)
    except Refusal as refusal:
        errors.print(refusal.text(), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from refusal
    finally:
        database.close()
    out.print(told(config, report), markup=False, soft_wrap=True)


@app.command("list")
def show() -> None:
    """Montre les régions connues et d'où viennent les points de leurs communes."""
    database = _database()
    table = Table("Région", "Communes", "À leur place", "Au centre de leur EPCI")
    with database.read() as session:
        for slug in list_regions():
            counts = queries.counts_by_source(session, slug)
            rough = counts.get("epci-centre", 0)
            table.add_row(slug, str(sum(counts.values())), str(sum(counts.values()) - rough), str(rough))
    database.close()
    out.print(table)


def told(config: RegionConfig, report: LoadReport) -> str:
    """The report of a load, in one line."""
    line = f"{config.name} : {report.added} ajoutées, {report.changed} modifiées, {report.unchanged} inchangées"
    if report.retired:
        return f"{line}, {report.retired} retirées."
    if report.absent:
        return f"{line} ; {report.absent} déjà connues sont absentes de la source et restent en place."
    return f"{line}."


def _region(slug: str) -> RegionConfig:
    try:
        return load_region_config(slug or get_settings().region)
    except UnknownRegion as problem:
        known = ", ".join(list_regions())
        raise typer.BadParameter(f"la région « {slug} » n'a pas de dossier ; il y a : {known}") from problem
    except BadRegionFile as problem:
        errors.print(str(problem), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from problem


def _database() -> Database:
    database = Database(get_settings().database)
    if not inspect(database.engine).has_table(str(Region.__tablename__)):
        database.close()
        errors.print("La base n'est pas prête : lancez d'abord « glane migrate ».", style="red", markup=False)
        raise typer.Exit(1)
    return database
