"""Refusals and failures as answers: RFC 9457 problem documents for machines, a page in their language for people."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from service.kit.i18n import N_, gettext
from service.kit.refusals import Invalid, NotFound, Refusal, SignInNeeded
from service.web.deps import locale_of
from service.web.phone import MADE_AT
from service.web.templating import render

log = structlog.get_logger()
PROBLEM = "application/problem+json"
# What the API's description says of every refusal: one form for all of them, whatever the status.
REFUSALS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A refusal (RFC 9457), in words for people.",
        "content": {
            PROBLEM: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail", "code"],
                    "properties": {
                        "type": {"type": "string", "description": "urn:glane:problem: and the code"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string", "description": "what is wrong, in the reader's language"},
                        "code": {"type": "string", "description": "stable, for programs"},
                        "fields": {
                            "type": "object",
                            "additionalProperties": {"type": "string"},
                            "description": "what is wrong with each field",
                        },
                    },
                }
            }
        },
    }
}


class Failure(Refusal):
    status = 500
    code = "failure"
    message = N_("Quelque chose s'est mal passé de notre côté. Rien n'a été perdu : réessayez dans un instant.")


class BadMethod(Refusal):
    status = 405
    code = "method-not-allowed"
    message = N_("Cette adresse ne s'utilise pas ainsi.")


class Malformed(Refusal):
    status = 400
    code = "malformed"
    message = N_("La demande est illisible. Rechargez la page puis recommencez.")


def wants_json(connection: HTTPConnection) -> bool:
    """Machines speak to /api/, and so does what a phone kept; everything else is a person's browser."""
    path = connection.url.path
    return path.startswith("/api/") or path in ("/healthz", "/readyz", "/metrics") or MADE_AT in connection.headers


def problem(refusal: Refusal, locale: str) -> JSONResponse:
    """A refusal as an RFC 9457 problem document."""
    body: dict[str, object] = {
        "type": f"urn:glane:problem:{refusal.code}",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.text(locale),
        "code": refusal.code,
    }
    if refusal.fields:
        body["fields"] = {name: gettext(text, locale) for name, text in refusal.fields.items()}
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(body, status_code=refusal.status, media_type=PROBLEM, headers=headers)


def answer(connection: HTTPConnection, refusal: Refusal) -> Response:
    """The answer that fits who asked."""
    locale = locale_of(connection)
    if wants_json(connection):
        return problem(refusal, locale)
    if isinstance(refusal, SignInNeeded) and connection.scope.get("method", "GET") == "GET":
        target = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(target, safe='')}", status_code=303)
    context = {"refusal": refusal, "text": refusal.text(locale), "back": page_before(connection)}
    return render(connection, "web/error.html", context, status=refusal.status)


def page_before(connection: HTTPConnection) -> str:
    """The page of ours a form was sent from, "/" if the browser does not say."""
    before = urlsplit(connection.headers.get("referer", ""))
    ours = before.netloc == connection.headers.get("host") and before.path.startswith("/")
    if not ours or before.path.startswith(("//", "/sign-in", "/sw.js")):
        return "/"
    return before.path + (f"?{before.query}" if before.query else "")


def validation_refusal(error: RequestValidationError) -> Refusal:
    """Which fields do not fit, in words. Text that is no JSON at all is malformed, not invalid."""
    if any(detail["type"] == "json_invalid" for detail in error.errors()):
        return Malformed()
    fields = {}
    for detail in error.errors():
        place = ".".join(str(part) for part in detail["loc"] if part not in ("body", "query", "path"))
        # Our own validators raise the type "words": what they say is written for people already.
        fields[place or "body"] = detail["msg"] if detail["type"] == "words" else field_message(detail["type"])
    return Invalid(fields=fields)


def field_message(kind: str) -> str:
    """What a person should change, by the kind of pydantic error."""
    if kind == "missing":
        return N_("À remplir.")
    if kind.startswith(("int", "float", "decimal", "greater", "less", "finite", "multiple")):
        return N_("Indiquez un nombre dans les limites prévues.")
    if kind.startswith(("date", "time", "timezone")):
        return N_("Indiquez une date ou une heure valable.")
    if kind == "string_too_long" or kind == "too_long":
        return N_("C'est trop long.")
    if kind in ("enum", "literal_error"):
        return N_("Choisissez une des réponses proposées.")
    return N_("Cette valeur n'est pas valable.")


def install(app: FastAPI) -> None:
    """Answer every refusal, unknown address, invalid body and failure of this application."""

    async def refused(connection: HTTPConnection, error: Exception) -> Response | None:
        assert isinstance(error, Refusal)
        if isinstance(connection, WebSocket):
            # A socket refused before it opens is answered like any other request, with words.
            await connection.send_denial_response(answer(connection, error))
            return None
        return answer(connection, error)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, validation_refusal(error))

    async def plain_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        by_status: dict[int, Refusal] = {404: NotFound(), 405: BadMethod(), 401: SignInNeeded()}
        response = answer(request, by_status.get(error.status_code, Malformed()))
        for name, value in (error.headers or {}).items():
            response.headers.setdefault(name, value)
        return response

    async def unstorable(request: Request, error: Exception) -> Response:
        # A character or a number no database keeps (PostgreSQL refuses NUL): the request is wrong, not the server.
        log.info("request cannot be stored", error=type(error).__name__)
        return answer(request, Malformed())

    async def failed(request: Request, error: Exception) -> Response:
        # The route's pattern, not the address: sign-in links, cards and invitations carry a secret in theirs.
        route = getattr(request.scope.get("route"), "path", "other")
        log.error("request failed", route=route, method=request.method, exc_info=error)
        return answer(request, Failure())

    app.add_exception_handler(Refusal, refused)  # type: ignore[arg-type]  # Starlette awaits the answer, for sockets too
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain_http)
    app.add_exception_handler(DataError, unstorable)
    app.add_exception_handler(Exception, failed)
