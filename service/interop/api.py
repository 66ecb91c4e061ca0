"""Where the gateway brings text messages: signed, within five minutes, each acted upon once."""

import hashlib
import hmac
import json
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from service.accounts.attempts import address_of, attempts_of
from service.accounts.identifiers import Wrong, phone
from service.interop.errors import NotSigned, TextUnreadable
from service.interop.models import Outcome
from service.interop.receiving import Brought, receive
from service.kit.clock import real_now
from service.kit.refusals import NotFound
from service.web.deps import Now, parts_of
from service.web.health import Open

router = APIRouter(tags=["texts"])
HEADER, FRESH_S = "x-glane-signature", 300
Gateway = Annotated[None, Depends(Open("texts", "bring"))]


class BroughtOut(BaseModel):
    """What came of a text."""

    outcome: Outcome
    lot_id: int | None
    answer: str


async def _body(request: Request) -> bytes:
    return await request.body()


@router.post("/texts", responses={202: {"model": BroughtOut, "description": "a claim that is decided later"}})
def bring_text(
    request: Request, _: Gateway, now: Now, body: Annotated[bytes, Depends(_body)], response: Response
) -> BroughtOut:
    """A text message came in. `X-Glane-Signature: t=<seconds>,v1=<HMAC-SHA256 of "t.body" with the secret, in hex>`;
    the body is JSON or a form whose fields are called as the settings say."""
    settings = parts_of(request).settings
    secret = settings.sms_in_secret.get_secret_value()
    if not secret:
        raise NotFound()
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("text", address, address)
    if not signed(request.headers.get(HEADER, ""), body, secret, real_now().timestamp()):
        attempts.count("text", address, address)
        raise NotSigned()
    brought = read_body(body, request.headers.get("content-type", ""), settings.sms_in_fields)
    row = receive(parts_of(request).database, brought, region=settings.region, now=now, real_now=real_now())
    response.status_code = 202 if row.outcome == Outcome.PENDING else 200
    return BroughtOut(outcome=row.outcome, lot_id=row.lot_id, answer=row.answer)


def signed(header: str, body: bytes, secret: str, now_s: float) -> bool:
    """Whether a body was signed with the secret within five minutes."""
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    at, given = parts.get("t", ""), parts.get("v1", "")
    if not (at.isascii() and at.isdigit() and len(at) < 12) or abs(now_s - int(at)) > FRESH_S:
        return False
    wanted = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), given.encode())


def read_body(body: bytes, kind: str, fields: dict[str, str]) -> Brought:
    """The text in a gateway's request. Raises TextUnreadable."""
    try:
        text = body.decode()
        given = dict(parse_qsl(text)) if "form" in kind else json.loads(text)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise TextUnreadable() from error
    if not isinstance(given, dict):
        raise TextUnreadable()
    found = {name: given.get(called) for name, called in fields.items()}
    if not all(isinstance(found[name], str | int) for name in ("id", "from", "text")):
        raise TextUnreadable()
    reference, sender, said = (
        "".join(c for c in str(found[name]) if c.isprintable()).strip() for name in ("id", "from", "text")
    )
    if not 0 < len(reference) <= 200 or not 0 < len(sender) <= 40:
        raise TextUnreadable()
    try:
        number = phone(sender if sender.startswith(("+", "0")) else f"+{sender}")
    except Wrong:
        number = sender
    return Brought(reference, number, said[:1000])
