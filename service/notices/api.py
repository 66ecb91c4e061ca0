"""Messages for machines, and for the application's own phone pages."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.pagination import AskedPage
from service.notices import actions, queries, views
from service.notices.models import Channel
from service.web.deps import Locale, Now, ReadSession, WriteSession

router = APIRouter(tags=["notices"])
Reading = Annotated[Who, Depends(Guard("notices", "read"))]


class NoticeOut(BaseModel):
    """One message in the reader's language."""

    id: int
    kind: str
    title: str
    text: str
    link: str
    at: datetime
    new: bool

    @classmethod
    def of(cls, told: views.Shown) -> "NoticeOut":
        words = told.words
        return cls(
            id=told.id, kind=told.kind, title=words.title, text=words.text, link=words.link, at=told.at, new=told.new
        )


class NoticePage(BaseModel):
    """One page of messages; `unread` counts all that are new, on whatever page."""

    items: list[NoticeOut]
    next: int | None
    unread: int


class ChoiceBody(BaseModel):
    """Whether one kind of message is wanted on one channel."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=60)
    channel: Channel
    wanted: bool


class PreferencesBody(BaseModel):
    """How a person wants to be told; quiet hours in minutes after midnight in the region."""

    model_config = ConfigDict(extra="forbid")

    choices: list[ChoiceBody] = Field(max_length=100)
    quiet_from: int = Field(ge=0, le=1439)
    quiet_until: int = Field(ge=0, le=1439)


@router.get("/notices")
def list_notices(
    request: Request, who: Reading, session: ReadSession, asked: AskedPage, locale: Locale, now: Now
) -> NoticePage:
    """One's messages, newest first."""
    person_id = who.person_id or 0
    page = queries.on_screen(session, person_id, asked)
    told = views.shown(page.items, locale=locale, zone=request.state.zone, now=now)
    return NoticePage(
        items=[NoticeOut.of(one) for one in told], next=page.next, unread=queries.unread_count(session, person_id)
    )


@router.post("/notices/read", status_code=204)
def read_all_notices(who: Reading, session: WriteSession, now: Now) -> None:
    """All of them were seen."""
    actions.mark_all_read(session, who=who, now=now)


@router.get("/notices/preferences")
def read_preferences(who: Reading, session: ReadSession) -> PreferencesBody:
    """How one wants to be told."""
    lines, (start, end) = views.choices(session, who)
    choices = [
        ChoiceBody(kind=line.kind, channel=channel, wanted=wanted)
        for line in lines
        for channel, wanted in line.wanted.items()
    ]
    return PreferencesBody(choices=choices, quiet_from=start, quiet_until=end)


@router.put("/notices/preferences", status_code=204)
def keep_preferences(who: Reading, session: WriteSession, body: PreferencesBody) -> None:
    """Choose how to be told; kinds left out stay as they are."""
    wanted = {(choice.kind, choice.channel): choice.wanted for choice in body.choices}
    actions.choose(session, who=who, wanted=wanted, quiet=(body.quiet_from, body.quiet_until))


@router.post("/notices/{notice_id}/read", status_code=204)
def read_notice(who: Reading, session: WriteSession, notice_id: Annotated[int, Path(ge=1, le=2**53)], now: Now) -> None:
    """One message was seen."""
    actions.mark_read(session, who=who, notice_id=notice_id, now=now)
