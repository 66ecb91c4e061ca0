"""A charity's pages: what it may take, its claims, one claim at both ends; and what its helpers are asked."""

from fastapi import APIRouter

from service.allocation.decisions import pages as decisions
from service.allocation.pages import answers, claims, errands, fairness, handing_over, offers, ramasses

router = APIRouter()
for part in (decisions, offers, claims, handing_over, fairness, answers, ramasses, errands):
    router.include_router(part.router)

__all__ = ["router"]
