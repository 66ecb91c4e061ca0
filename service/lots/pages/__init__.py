"""The pages of this room."""

from fastapi import APIRouter

from service.lots.pages import changing, giving, listing, lot, photos, posting, repeating, splitting

router = APIRouter()
for pages in (giving, posting, listing, lot, changing, splitting, repeating, photos):
    router.include_router(pages.router)
