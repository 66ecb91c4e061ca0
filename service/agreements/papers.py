"""The paper of a habilitation: its charity sends it, whoever approves reads it, nobody else sees that page."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, UploadFile
from sqlmodel import Session
from starlette.responses import Response

from service.accounts.doors import relation_of_head
from service.accounts.guard import Guard
from service.accounts.models import Organisation
from service.accounts.policy import demand
from service.accounts.queries import the_organisation
from service.accounts.who import Who
from service.agreements.errors import PaperUnknown
from service.agreements.queries import papers
from service.clients.files.port import FileMissing, Files, content_type
from service.clients.parts import OutsideClients
from service.kit.papers import clean_paper
from service.kit.pictures import MAX_BYTES
from service.web.deps import ReadSession

router = APIRouter()
Upload = Annotated[UploadFile, File(description="PDF, JPEG, PNG, WebP or HEIF, at most 25 MB")]
Sender = Annotated[Who, Depends(Guard("habilitations", "send_paper"))]
Reader = Annotated[Who, Depends(Guard("habilitations", "read_paper"))]


def kept(files: Files, upload: UploadFile) -> str:
    """Check a paper and keep it; answers its key in the store. Before any transaction begins."""
    paper = clean_paper(upload.file.read(MAX_BYTES + 1))
    return files.put(paper.data, paper.content_type)


def head_of(session: Session, organisation: Organisation) -> Organisation | None:
    """The network head an organisation stands under."""
    return session.get(Organisation, organisation.parent_id) if organisation.parent_id else None


def may_read(session: Session, who: Who, organisation: Organisation) -> bool:
    """Whether this person approves this organisation, and so reads its papers."""
    holding = {"any", *relation_of_head(who, head_of(session, organisation))}
    return bool(who.relations("habilitations", "read_paper") & holding)


@router.get("/partners/{organisation_id}/habilitation/papers/{paper_id}")
def read_paper(
    who: Reader, session: ReadSession, clients: OutsideClients, organisation_id: int, paper_id: int
) -> Response:
    """A paper, to be saved rather than shown among our pages."""
    organisation = the_organisation(session, who, organisation_id)
    demand(who, "habilitations", "read_paper", *relation_of_head(who, head_of(session, organisation)))
    paper = next((row for row in papers(session, organisation.key) if row.key == paper_id), None)
    if paper is None:
        raise PaperUnknown()
    try:
        data = clients.files.get(paper.file_key)
    except FileMissing:
        raise PaperUnknown() from None
    ending = paper.file_key.rpartition(".")[2]
    headers = {
        "Content-Disposition": f'attachment; filename="habilitation-{organisation.key}-{paper.key}.{ending}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(data, media_type=content_type(paper.file_key), headers=headers)
