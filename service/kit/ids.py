"""Keys as they come in an address."""

from typing import Annotated

from fastapi import Path

# A key larger than the database's integers is unknown, not an error of ours.
Id = Annotated[int, Path(ge=1, le=2**53)]
