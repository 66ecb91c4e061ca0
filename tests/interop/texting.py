"""A gateway that signs, and people whose numbers it knows."""

import hashlib
import hmac
import json
from itertools import count
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import select

from service.accounts.models import Person
from service.database.engine import Database
from service.interop.models import InboundText
from service.kit.clock import real_now
from service.web.deps import Parts

SECRET = "a secret of the gateway"
BAKER, CHARITY = "+33612345601", "+33612345602"
NUMBERS = count(1)


def signing(client: TestClient, app: Any) -> TestClient:
    """An installation whose gateway signs."""
    parts: Parts = app.state.parts
    settings = parts.settings.model_copy(update={"sms_in_secret": type(parts.settings.secret_key)(SECRET)})
    app.state.parts = Parts(settings, parts.database, parts.clock)
    return client


def phone_of(database: Database, party: Any, number: str, proved: bool = True) -> Any:
    """The party's person, who holds this phone and has proved it."""
    with database.transaction() as session:
        person = session.get_one(Person, party.person.key)
        person.phone, person.phone_verified_at = number, real_now() if proved else None
        session.add(person)
    return party


def bring(client: TestClient, sender: str, text: str, reference: str | None = None, **given: Any) -> Any:
    """The gateway brings a text."""
    body = json.dumps({"id": reference or f"m{next(NUMBERS)}", "from": sender, "text": text}).encode()
    at = str(int(given.get("at", real_now().timestamp())))
    mark = hmac.new(given.get("secret", SECRET).encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-Glane-Signature": f"t={at},v1={mark}", "content-type": "application/json"}
    return client.post("/api/v1/texts", content=body, headers=headers)


def to_call(database: Database) -> list[str]:
    """Why somebody is to be called back, text by text."""
    with database.read() as session:
        rows = session.exec(select(InboundText).order_by(InboundText.id)).all()
        return [str(row.call_reason) for row in rows if row.call_reason is not None and row.called_at is None]
