"""Column types and the base of every table."""

from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

# Every constraint has a name, so that a later migration can change it on any engine.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out on every engine: SQLite would give naive times back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: say which time zone it is in")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Row(SQLModel):
    """Base of every table: a whole-number key."""

    id: int | None = Field(default=None, primary_key=True)

    @property
    def key(self) -> int:
        """The key of a row that has been flushed."""
        if self.id is None:
            raise ValueError(f"{type(self).__name__} has no key before it is flushed")
        return self.id


@lru_cache
def words(of: type[StrEnum]) -> type[TypeDecorator[Any]]:
    """The column type of an enum, kept as the plain words of its values: readable in the database, the same on every
    engine, and a new word needs no change of type. Each table states with a CHECK which words it allows, if it matters.
    """

    class Words(TypeDecorator[StrEnum]):
        impl = String
        cache_ok = True

        def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
            return None if value is None else of(value).value

        def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
            return None if value is None else of(value)

    Words.__name__ = f"Words{of.__name__}"
    return Words
