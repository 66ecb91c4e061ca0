"""`/lots/{id}/trace`: where a lot came from and where each gram of it went."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from service.accounts import policy
from service.accounts.guard import Guard
from service.accounts.who import Who
from service.journal.models import Entry
from service.kit.ids import Id
from service.lots.models import Share
from service.lots.queries import lot_by_id, relations_to
from service.trace.queries import LineTrace, trace_of
from service.web.deps import ReadSession

router = APIRouter(tags=["trace"])


class ShareOut(BaseModel):
    """A part of a line on its way to a site. Grams; `received_grams` is the charity's own weighing."""

    id: int
    claim_id: int
    organisation_id: int
    site_id: int
    state: str
    grams: int
    collected_grams: int | None
    received_grams: int | None
    refused_grams: int
    refusal_reason: str | None
    temperature_c: float | None
    collected_at: datetime | None
    delivered_at: datetime | None


class LineOut(BaseModel):
    """grams = free_grams + left_grams + held_grams + missing_grams, and missing_grams is 0."""

    id: int
    category: str
    lot_number: str
    date_kind: str
    date: date | None
    grams: int
    free_grams: int
    left_grams: int
    held_grams: int
    delivered_grams: int
    missing_grams: int
    shares: list[ShareOut]


class EntryOut(BaseModel):
    number: int
    kind: str
    version: int
    at: datetime
    recorded_at: datetime
    actor_id: int | None
    on_behalf_of: int | None
    subject: str
    subject_id: int
    from_state: str | None
    to_state: str | None
    data: dict[str, Any]


class TraceOut(BaseModel):
    lot_id: int
    code: str
    state: str
    donor_organisation_id: int
    donor_site_id: int
    parent_id: int | None = Field(description="the lot it was split from")
    children: list[int]
    balanced: bool
    lines: list[LineOut]
    entries: list[EntryOut]


@router.get("/lots/{lot_id}/trace")
def read_trace(lot_id: Id, who: Annotated[Who, Depends(Guard("trace", "read"))], session: ReadSession) -> TraceOut:
    """The whole trace. A charity sees the shares that are its own, a donor those of its lot, staff all."""
    lot = lot_by_id(session, who, lot_id)
    relations = relations_to(session, who, lot)
    policy.demand(who, "trace", "read", *relations)
    trace = trace_of(session, lot)
    everything = "any" in who.relations("trace", "read") or "own" in relations
    scopes = who.scopes
    return TraceOut(
        lot_id=lot.key,
        code=lot.code,
        state=str(lot.state),
        donor_organisation_id=lot.organisation_id,
        donor_site_id=lot.site_id,
        parent_id=lot.parent_id,
        children=[child.key for child in trace.children],
        balanced=trace.balanced,
        lines=[_line(line, None if everything else who) for line in trace.lines],
        entries=[_entry(entry) for entry in trace.entries if entry.seen_by(who.region, scopes)],
    )


def _line(line: LineTrace, only: Who | None) -> LineOut:
    row = line.line
    return LineOut(
        id=row.key,
        category=row.category,
        lot_number=row.lot_number,
        date_kind=row.date_kind,
        date=row.date,
        grams=row.grams,
        free_grams=row.free_grams,
        left_grams=row.left_grams,
        held_grams=line.held,
        delivered_grams=line.delivered,
        missing_grams=line.missing,
        shares=[_share(s) for s in line.shares if only is None or s.organisation_id in only.organisation_ids],
    )


def _share(share: Share) -> ShareOut:
    return ShareOut.model_validate(share, from_attributes=True)


def _entry(entry: Entry) -> EntryOut:
    values = {name: getattr(entry, name) for name in EntryOut.model_fields if name != "number"}
    return EntryOut(number=entry.key, **values)
