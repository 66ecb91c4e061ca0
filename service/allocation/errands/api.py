"""`/errands`: small lots put to a volunteer who drives, as JSON. Weights in grams, ways in seconds and metres."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation.errands import helping, queries
from service.allocation.errands.accepting import accept
from service.allocation.errands.asking import RECENT
from service.allocation.errands.declining import decline, give_back
from service.allocation.errands.forms import HelperIn
from service.allocation.tables import Errand, ErrandAsk, ErrandState
from service.kit.ids import Id
from service.web.deps import Now, ReadSession, WriteSession

router = APIRouter(tags=["errands"])
Helping = Annotated[Who, Depends(Guard("errands", "help"))]


class ErrandOut(BaseModel):
    id: int
    lot_id: int
    site_id: int = Field(description="the charity's site it goes to")
    grams: int
    seconds: int = Field(description="on the road in all, back home included")
    metres: int
    state: ErrandState
    mine: bool = Field(description="whether you bring it")
    declined: bool = Field(description="whether you said no, or gave it back")
    claim_id: int | None = Field(description="of the charity, once somebody brings it")
    offered_at: datetime


class ErrandsOut(BaseModel):
    items: list[ErrandOut]


def _shown(errand: Errand, ask: ErrandAsk, who: Who) -> ErrandOut:
    mine = errand.state == ErrandState.TAKEN and errand.taken_by == who.person_id
    return ErrandOut(
        id=errand.key,
        lot_id=errand.lot_id,
        site_id=errand.site_id,
        grams=errand.grams,
        seconds=ask.seconds,
        metres=ask.metres,
        state=errand.state,
        mine=mine,
        declined=ask.declined_at is not None,
        claim_id=errand.claim_id if mine else None,
        offered_at=errand.offered_at,
    )


@router.get("/errands")
def read_errands(who: Annotated[Who, Depends(Guard("errands", "read"))], session: ReadSession, now: Now) -> ErrandsOut:
    """What was put to you since yesterday, the newest first."""
    rows = queries.put_to(session, who.person_id or 0, now - RECENT)
    return ErrandsOut(items=[_shown(errand, ask, who) for errand, ask in rows])


@router.post("/errands/{errand_id}/acceptance")
def take(
    errand_id: Id, who: Annotated[Who, Depends(Guard("errands", "accept"))], session: WriteSession, now: Now
) -> ErrandOut:
    """Bring it: the first who says so does, and finds it among their rounds a moment later."""
    errand = accept(session, who=who, errand_id=errand_id, now=now)
    return _shown(errand, _ask(session, errand, who), who)


@router.post("/errands/{errand_id}/refusal")
def refuse(
    errand_id: Id, who: Annotated[Who, Depends(Guard("errands", "accept"))], session: WriteSession, now: Now
) -> ErrandOut:
    """Not this time: others who were asked may, or the search goes on."""
    errand = decline(session, who=who, errand_id=errand_id, now=now)
    return _shown(errand, _ask(session, errand, who), who)


@router.post("/errands/{errand_id}/return")
def return_it(
    errand_id: Id, who: Annotated[Who, Depends(Guard("errands", "accept"))], session: WriteSession, now: Now
) -> ErrandOut:
    """Not oneself after all; refused (409) once it is collected."""
    errand = give_back(session, who=who, errand_id=errand_id, now=now)
    return _shown(errand, _ask(session, errand, who), who)


def _ask(session: Session, errand: Errand, who: Who) -> ErrandAsk:
    return next(one for one in queries.asks_of(session, errand.key) if one.person_id == who.person_id)


@router.put("/errands/helper", status_code=204)
def help_out(asked: HelperIn, who: Helping, session: WriteSession, now: Now) -> Response:
    """Be asked from now on; said again, it is changed."""
    helping.help_out(session, asked, who=who, now=now)
    return Response(status_code=204)


@router.delete("/errands/helper", status_code=204)
def stop_helping(who: Helping, session: WriteSession, now: Now) -> Response:
    """Be asked no more; what you said you bring stands."""
    helping.stop_helping(session, who=who, now=now)
    return Response(status_code=204)
