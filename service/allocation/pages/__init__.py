"""A charity's pages: what it may take, its claims, one claim at both ends."""

from fastapi import APIRouter

from service.allocation.decisions import pages as decisions
from service.allocation.pages import claims, fairness, handing_over, offers

router = APIRouter()
for part in (decisions, offers, claims, handing_over, fairness):
    router.include_router(part.router)

__all__ = ["router"]
