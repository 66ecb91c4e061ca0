"""A broken vehicle's load, one tap each: it came home, its cold is lost, the vehicle stands here."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.i18n import N_
from service.kit.ids import Id
from service.kit.refusals import Invalid
from service.rounds.actions import transferring
from service.rounds.forms import PositionForm
from service.rounds.models import Transfer
from service.rounds.queries import rounds as reading
from service.rounds.queries.transfers import transfer_by_id
from service.web.deps import MadeAt, Now, WriteSession
from service.web.forms import TypedForm
from service.web.idempotency import key_of, once

router = APIRouter()
Reporting = Annotated[Who, Depends(Guard("rounds", "report"))]
Drawing = Annotated[str, Form(alias="once", max_length=200)]


def _home(who: Who) -> RedirectResponse:
    return RedirectResponse("/dispatch" if who.may("rounds", "direct") else "/rounds/mine", status_code=303)


@router.post("/transfers/{transfer_id}/return")
def bring_home(
    who: Reporting, session: WriteSession, now: Now, made_at: MadeAt, transfer_id: Id, drawing: Drawing = ""
) -> Response:
    """It came back to the depot."""
    transfer = transfer_by_id(session, who.region, transfer_id)
    reading.round_for(session, who, transfer.round_id, "report")
    _once(
        session,
        who,
        ["transfer", "return", transfer_id],
        drawing,
        partial(transferring.bring_home, session, transfer, who=who, now=now, at=made_at),
    )
    return _home(who)


@router.post("/transfers/{transfer_id}/write-off")
def write_off(
    who: Reporting, session: WriteSession, now: Now, made_at: MadeAt, transfer_id: Id, drawing: Drawing = ""
) -> Response:
    """Its cold is lost."""
    transfer = transfer_by_id(session, who.region, transfer_id)
    reading.round_for(session, who, transfer.round_id, "report")
    _once(
        session,
        who,
        ["transfer", "write-off", transfer_id],
        drawing,
        partial(transferring.write_off, session, transfer, who=who, now=now, at=made_at),
    )
    return _home(who)


@router.post("/rounds/{round_id}/whereabouts")
def say_where(who: Reporting, session: WriteSession, now: Now, typed: TypedForm, round_id: Id) -> Response:
    """The vehicle stands here."""
    round_ = reading.round_for(session, who, round_id, "report")
    transferring.stand_at(session, round_, _place(typed), who=who, now=now)
    return _home(who)


def _once(session: Session, who: Who, asked: list[str | int], drawing: str, act: Callable[[], Transfer]) -> None:
    """Sent twice from the same drawing of the page (a phone that saw no answer), it acts once."""

    def acted() -> dict[str, str]:
        return {"state": str(act().state)}

    once(session, who.must_be_somebody(), key_of(drawing, asked), asked, acted, acting_for=who.on_behalf_of)


def _place(typed: Mapping[str, str]) -> tuple[float, float]:
    """The place of a form's two fields. Raises Invalid."""
    try:
        form = PositionForm.model_validate(
            {name: typed.get(name, "").strip().replace(",", ".") for name in ("latitude", "longitude")}
        )
    except ValidationError:
        raise Invalid(fields={"latitude": N_("Indiquez la latitude et la longitude du véhicule.")}) from None
    return form.latitude, form.longitude
