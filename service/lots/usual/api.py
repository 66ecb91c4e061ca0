"""`/usual-gifts` and `/forecast` as JSON: the same actions as the pages. Weights in grams, days and hours local."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.ids import Id
from service.lots.forms import Day
from service.lots.usual import actions, queries
from service.lots.usual.calendar import coming
from service.lots.usual.errors import NotADateOfGift
from service.lots.usual.forecast import expected
from service.lots.usual.forms import AnswerIn, CancelledDayIn, PauseIn, UsualGiftIn
from service.lots.usual.models import DayState, GiftState, UsualGift
from service.web.deps import Now, ReadSession, WriteSession

router = APIRouter(tags=["usual gifts"])
Reader = Annotated[Who, Depends(Guard("usual_gifts", "read"))]
Changer = Annotated[Who, Depends(Guard("usual_gifts", "change"))]
Answerer = Annotated[Who, Depends(Guard("usual_gifts", "answer"))]


class UsualGiftOut(BaseModel):
    model_config = {"from_attributes": True}

    id: int
    site_id: int
    rrule: str = Field(description="RFC 5545, from `starts_on`")
    starts_on: date
    ends_on: date | None
    ask_minute: int = Field(description="when it is asked, in minutes after midnight")
    opens_minute: int = Field(description="from when it may be picked up")
    closes_minute: int = Field(description="until when")
    next_day: bool = Field(description="picked up on the day after the question")
    category: str
    description: str
    grams: int = Field(description="the usual weight")
    state: GiftState
    paused_until: date | None


class DayOut(BaseModel):
    model_config = {"from_attributes": True}

    day: date
    state: DayState | None = Field(description="null: expected, nobody was asked yet")
    lot_id: int | None = None


class UsualGiftWithDaysOut(UsualGiftOut):
    days: list[DayOut] = Field(description="of the next eight weeks")


class UsualGiftsOut(BaseModel):
    items: list[UsualGiftOut]


class ExpectedOut(BaseModel):
    """Probable, and no lot: nothing of it can be claimed."""

    gift_id: int
    site_id: int
    category: str
    grams: int = Field(description="the usual weight")
    day: date
    asked: bool = Field(description="the donor was asked and has not answered yet")
    asks_at: datetime
    opens_at: datetime
    ends_at: datetime
    came: int = Field(description="how many of the last `of` dates brought something")
    of: int


class ForecastOut(BaseModel):
    items: list[ExpectedOut]


def _with_days(session: Session, gift: UsualGift, now: datetime) -> UsualGiftWithDaysOut:
    days = [DayOut(day=day, state=row.state if row else None) for day, row in coming(session, gift, now)]
    return UsualGiftWithDaysOut(**UsualGiftOut.model_validate(gift).model_dump(), days=days)


@router.get("/usual-gifts")
def read_usual_gifts(who: Reader, session: ReadSession) -> UsualGiftsOut:
    """Your own usual gifts (staff: all), the standing ones first."""
    return UsualGiftsOut(items=[UsualGiftOut.model_validate(gift) for gift in queries.all_seen_by(session, who)])


@router.post("/usual-gifts", status_code=201)
def declare_usual_gift(asked: UsualGiftIn, who: Changer, session: WriteSession, now: Now) -> UsualGiftOut:
    """A place expects this from now on; it is asked at its hour."""
    return UsualGiftOut.model_validate(actions.declare(session, asked, who=who, now=now))


@router.get("/usual-gifts/{gift_id}")
def read_usual_gift(gift_id: Id, who: Reader, session: ReadSession, now: Now) -> UsualGiftWithDaysOut:
    """One of them, with its dates to come."""
    return _with_days(session, queries.seen_by(session, who, gift_id), now)


@router.put("/usual-gifts/{gift_id}")
def change_usual_gift(gift_id: Id, asked: UsualGiftIn, who: Changer, session: WriteSession, now: Now) -> UsualGiftOut:
    """Other days, another weight, another hour; the place stays."""
    gift = queries.seen_by(session, who, gift_id)
    actions.change(session, gift, asked, who=who, now=now)
    return UsualGiftOut.model_validate(gift)


@router.post("/usual-gifts/{gift_id}/cancelled-days", status_code=201)
def cancel_usual_gift_day(gift_id: Id, asked: CancelledDayIn, who: Changer, session: WriteSession, now: Now) -> DayOut:
    """ "Pas ce vendredi"; a second time changes nothing."""
    row = actions.cancel_day(session, queries.seen_by(session, who, gift_id), asked.day, who=who, now=now)
    return DayOut.model_validate(row)


@router.delete("/usual-gifts/{gift_id}/cancelled-days/{day}", status_code=204)
def restore_usual_gift_day(gift_id: Id, day: Day, who: Changer, session: WriteSession, now: Now) -> None:
    """The date is expected again."""
    actions.restore_day(session, queries.seen_by(session, who, gift_id), day, who=who, now=now)


@router.post("/usual-gifts/{gift_id}/pause")
def pause_usual_gift(gift_id: Id, asked: PauseIn, who: Changer, session: WriteSession, now: Now) -> UsualGiftOut:
    """Ask nothing, until a day or until you say so."""
    gift = queries.seen_by(session, who, gift_id)
    actions.pause(session, gift, asked.until, who=who, now=now)
    return UsualGiftOut.model_validate(gift)


@router.post("/usual-gifts/{gift_id}/resumption")
def resume_usual_gift(gift_id: Id, who: Changer, session: WriteSession, now: Now) -> UsualGiftOut:
    """Ask again."""
    gift = queries.seen_by(session, who, gift_id)
    actions.resume(session, gift, who=who, now=now)
    return UsualGiftOut.model_validate(gift)


@router.post("/usual-gifts/{gift_id}/end")
def end_usual_gift(gift_id: Id, who: Changer, session: WriteSession, now: Now) -> UsualGiftOut:
    """Through with it; what was posted stands."""
    gift = queries.seen_by(session, who, gift_id)
    actions.end(session, gift, who=who, now=now)
    return UsualGiftOut.model_validate(gift)


@router.post("/usual-gifts/{gift_id}/days/{day}/answer")
def answer_usual_gift(gift_id: Id, day: Day, asked: AnswerIn, who: Answerer, session: WriteSession, now: Now) -> DayOut:
    """What there is: it is posted as a lot. The same answer again changes nothing."""
    gift = queries.seen_by(session, who, gift_id)
    return DayOut.model_validate(actions.answer(session, gift, day, asked, who=who, now=now))


@router.delete("/usual-gifts/{gift_id}/days/{day}/answer", status_code=204)
def undo_usual_gift_answer(gift_id: Id, day: Day, who: Answerer, session: WriteSession, now: Now) -> None:
    """Take the answer back, until a charity has a part of the lot."""
    gift = queries.seen_by(session, who, gift_id)
    row = queries.day_of(session, gift.key, day)
    if row is None:
        raise NotADateOfGift()
    actions.undo(session, gift, row, who=who, now=now)


@router.get("/forecast")
def read_forecast(
    who: Annotated[Who, Depends(Guard("forecast", "read"))], session: ReadSession, now: Now
) -> ForecastOut:
    """What is probable today and tomorrow: no lot, nothing to claim."""
    return ForecastOut(
        items=[
            ExpectedOut(
                gift_id=one.gift.key, site_id=one.site.key, category=one.gift.category, grams=one.gift.grams,
                day=one.day, asked=one.asked, asks_at=one.hours.asks_at, opens_at=one.hours.opens_at,
                ends_at=one.hours.ends_at, came=one.came, of=one.of,
            )
            for one in expected(session, who.region, now=now)
        ]
    )  # fmt: skip
