"""A CSV of partners: shown line by line before anything is written, then written and invited in one go."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from service.accounts import labels
from service.accounts.actions.importing import Imported, check_lines, import_partners
from service.accounts.actions.placing import public_address
from service.accounts.doors import link, qr
from service.accounts.errors import ImportTooLong, ImportUnreadable
from service.accounts.filling import Form, text_of
from service.accounts.geocoding import locate_later
from service.accounts.guard import Guard
from service.accounts.importing import COLUMNS, MOST_BYTES, decoded, read_lines
from service.accounts.messages import send_invitation
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.clock import real_now
from service.kit.refusals import Refusal
from service.web.deps import AppSettings, Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Importer = Annotated[Who, Depends(Guard("organisations", "import"))]


def _ask(request: Request, refusal: Refusal | None = None) -> Response:
    status = refusal.status if refusal else 200
    return render(request, "accounts/import.html", {"refusal": refusal, "columns": list(COLUMNS)}, status=status)


@router.get("/partners/import")
def ask(request: Request, who: Importer) -> Response:
    """Which file, and what its columns may be called."""
    return _ask(request)


async def _text(form: Form) -> str:
    """What was sent, before any rule looks at it: a file, or text pasted from a spreadsheet."""
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return decoded(await file.read(MOST_BYTES + 1))
    return text_of(form, "text")


@router.post("/partners/import")
def preview(
    request: Request, who: Importer, session: ReadSession, text: Annotated[str | None, Depends(_text)]
) -> Response:
    """Each line as it would be written, or what is wrong with it. Nothing is written yet."""
    try:
        lines = read_lines(text or "")
    except (ImportUnreadable, ImportTooLong) as refusal:
        return _ask(request, refusal)
    check_lines(session, who.region, lines)
    context = {
        "lines": lines,
        "text": text,
        "good": [line for line in lines if line.partner is not None and not line.known],
        "bad": [line for line in lines if line.partner is None],
        "known": [line for line in lines if line.known],
        "labels": labels,
    }
    return render(request, "accounts/import_preview.html", context)


@router.post("/partners/import/confirmation")
def confirm(
    request: Request,
    who: Importer,
    session: WriteSession,
    settings: AppSettings,
    locale: Locale,
    now: Now,
    form: Form,
    background: BackgroundTasks,
    clients: OutsideClients,
) -> Response:
    """Write the lines that stand, send the invitations, and show the QR codes of those without e-mail or phone."""
    lines = read_lines(text_of(form, "text"))
    check_lines(session, who.region, lines)
    done = import_partners(session, settings, lines, who=who, now=now, real_now=real_now())
    on_paper = text_of(form, "channel") == "paper"
    sheet = []
    for imported in done:
        url = link(request, f"/invitation/{imported.invited.secret}")
        sent = None if on_paper else _send_later(background, clients, imported, url, locale)
        if sent is None:
            name = imported.invited.invitation.name
            sheet.append(
                {"name": name, "organisation": imported.organisation.name, "drawing": qr(url, 4), "sent": None}
            )
        asked = public_address(imported.site)
        if asked is not None:
            background.add_task(locate_later, request.app, imported.site.key, asked)
    context = {"sheet": sheet, "back": "/partners", "done": len(done), "sent": len(done) - len(sheet)}
    return render(request, "accounts/invitation_sheet.html", context, status=201)


def _send_later(
    background: BackgroundTasks, clients: OutsideClients, imported: Imported, url: str, locale: str
) -> str | None:
    invitation = imported.invited.invitation
    to = invitation.email or invitation.phone
    if to is not None:
        background.add_task(
            send_invitation,
            clients,
            email=invitation.email,
            phone=invitation.phone,
            url=url,
            name=invitation.name,
            organisation=imported.organisation.name,
            locale=locale,
        )
    return to
