"""The pages of this room."""

from fastapi import APIRouter

from service.lots.pages import changing, giving, listing, lot, photos, posting

router = APIRouter()
for pages in (giving, posting, listing, lot, changing, photos):
    router.include_router(pages.router)
