"""Pages: my messages, and how I want to be told."""

from datetime import time
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.pagination import AskedPage
from service.notices import actions, queries, views
from service.notices.errors import UnknownChoice
from service.notices.models import Channel
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Reading = Annotated[Who, Depends(Guard("notices", "read"))]


@router.get("/notices")
def notices(
    request: Request, who: Reading, session: ReadSession, asked: AskedPage, locale: Locale, now: Now
) -> HTMLResponse:
    """My messages, newest first."""
    person_id = who.person_id or 0
    page = queries.on_screen(session, person_id, asked)
    context = {
        "notices": views.shown(page.items, locale=locale, zone=request.state.zone, now=now),
        "next": page.next,
        "unread": queries.unread_count(session, person_id),
    }
    return render(request, "notices/list.html", context)


@router.post("/notices/read")
def read_all(who: Reading, session: WriteSession, now: Now) -> RedirectResponse:
    """All my messages were seen."""
    actions.mark_all_read(session, who=who, now=now)
    return RedirectResponse("/notices", status_code=303)


@router.post("/notices/{notice_id}/read")
def open_notice(
    request: Request,
    who: Reading,
    session: WriteSession,
    notice_id: Annotated[int, Path(ge=1, le=2**53)],
    locale: Locale,
    now: Now,
) -> RedirectResponse:
    """A message was seen: go where it leads."""
    notice = actions.mark_read(session, who=who, notice_id=notice_id, now=now)
    (told,) = views.shown([notice], locale=locale, zone=request.state.zone, now=now) or (None,)
    target = told.words.link if told and told.words.link.startswith("/") else "/notices"
    return RedirectResponse(target, status_code=303)


@router.get("/notices/preferences")
def preferences(request: Request, who: Reading, session: ReadSession, saved: bool = False) -> HTMLResponse:
    """How I want to be told."""
    lines, quiet = views.choices(session, who)
    context = {"lines": lines, "quiet": [_clock(minute) for minute in quiet], "saved": saved}
    return render(request, "notices/preferences.html", context)


@router.post("/notices/preferences")
def save_preferences(
    who: Reading,
    session: WriteSession,
    wanted: Annotated[list[str] | None, Form()] = None,
    quiet_from: Annotated[str, Form()] = "21:00",
    quiet_until: Annotated[str, Form()] = "07:00",
) -> RedirectResponse:
    """Keep what I chose: each ticked box is "kind:channel", each box not ticked is a no."""
    ticked = set(wanted or [])
    # Only the boxes this person was shown: what was not asked was not refused.
    lines, _ = views.choices(session, who)
    boxes = {f"{line.kind}:{channel.value}": (line.kind, channel) for line in lines for channel in line.wanted}
    if not ticked <= set(boxes):
        raise UnknownChoice()
    choice: dict[tuple[str, Channel], bool] = {key: box in ticked for box, key in boxes.items()}
    quiet = (_minutes(quiet_from), _minutes(quiet_until))
    actions.choose(session, who=who, wanted=choice, quiet=quiet)
    return RedirectResponse("/notices/preferences?saved=1", status_code=303)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minutes(clock: str) -> int:
    """Minutes after midnight of "21:00"; anything else is refused."""
    try:
        moment = time.fromisoformat(clock)
    except ValueError as error:
        raise UnknownChoice() from error
    return moment.hour * 60 + moment.minute
