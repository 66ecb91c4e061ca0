"""Messages for machines, and for the application's own phone pages."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.clients.push.port import Subscription
from service.kit.clock import real_now
from service.kit.pagination import AskedPage
from service.notices import actions, choosing, queries, views
from service.notices.models import Channel, PushDevice
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.health import Open

router = APIRouter(tags=["notices"])
Reading = Annotated[Who, Depends(Guard("notices", "read"))]
Renewing = Annotated[None, Depends(Open("devices", "renew"))]


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


class BrowserKeys(BaseModel):
    """The keys of a browser's subscription, as it gives them."""

    model_config = ConfigDict(extra="ignore")

    p256dh: str = Field(max_length=200)
    auth: str = Field(max_length=100)


class BrowserBody(BaseModel):
    """A browser that wants to be told: its subscription as it stands."""

    model_config = ConfigDict(extra="ignore")

    endpoint: str = Field(max_length=2000)
    keys: BrowserKeys

    def subscription(self) -> Subscription:
        """The same for the carrier."""
        return Subscription(self.endpoint, self.keys.p256dh, self.keys.auth)


class EndpointBody(BaseModel):
    """The address of the browser at hand."""

    model_config = ConfigDict(extra="forbid")

    endpoint: str = Field(max_length=2000)


class RenewalBody(BaseModel):
    """A browser whose address changed by itself: the one before, and the new subscription."""

    model_config = ConfigDict(extra="forbid")

    before: str = Field(max_length=2000)
    now: BrowserBody


class DeviceOut(BaseModel):
    """One browser that is told."""

    id: int
    device: str
    since: datetime


class ListeningOut(BaseModel):
    """Whether the browser at hand is told."""

    listening: bool


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
    """How a person wants to be told; hours in minutes after midnight in the region. With a `digest` hour what can wait
    is told then, in one message."""

    model_config = ConfigDict(extra="forbid")

    choices: list[ChoiceBody] = Field(max_length=100)
    quiet_from: int = Field(ge=0, le=1439)
    quiet_until: int = Field(ge=0, le=1439)
    digest: int | None = Field(None, ge=0, le=1439)


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
    manner = views.manner(session, who)
    choices = [
        ChoiceBody(kind=line.kind, channel=channel, wanted=wanted)
        for line in views.choices(session, who)
        for channel, wanted in line.wanted.items()
    ]
    start, end = manner.quiet
    return PreferencesBody(choices=choices, quiet_from=start, quiet_until=end, digest=manner.digest)


@router.put("/notices/preferences", status_code=204)
def keep_preferences(who: Reading, session: WriteSession, body: PreferencesBody) -> None:
    """Choose how to be told; kinds left out stay as they are."""
    wanted = {(choice.kind, choice.channel): choice.wanted for choice in body.choices}
    choosing.choose(session, who=who, wanted=wanted, quiet=(body.quiet_from, body.quiet_until))
    choosing.choose_digest(session, who=who, minute=body.digest)


@router.post("/notices/devices", status_code=201)
def add_device(
    request: Request, who: Reading, session: WriteSession, clients: OutsideClients, body: BrowserBody
) -> DeviceOut:
    """Be told on the browser at hand."""
    device = request.headers.get("user-agent", "")
    row = choosing.listen(session, body.subscription(), clients.push, who=who, device=device, real_now=real_now())
    return _device_out(row)


@router.get("/notices/devices")
def list_devices(who: Reading, session: ReadSession) -> list[DeviceOut]:
    """The browsers on which one is told."""
    return [_device_out(row) for row in views.manner(session, who).devices]


@router.post("/notices/devices/here")
def still_here(who: Reading, session: WriteSession, body: EndpointBody) -> ListeningOut:
    """The browser at hand was signed in anew: it goes on being told if it was this person's."""
    return ListeningOut(listening=choosing.still_here(session, body.endpoint, who=who))


@router.post("/notices/devices/end", status_code=204)
def end_device(who: Reading, session: WriteSession, body: EndpointBody) -> None:
    """The browser at hand is told nothing any more."""
    choosing.forget_endpoint(session, body.endpoint, who=who, real_now=real_now())


@router.post("/notices/devices/renewal")
def renew_device(_: Renewing, session: WriteSession, clients: OutsideClients, body: RenewalBody) -> ListeningOut:
    """A browser's address changed by itself. No page is open then: knowing the address before is the proof."""
    return ListeningOut(listening=choosing.renew(session, body.before, body.now.subscription(), clients.push))


def _device_out(row: PushDevice) -> DeviceOut:
    return DeviceOut(id=row.key, device=row.device, since=row.created_at)


@router.post("/notices/{notice_id}/read", status_code=204)
def read_notice(who: Reading, session: WriteSession, notice_id: Annotated[int, Path(ge=1, le=2**53)], now: Now) -> None:
    """One message was seen."""
    actions.mark_read(session, who=who, notice_id=notice_id, now=now)
