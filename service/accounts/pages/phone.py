"""What a phone needs to go on without a network: who it is signed in as, and two pages that it keeps."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.web import csrf
from service.web.assets import release
from service.web.templating import render

router = APIRouter()
Reader = Annotated[Who, Depends(Guard("home", "read"))]


@router.get("/session")
def session_here(request: Request, who: Reader) -> Response:
    """Who is signed in here ("" for nobody), a fresh token for forms, which release this is; `Date` is our hour."""
    told = {"person": who.scope, "csrf": csrf.token_of(request), "release": release()}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.get("/offline")
def offline(request: Request, who: Reader) -> Response:
    """What a phone shows instead of a page it has not kept."""
    return render(request, "accounts/offline.html")


@router.get("/waiting")
def waiting(request: Request, who: Reader) -> Response:
    """What waits on this phone for a network; drawn by the phone, which alone knows."""
    return render(request, "accounts/waiting.html")
