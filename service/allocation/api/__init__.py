"""Offers, claims and their decisions as JSON. Weights in grams, moments in UTC."""

from fastapi import APIRouter

from service.allocation.api import claims, collecting, offers
from service.allocation.decisions import api as decisions

router = APIRouter()
for part in (decisions, offers, claims, collecting):
    router.include_router(part.router)
