"""The pages of this room."""

from fastapi import APIRouter

from service.lots.pages import (
    answering,
    changing,
    giving,
    listing,
    lot,
    naming,
    photos,
    poster_door,
    poster_making,
    posting,
    repeating,
    scanning,
    splitting,
    usual,
)

router = APIRouter()
PAGES = (
    giving, posting, scanning, listing, lot, changing, splitting, repeating, naming, photos, usual, answering,
    poster_making, poster_door,
)  # fmt: skip
for pages in PAGES:
    router.include_router(pages.router)
