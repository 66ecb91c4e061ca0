"""Reports from the road."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Header, UploadFile
from fastapi.responses import JSONResponse

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.ids import Id
from service.kit.pictures import MAX_BYTES
from service.lots.stored import keep_photo, signed
from service.rounds.actions.reporting import report
from service.rounds.forms import Report
from service.rounds.outputs.rounds import PhotoOut, StopStateOut
from service.rounds.proving import proofs_of
from service.rounds.queries import rounds as reading
from service.web.deps import AppSettings, Now, ReadSession, WriteSession
from service.web.idempotency import once

router = APIRouter(tags=["rounds"])
Reporting = Annotated[Who, Depends(Guard("rounds", "report"))]
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
    round_id: Id,
    number: Id,
    form: Report,
    key: Key = None,
) -> JSONResponse:
    """Say what happened at a stop: arrived, loaded, partly, refused, delivered or failed.

    `number` names the stop for good, whatever newer plans do. Repeated with the same Idempotency-Key it acts once.
    """
    proofs = proofs_of(settings, clients.files, form)

    def act() -> StopStateOut:
        row = reading.round_for(session, who, round_id, "report")
        stop = reading.stop_by_number(session, row.key, number)
        return StopStateOut.of(row, report(session, row, stop, form, who=who, now=now, proofs=proofs))

    return once(
        session, who.person_id or 0, key, ["report", round_id, number, form], act, 200, acting_for=who.on_behalf_of
    )
