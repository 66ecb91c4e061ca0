"""Pages: my documents, one document's file, and the public page where a paper is verified."""

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, File, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.documents import readers
from service.documents.errors import DocumentNotFound
from service.kit.pagination import AskedPage
from service.web.deps import ReadSession
from service.web.templating import render

router = APIRouter()
Reading = Annotated[Who, Depends(Guard("documents", "read"))]
Verifying = Annotated[Who, Depends(Guard("documents", "verify"))]
LARGEST_PAPER = 10_000_000
Code = Annotated[str, Query(max_length=40)]


@router.get("/documents")
def documents(request: Request, who: Reading, session: ReadSession, asked: AskedPage) -> HTMLResponse:
    """The papers this person may read."""
    return render(request, "documents/list.html", {"page": readers.my_documents(session, who, asked)})


@router.get("/documents/{number}.pdf")
def document_file(who: Reading, session: ReadSession, clients: OutsideClients, number: str) -> Response:
    """The PDF exactly as it was issued."""
    return pdf_answer(session, who, clients, number)


@router.get("/verify")
def verify_form(
    request: Request, who: Verifying, number: Annotated[str, Query(max_length=40)] = "", code: Code = ""
) -> Response:
    """Where a number is typed in; a form that was filled in leads to the number's own page."""
    if number.strip():
        bare = "".join(letter for letter in number.upper() if letter.isalnum() or letter == "-")
        query = "".join(letter for letter in code if letter.isalnum() or letter == "-")
        return RedirectResponse(f"/verify/{bare}" + (f"?code={query}" if query else ""), status_code=303)
    return render(request, "documents/verify.html", {"found": None, "number": "", "missing": None, "code": ""})


@router.get("/verify/{number}")
def verify(request: Request, who: Verifying, session: ReadSession, number: str, code: Code = "") -> HTMLResponse:
    """What the register says about a number."""
    try:
        found = readers.verified(session, number, code)
    except DocumentNotFound:
        context = {"found": None, "number": number, "missing": "number", "code": ""}
        return render(request, "documents/verify.html", context, status=404)
    return render(request, "documents/verify.html", {"found": found, "number": number, "missing": None, "code": code})


@router.post("/verify")
def verify_file(
    request: Request, who: Verifying, session: ReadSession, file: Annotated[UploadFile, File()]
) -> HTMLResponse:
    """Whether a file somebody received is, byte for byte, one that was issued. The file is not kept."""
    data = file.file.read(LARGEST_PAPER + 1)
    found = readers.verified_file(session, sha256(data).hexdigest()) if len(data) <= LARGEST_PAPER else None
    context = {
        "found": found,
        "number": found.document.number if found else "",
        "missing": None if found else "file",
        "code": "",
        "by_file": True,
    }
    return render(request, "documents/verify.html", context, status=200 if found else 404)


def pdf_answer(session: ReadSession, who: Who, clients: OutsideClients, number: str) -> Response:
    """A document's bytes with the headers a browser needs to show and to save it."""
    document = readers.the_document(session, who, number)
    return Response(
        readers.file_of(clients.files, document),
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{document.number}.pdf"',
            "Cache-Control": "private, no-store",
            "X-Content-SHA256": document.sha256,
        },
    )
