"""Pages: my messages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.pagination import AskedPage
from service.notices import actions, preferences, queries, views
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
router.include_router(preferences.router)
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
