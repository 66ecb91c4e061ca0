"""Documents for machines."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.documents import readers
from service.documents.errors import DocumentNotFound
from service.documents.forms import DocumentOut, DocumentPage, VerifiedOut
from service.documents.pages import pdf_answer
from service.kit.pagination import AskedPage
from service.web.deps import ReadSession

router = APIRouter(tags=["documents"])
Reading = Annotated[Who, Depends(Guard("documents", "read"))]
Verifying = Annotated[Who, Depends(Guard("documents", "verify"))]


@router.get("/documents")
def list_documents(who: Reading, session: ReadSession, asked: AskedPage) -> DocumentPage:
    """The documents one may read, newest first."""
    return DocumentPage.of(readers.my_documents(session, who, asked))


@router.get("/documents/{number}")
def read_document(who: Reading, session: ReadSession, number: str) -> DocumentOut:
    """One document by its number."""
    return DocumentOut.of(readers.the_document(session, who, number))


@router.get(
    "/documents/{number}/file",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}},
)
def read_document_file(who: Reading, session: ReadSession, clients: OutsideClients, number: str) -> Response:
    """The PDF exactly as it was issued."""
    return pdf_answer(session, who, clients, number)


@router.get("/verify/{number}")
def verify_number(
    who: Verifying, session: ReadSession, number: str, code: Annotated[str, Query(max_length=40)] = ""
) -> VerifiedOut:
    """What the register says about a number, to anyone; more to whoever holds its check code."""
    return VerifiedOut.of(readers.verified(session, number, code))


@router.get("/verify")
def verify_fingerprint(
    who: Verifying, session: ReadSession, sha256: Annotated[str, Query(pattern="^[0-9a-f]{64}$")]
) -> VerifiedOut:
    """Whether a file with this SHA-256 was ever issued."""
    found = readers.verified_file(session, sha256)
    if found is None:
        raise DocumentNotFound()
    return VerifiedOut.of(found)
