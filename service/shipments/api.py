"""Transports as JSON: what is to be carried, and when rounds will. Weights in grams, moments in UTC."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.ids import Id
from service.kit.pagination import AskedPage
from service.shipments import queries
from service.shipments.models import Shipment
from service.web.deps import Locale, Now, ReadSession

router = APIRouter(prefix="/shipments", tags=["shipments"])
Reading = Annotated[Who, Depends(Guard("shipments", "read"))]
RECENT = timedelta(days=7)


class ShipmentOut(BaseModel):
    id: int
    subject: str
    subject_id: int
    pickup_site_id: int
    delivery_site_id: int
    state: str
    grams: int
    crates: int
    temperature: str
    wanted_at: datetime
    expected_pickup_at: datetime | None
    expected_delivery_at: datetime | None
    unserved: str = Field(description="why no round carries it, for people; empty when one does")

    @classmethod
    def of(cls, row: Shipment, locale: str) -> "ShipmentOut":
        return cls(**row.model_dump(include=set(cls.model_fields)), unserved=row.why_unserved(locale))


class ShipmentsOut(BaseModel):
    items: list[ShipmentOut]
    next: int | None = None


@router.get("")
def list_shipments(who: Reading, session: ReadSession, now: Now, locale: Locale, page: AskedPage) -> ShipmentsOut:
    """What is to be carried, or was wanted this week: of the region for staff, of one's own sites for others."""
    after, limit = page.after or 0, page.limit + 1
    if "any" in who.relations("shipments", "read"):
        rows = queries.of_region(session, who.region, now - RECENT, after, limit)
    else:
        rows = queries.of_sites(session, who.site_ids, now - RECENT, after, limit)
    kept = rows[: page.limit]
    following = kept[-1].key if len(rows) > page.limit else None
    return ShipmentsOut(items=[ShipmentOut.of(row, locale) for row in kept], next=following)


@router.get("/{shipment_id}")
def read_shipment(who: Reading, session: ReadSession, locale: Locale, shipment_id: Id) -> ShipmentOut:
    """One transport."""
    return ShipmentOut.of(queries.shipment_for(session, who, shipment_id), locale)
