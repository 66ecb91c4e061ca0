"""Lists are read a page at a time, by the last id seen, so that a row added meanwhile shifts nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query

T = TypeVar("T")
MOST = 200


@dataclass(frozen=True)
class PageAsked:
    """Which page: what comes after `after` (exclusive), at most `limit` rows."""

    after: int | None = None
    limit: int = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page, and the cursor of the next where there is more."""

    items: Sequence[T]
    next: int | None


def page_asked(
    after: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> PageAsked:
    return PageAsked(after, limit)


AskedPage = Annotated[PageAsked, Depends(page_asked)]


def cut(rows: Sequence[T], asked: PageAsked, ids: Sequence[int]) -> Page[T]:
    """A page out of rows read with `limit + 1`; `ids` are the rows' cursors in the same order."""
    more = len(rows) > asked.limit
    return Page(rows[: asked.limit], ids[asked.limit - 1] if more else None)
