"""Pages: how I want to be told, on which phones, at what hours, and proving that a phone number is mine."""

from datetime import time
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from service.accounts.actions import signing_in
from service.accounts.attempts import address_of, attempts_of
from service.accounts.guard import Guard
from service.accounts.identifiers import takes_sms
from service.accounts.messages import send_code
from service.accounts.models import Person
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.clock import real_now
from service.notices import choosing, views
from service.notices.errors import CodeWrong, NoPhone, UnknownChoice
from service.notices.models import Channel
from service.web.deps import AppSettings, Now, ReadSession, WriteSession, parts_of
from service.web.templating import render

router = APIRouter()
Reading = Annotated[Who, Depends(Guard("notices", "read"))]
HERE = "/notices/preferences"


@router.get(HERE)
def preferences(
    request: Request, who: Reading, session: ReadSession, clients: OutsideClients, settings: AppSettings, done: str = ""
) -> HTMLResponse:
    """How I want to be told."""
    person = session.get_one(Person, who.person_id)
    manner = views.manner(session, who)
    context = {
        "lines": views.choices(session, who),
        "manner": manner,
        "quiet": [_clock(minute) for minute in manner.quiet],
        "digest": _clock(manner.digest) if manner.digest is not None else "",
        "public_key": clients.push.public_key if who.tablet_site is None else "",
        "person": person,
        "takes_sms": bool(person.phone) and takes_sms(person.phone or ""),
        "answered": settings.texts_answered,
        "done": done,
    }
    return render(request, "notices/preferences.html", context)


@router.post(HERE)
def save_preferences(
    who: Reading,
    session: WriteSession,
    wanted: Annotated[list[str] | None, Form()] = None,
    quiet_from: Annotated[str, Form()] = "21:00",
    quiet_until: Annotated[str, Form()] = "07:00",
    together: Annotated[str, Form()] = "",
    digest: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Keep what I chose: each ticked box is "kind:channel", each box not ticked is a no."""
    ticked = set(wanted or [])
    # Only the boxes this person was shown: what was not asked was not refused.
    lines = views.choices(session, who)
    boxes = {f"{line.kind}:{channel.value}": (line.kind, channel) for line in lines for channel in line.wanted}
    if not ticked <= set(boxes):
        raise UnknownChoice()
    choice: dict[tuple[str, Channel], bool] = {key: box in ticked for box, key in boxes.items()}
    quiet = (_minutes(quiet_from), _minutes(quiet_until))
    choosing.choose(session, who=who, wanted=choice, quiet=quiet)
    choosing.choose_digest(session, who=who, minute=_minutes(digest) if together and digest else None)
    return RedirectResponse(f"{HERE}?done=saved", status_code=303)


@router.post("/notices/devices/{device_id}/removal")
def remove_device(
    who: Reading, session: WriteSession, device_id: Annotated[int, Path(ge=1, le=2**53)]
) -> RedirectResponse:
    """One of my phones is told nothing any more."""
    choosing.forget_device(session, device_id, who=who, real_now=real_now())
    return RedirectResponse(f"{HERE}?done=device", status_code=303)


@router.post("/notices/texts/resumption")
def resume_texts(who: Reading, session: WriteSession, now: Now) -> RedirectResponse:
    """Text messages again, after "STOP"."""
    choosing.resume_texts(session, who=who, now=now)
    return RedirectResponse(f"{HERE}?done=resumed", status_code=303)


@router.post("/notices/phone/code")
def ask_code(
    request: Request,
    who: Reading,
    session: WriteSession,
    clients: OutsideClients,
    settings: AppSettings,
    later: BackgroundTasks,
) -> RedirectResponse:
    """Send six digits to my number, to prove that it is mine."""
    person = session.get_one(Person, who.person_id)
    if not person.phone or not takes_sms(person.phone) or who.tablet_site is not None:
        raise NoPhone()
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("message", person.phone, address)
    attempts.count("message", person.phone, address)
    digits = signing_in.make_code(
        session, person, secret_key=settings.secret_key.get_secret_value(), real_now=real_now()
    )
    later.add_task(send_code, clients, person.phone, digits, person.locale)
    return RedirectResponse(f"{HERE}?done=code#phone", status_code=303)


@router.post("/notices/phone/proof")
def prove_phone(
    request: Request, who: Reading, settings: AppSettings, code: Annotated[str, Form(max_length=20)] = ""
) -> RedirectResponse:
    """The six digits that came to my number."""
    attempts, address = attempts_of(request), address_of(request)
    account = f"person:{who.must_be_somebody()}"
    attempts.check("code", account, address)
    attempts.count("code", account, address)
    # A transaction of its own: the try is counted whatever is answered.
    with parts_of(request).database.transaction() as session:
        person = session.get_one(Person, who.person_id)
        digits = "".join(letter for letter in code if letter.isdigit())
        key = settings.secret_key.get_secret_value()
        tried = signing_in.try_code(session, person, digits, secret_key=key, real_now=real_now())
    if tried.person is None:
        raise CodeWrong()
    return RedirectResponse(f"{HERE}?done=proved#phone", status_code=303)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minutes(clock: str) -> int:
    """Minutes after midnight of "21:00"; anything else is refused."""
    try:
        moment = time.fromisoformat(clock)
    except ValueError as error:
        raise UnknownChoice() from error
    return moment.hour * 60 + moment.minute
