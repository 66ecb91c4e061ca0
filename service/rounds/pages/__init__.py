"""The driver's, the dispatcher's and the receivers' pages."""

from fastapi import APIRouter

from service.rounds.pages import (
    dispatch,
    driving,
    expecting,
    fleet,
    live,
    moving,
    pictures,
    reporting,
    timeline,
    turns,
    versions,
)

router = APIRouter()
for part in (driving, reporting, pictures, dispatch, live, moving, versions, timeline, fleet, turns, expecting):
    router.include_router(part.router)
