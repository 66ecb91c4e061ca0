"""A page of anything."""

from pydantic import BaseModel


class Listed(BaseModel):
    next: int | None = None
