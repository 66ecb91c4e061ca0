"""The driver's, the dispatcher's and the receivers' pages."""

from fastapi import APIRouter

from service.rounds.pages import dispatch, driving, expecting, fleet, pictures, reporting, timeline, turns

router = APIRouter()
for part in (driving, reporting, pictures, dispatch, timeline, fleet, turns, expecting):
    router.include_router(part.router)
