"""Bringing a database to the shape this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from service.database.engine import Database

FOLDER = Path(__file__).parent / "migrations"


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for an open connection; there is no alembic.ini to go stale."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database, to: str = "head") -> None:
    """Run every migration that has not run yet; one that fails leaves nothing behind."""
    with database.engine.begin() as connection:
        if database.is_sqlite:
            # Tables are rebuilt to be changed: this connection checks no references, and is used for nothing else.
            connection.detach()
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.upgrade(alembic_config(connection), to)


def is_current(database: Database) -> bool:
    """Whether the database has the shape this version needs."""
    with database.engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_heads()
        wanted = ScriptDirectory(str(FOLDER)).get_heads()
        return set(here) == set(wanted)
