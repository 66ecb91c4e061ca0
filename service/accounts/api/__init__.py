"""This room's part of the JSON API."""

from fastapi import APIRouter

from service.accounts.api import me, organisations, people, sites, tokens

router = APIRouter()
for part in (tokens, me, organisations, sites, people):
    router.include_router(part.router)
