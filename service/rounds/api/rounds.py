"""Rounds: reading them, and the steps from draft to validated."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.ids import Id
from service.kit.pagination import AskedPage
from service.rounds.actions import driving
from service.rounds.arrivals import arrivals
from service.rounds.forms import DriverForm
from service.rounds.models import RoundState
from service.rounds.outputs.rounds import AddressOut, ArrivalOut, Arrivals, RoundOut, Rounds, RoundWithStopsOut
from service.rounds.paper import sheet_pdf
from service.rounds.queries import rounds as reading
from service.rounds.showing import reveal, shown
from service.web.deps import AppSettings, Locale, Now, ReadSession, WriteSession

router = APIRouter(tags=["rounds"])
Reading = Annotated[Who, Depends(Guard("rounds", "read"))]
Accepting = Annotated[Who, Depends(Guard("rounds", "accept"))]
Reporting = Annotated[Who, Depends(Guard("rounds", "report"))]
Directing = Annotated[Who, Depends(Guard("rounds", "direct"))]
Expecting = Annotated[Who, Depends(Guard("arrivals", "read"))]


@router.get("/rounds")
def list_rounds(
    who: Reading,
    session: ReadSession,
    page: AskedPage,
    day: Annotated[date | None, Query()] = None,
    state: Annotated[RoundState | None, Query()] = None,
) -> Rounds:
    """Rounds one may see: all of the region's for staff, one's own for a driver."""
    rows = reading.rounds_seen_by(session, who, day=day, state=state, after=page.after or 0, limit=page.limit + 1)
    kept = rows[: page.limit]
    return Rounds(items=[RoundOut.of(row) for row in kept], next=kept[-1].key if len(rows) > page.limit else None)


@router.get("/rounds/{round_id}")
def read_round(who: Reading, session: ReadSession, now: Now, locale: Locale, round_id: Id) -> RoundWithStopsOut:
    """One round with its stops and what is handled at each."""
    return RoundWithStopsOut.shown(shown(session, reading.round_for(session, who, round_id), who, now, locale))


@router.get(
    "/rounds/{round_id}/sheet.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}},
)
def read_sheet(
    who: Reading, session: ReadSession, now: Now, settings: AppSettings, locale: Locale, round_id: Id
) -> Response:
    """The round sheet, to print."""
    row = reading.round_for(session, who, round_id)
    return Response(sheet_pdf(session, settings, row, who, now), media_type="application/pdf")


@router.post("/rounds/{round_id}/publication")
def publish(who: Directing, session: WriteSession, now: Now, round_id: Id) -> RoundOut:
    """Show a draft to its driver."""
    return RoundOut.of(driving.publish(session, reading.round_for(session, who, round_id), who=who, now=now))


@router.put("/rounds/{round_id}/driver")
def give_to(who: Directing, session: WriteSession, now: Now, round_id: Id, form: DriverForm) -> RoundOut:
    """Give a round that has not left to a driver."""
    row = reading.round_for(session, who, round_id)
    return RoundOut.of(driving.give_to(session, row, form.driver_id, who=who, now=now))


@router.post("/rounds/{round_id}/acceptance")
def accept(who: Accepting, session: WriteSession, now: Now, round_id: Id) -> RoundOut:
    """The driver says yes."""
    return RoundOut.of(driving.accept(session, reading.round_for(session, who, round_id), who=who, now=now))


@router.post("/rounds/{round_id}/departure")
def depart(who: Accepting, session: WriteSession, now: Now, round_id: Id) -> RoundOut:
    """The round leaves."""
    return RoundOut.of(driving.depart(session, reading.round_for(session, who, round_id), who=who, now=now))


@router.post("/rounds/{round_id}/end")
def finish(who: Reporting, session: WriteSession, now: Now, round_id: Id) -> RoundOut:
    """The round is back; every stop must have been reported."""
    return RoundOut.of(driving.finish(session, reading.round_for(session, who, round_id), who=who, now=now))


@router.post("/rounds/{round_id}/validation")
def validate(who: Directing, session: WriteSession, now: Now, round_id: Id) -> RoundOut:
    """A dispatcher has looked at what was reported."""
    return RoundOut.of(driving.validate(session, reading.round_for(session, who, round_id), who=who, now=now))


@router.post("/rounds/{round_id}/stops/{number}/address")
def read_address(
    who: Reporting, session: WriteSession, now: Now, settings: AppSettings, round_id: Id, number: Id
) -> AddressOut:
    """A protected address, to the stop's driver around its time only. Each reading is journaled."""
    row = reading.round_for(session, who, round_id, "report")
    stop = reading.stop_by_number(session, row.key, number)
    address = reveal(session, settings, row, stop, who=who, now=now)
    return AddressOut.model_validate(address, from_attributes=True)


@router.get("/arrivals")
def list_arrivals(who: Expecting, session: ReadSession, locale: Locale) -> Arrivals:
    """The visits one's sites may expect, the soonest first, with the code that receivers say to the driver."""
    found = arrivals(session, who)
    return Arrivals(items=[ArrivalOut.model_validate(one, from_attributes=True) for one in found])
