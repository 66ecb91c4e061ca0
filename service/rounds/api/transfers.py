"""Loads of vehicles that broke down: where they wait, who comes for them, how they end."""

from typing import Annotated

from fastapi import APIRouter, Depends

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.ids import Id
from service.rounds.actions import transferring
from service.rounds.forms import PositionForm
from service.rounds.outputs.transfers import TransferOut, Transfers, WaitingOut
from service.rounds.queries import rounds as reading
from service.rounds.queries.transfers import transfer_by_id
from service.rounds.waiting import waiting_of
from service.web.deps import Now, ReadSession, WriteSession

router = APIRouter(tags=["rounds"])
Reporting = Annotated[Who, Depends(Guard("rounds", "report"))]
Reading = Annotated[Who, Depends(Guard("dispatch", "read"))]


@router.get("/transfers")
def waiting_loads(who: Reading, session: ReadSession) -> Transfers:
    """What waits for another vehicle, the oldest first."""
    return Transfers(items=[WaitingOut.waiting(one) for one in waiting_of(session, who.region)])


@router.post("/transfers/{transfer_id}/return")
def bring_home(who: Reporting, session: WriteSession, now: Now, transfer_id: Id) -> TransferOut:
    """It came back to the depot by itself: its food is offered again from there."""
    transfer = transfer_by_id(session, who.region, transfer_id)
    reading.round_for(session, who, transfer.round_id, "report")
    return TransferOut.of(transferring.bring_home(session, transfer, who=who, now=now))


@router.post("/transfers/{transfer_id}/write-off")
def write_off(who: Reporting, session: WriteSession, now: Now, transfer_id: Id) -> TransferOut:
    """Its cold is lost: nobody gets it any more, and every gram is counted."""
    transfer = transfer_by_id(session, who.region, transfer_id)
    reading.round_for(session, who, transfer.round_id, "report")
    return TransferOut.of(transferring.write_off(session, transfer, who=who, now=now))


@router.put("/rounds/{round_id}/whereabouts", status_code=204)
def say_where(who: Reporting, session: WriteSession, now: Now, round_id: Id, form: PositionForm) -> None:
    """Where a vehicle that broke down really stands; whoever comes for its load is sent there."""
    round_ = reading.round_for(session, who, round_id, "report")
    transferring.stand_at(session, round_, (form.latitude, form.longitude), who=who, now=now)
