"""A request sent twice with the same key acts once and is answered the same."""

import hashlib
import json
import secrets
from collections.abc import Callable
from typing import Any

from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from sqlmodel import Session, select

from service.kit.clock import real_now
from service.kit.i18n import N_
from service.kit.refusals import Refusal
from service.web.models import AnswerGiven

LONGEST_KEY = 200


class KeyReused(Refusal):
    status = 422
    code = "idempotency-key-reused"
    message = N_("Cette clé Idempotency-Key a déjà servi pour une autre demande.")


class KeyTooLong(Refusal):
    status = 400
    code = "idempotency-key-too-long"
    message = N_("La clé Idempotency-Key est limitée à 200 caractères.")


def new_once() -> str:
    """What a form carries in its hidden field `once`, new each time it is drawn."""
    return secrets.token_urlsafe(12)


def key_of(once: str | None, asked: Any) -> str | None:
    """The key of a form sent with its field `once`: the same answers sent again from the same drawing of it.

    Other answers from that drawing (corrected after a refusal, or the page of another day) are another request.
    """
    if not once:
        return None
    said = json.dumps(jsonable_encoder(asked), sort_keys=True)
    return f"{once[:100]}-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def once(
    session: Session,
    person_id: int,
    key: str | None,
    asked: Any,
    act: Callable[[], Any],
    status: int = 201,
    *,
    acting_for: int | None,
) -> JSONResponse:
    """Do `act` and answer with its result, or answer as the first time if this key has acted already.

    `asked` identifies the request (name and body) and `acting_for` the organisation this person speaks for, if any: the
    same key with another request, or for another caller, is refused. The answer is kept in the transaction of the act,
    so there is never one without the other.
    """
    if key is None:
        return JSONResponse(jsonable_encoder(act()), status_code=status)
    if len(key) > LONGEST_KEY:
        raise KeyTooLong()
    identity = json.dumps(jsonable_encoder([asked, acting_for]), sort_keys=True)
    fingerprint = hashlib.sha256(identity.encode()).hexdigest()
    given = session.exec(
        select(AnswerGiven).where(AnswerGiven.person_id == person_id, AnswerGiven.idempotency_key == key)
    ).one_or_none()
    if given is None:
        body = json.dumps(jsonable_encoder(act()))
        given = AnswerGiven(
            person_id=person_id, idempotency_key=key, request=fingerprint, status=status, body=body, at=real_now()
        )
        session.add(given)
        session.flush()
    elif given.request != fingerprint:
        raise KeyReused()
    return JSONResponse(json.loads(given.body), status_code=given.status)
