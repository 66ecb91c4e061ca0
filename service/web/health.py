"""Whether it lives, whether it is ready, and how it fares: for machines that watch."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.deps import parts_of

router = APIRouter()
ANSWERED = Histogram("glane_http_seconds", "Time to answer, by route.", ["method", "route", "status"])


class Open:
    """The guard of a route that anybody may use without being known; it still has its row in the policy."""

    def __init__(self, resource: str, verb: str) -> None:
        self.resource = resource
        self.verb = verb

    def __call__(self, connection: HTTPConnection) -> None:
        return None


Anybody = Annotated[None, Depends(Open("health", "read"))]


@router.get("/healthz")
def alive(_: Anybody) -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(request: Request, _: Anybody) -> JSONResponse:
    """The database answers too; 503 while it does not."""
    try:
        with parts_of(request).database.read() as session:
            session.connection().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return JSONResponse({"status": "database unavailable"}, status_code=503)
    return JSONResponse({"status": "ok"})


@router.get("/metrics")
def metrics(_: Anybody) -> PlainTextResponse:
    """Prometheus figures of this process."""
    return PlainTextResponse(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


class Measured:
    """ASGI middleware: how long each answer took, by the route's pattern, never by the address asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_counted)
        finally:
            pattern = getattr(scope.get("route"), "path", "other")
            ANSWERED.labels(scope["method"], pattern, str(status)).observe(time.perf_counter() - began)
