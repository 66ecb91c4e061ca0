"""The driver's, the dispatcher's and the receivers' pages."""

from fastapi import APIRouter

from service.rounds.pages import (
    closing,
    dispatch,
    driving,
    expecting,
    fixed_rounds,
    fleet,
    live,
    moving,
    own_shifts,
    pictures,
    reporting,
    shift,
    timeline,
    transferring,
    turns,
    versions,
)

router = APIRouter()
for part in (
    driving,
    reporting,
    pictures,
    dispatch,
    live,
    moving,
    transferring,
    versions,
    timeline,
    fleet,
    turns,
    shift,
    fixed_rounds,
    closing,
    own_shifts,
    expecting,
):
    router.include_router(part.router)
