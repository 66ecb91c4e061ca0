"""Reports from the road."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Header, Request, Response, UploadFile

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.ids import Id
from service.kit.pictures import MAX_BYTES
from service.lots.stored import keep_photo, signed
from service.rounds.actions.calling import call_made
from service.rounds.actions.incidents import report_incident
from service.rounds.actions.reporting import note_overtaken, report
from service.rounds.actions.seeing import note_position
from service.rounds.errors import StopMoved
from service.rounds.forms import IncidentForm, PositionForm, Report
from service.rounds.outputs.rounds import CallOut, PhotoOut, RoundOut, StopStateOut
from service.rounds.proving import proofs_of
from service.rounds.queries import rounds as reading
from service.web.deps import AppSettings, Now, ReadSession, WriteSession
from service.web.errors import answer
from service.web.idempotency import once

router = APIRouter(tags=["rounds"])
Reporting = Annotated[Who, Depends(Guard("rounds", "report"))]
Directing = Annotated[Who, Depends(Guard("rounds", "direct"))]
Key = Annotated[str | None, Header(alias="Idempotency-Key")]


@router.post("/rounds/{round_id}/stops/{number}/photos", status_code=201)
def keep_load_photo(
    who: Reporting,
    session: ReadSession,
    clients: OutsideClients,
    settings: AppSettings,
    round_id: Id,
    number: Id,
    photo: Annotated[UploadFile, File()],
) -> PhotoOut:
    """Send a photo of the load; its token goes into the report within the day."""
    reading.stop_by_number(session, reading.round_for(session, who, round_id, "report").key, number)
    data = photo.file.read(MAX_BYTES + 1)
    return PhotoOut(photo=signed(settings, keep_photo(clients.files, data)))


@router.post("/rounds/{round_id}/stops/{number}/report", response_model=StopStateOut)
def report_stop(
    who: Reporting,
    session: WriteSession,
    now: Now,
    clients: OutsideClients,
    settings: AppSettings,
    request: Request,
    round_id: Id,
    number: Id,
    form: Report,
    key: Key = None,
) -> Response:
    """Say what happened at a stop: arrived, loaded, partly, refused, delivered or failed.

    `number` names the stop for good, whatever newer plans do. Repeated with the same Idempotency-Key it acts once.
    """
    proofs = proofs_of(settings, clients.files, form)

    def act() -> StopStateOut:
        row = reading.round_for(session, who, round_id, "report")
        stop = reading.stop_by_number(session, row.key, number)
        return StopStateOut.of(row, report(session, row, stop, form, who=who, now=now, proofs=proofs))

    try:
        return once(
            session, who.person_id or 0, key, ["report", round_id, number, form], act, 200, acting_for=who.on_behalf_of
        )
    except StopMoved as refusal:
        # Refused, but not forgotten: that it came late is kept.
        session.rollback()
        row = reading.round_for(session, who, round_id, "report")
        stop = reading.stop_by_number(session, row.key, number)
        note_overtaken(session, row, stop, form, refusal, who=who, now=now)
        return answer(request, refusal)


@router.post("/rounds/{round_id}/incidents")
def report_round(who: Reporting, session: WriteSession, now: Now, round_id: Id, form: IncidentForm) -> RoundOut:
    """Say what happened to a whole round: a breakdown, the driver goes home, it is late. The plan repairs itself."""
    row = reading.round_for(session, who, round_id, "report")
    return RoundOut.of(report_incident(session, row, form, who=who, now=now))


@router.post("/rounds/{round_id}/position", status_code=204)
def note_where(who: Reporting, session: WriteSession, now: Now, round_id: Id, form: PositionForm) -> None:
    """Where the vehicle is, during its round alone: kept to about a kilometre, for 72 hours."""
    note_position(session, reading.round_for(session, who, round_id, "report"), form, who=who, now=now)


@router.post("/calls/{call_id}/done")
def call_is_made(who: Directing, session: WriteSession, now: Now, call_id: Id) -> CallOut:
    """A dispatcher has made a call that could not wait."""
    return CallOut.of(call_made(session, who.region, call_id, who=who, now=now))
