"""Alembic's way in: the same code on SQLite and PostgreSQL."""

from typing import Literal

from alembic import context
from sqlalchemy import DateTime
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

import service.tables  # noqa: F401  every table must be known before they are compared


def render_item(kind: str, item: object, _autogen: object) -> str | Literal[False]:
    """Migrations name plain column types, so that they still run when the code has moved on."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    impl = item.impl_instance
    return "sa.DateTime(timezone=True)" if isinstance(impl, DateTime) else f"sa.{type(impl).__name__}()"


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
