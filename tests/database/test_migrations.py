"""The migrations make the very tables that the code expects, on both engines, and do so twice without harm."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect

from service.database.engine import Database
from service.database.migrating import alembic_config, is_current, migrate


@pytest.fixture
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.config.getoption("--database") == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'bare.db'}")
    else:
        database = request.getfixturevalue("database")
        with database.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    yield database
    database.close()


@pytest.mark.database
def test_migrations_and_models_agree(bare: Database) -> None:
    """After every migration, nothing is left to generate."""
    migrate(bare)
    assert is_current(bare)
    with bare.engine.connect() as connection:
        command.check(alembic_config(connection))


def test_references_are_checked_after_migrating(tmp_path: Path) -> None:
    """The connection that rebuilt tables unchecked is used for nothing else."""
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(database)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    database.close()


@pytest.mark.database
def test_migrating_again_changes_nothing(bare: Database) -> None:
    """A second run finds nothing to do."""
    migrate(bare)
    migrate(bare)
    assert is_current(bare)


@pytest.mark.database
def test_a_database_of_the_first_version_gains_what_came_later(bare: Database) -> None:
    """From the first tables to today's: what is looked up by its subject has its index."""
    migrate(bare, "0001")
    assert not is_current(bare)
    migrate(bare)
    assert "ix_notice_subject" in {index["name"] for index in inspect(bare.engine).get_indexes("outgoing_notice")}


def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    """Before the first migration the database says so."""
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert not is_current(database)
    database.close()
