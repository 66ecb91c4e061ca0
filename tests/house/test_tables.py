"""Tables: each belongs to a region, and the migrations make exactly what the models say."""

import pytest
from sqlalchemy import Table
from sqlmodel import SQLModel

import service.tables  # noqa: F401  every table must be known

TABLES = sorted(SQLModel.metadata.tables)
# Tables outside any region, and why.
ALONE = {
    "answergiven": "answers already given, by person; kept a day",
    "shownclock": "the demonstration's clock, one for the installation",
}


def hangs_from_region(table: Table, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a table names its region, or hangs from a row that does (a key that may be empty does not count)."""
    if "region" in table.columns:
        return True
    parents = {
        key.column.table
        for column in table.columns
        for key in column.foreign_keys
        if not column.nullable and key.column.table.name not in seen | {table.name}
    }
    return any(hangs_from_region(parent, seen | {table.name}) for parent in parents)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_belongs_to_a_region(name: str) -> None:
    """A second region never sees the first one's rows."""
    assert hangs_from_region(SQLModel.metadata.tables[name]) or name in ALONE


def test_the_exceptions_are_real() -> None:
    """The list of tables without a region does not outlive them."""
    assert set(ALONE) <= set(TABLES)
    assert not [name for name in ALONE if hangs_from_region(SQLModel.metadata.tables[name])]
