"""What the API answers: a lot with everything a reader may know of it. Weights in grams, moments in UTC."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from pydantic import BaseModel, Field
from sqlmodel import Session

from config.catalogue import catalogue
from service.accounts.models import Site
from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.lots import queries
from service.lots.models import Lot, LotLine, LotPhoto, LotWindow, Share


class SiteOut(BaseModel):
    """Where it is picked up; degrees WGS84, absent for a protected place."""

    id: int
    name: str
    city: str | None
    latitude: float | None
    longitude: float | None


class LineOut(BaseModel):
    """One kind of food. `free_grams` is what may still be claimed, 0 once the lot is closed to claims."""

    id: int
    category: str
    label: str
    description: str
    grams: int
    free_grams: int
    units: int | None
    unit_grams: int | None
    containers: dict[str, int] = Field(description="slug -> how many it was counted in, if it was")
    date_kind: str
    date: date | None
    temperature: str = Field(description="ambient, chilled, frozen or hot")
    temperature_code: str = Field(description="class of the cold chain, as in the food law")
    allergens: dict[str, str] = Field(description="slug -> contains | may | without; what is not named is unknown")
    allergens_state: str = Field(description="known, indicative (the category's template) or unknown")
    lot_number: str
    gtin: str
    prepacked: bool


class WindowOut(BaseModel):
    starts_at: datetime
    ends_at: datetime


class PhotoOut(BaseModel):
    number: int
    kind: str
    url: str
    thumbnail_url: str
    width: int
    height: int


class ShareOut(BaseModel):
    """A part granted to a charity; only the donor, that charity and staff see it. Grams."""

    id: int
    line: int
    claim_id: int
    organisation_id: int
    site_id: int
    state: str
    grams: int
    collected_grams: int | None
    received_grams: int | None
    refused_grams: int
    refusal_reason: str | None
    lot_version: int


class LotOut(BaseModel):
    """A lot. After `deadline` nothing of it may be picked up."""

    id: int
    code: str
    state: str
    version: int
    frozen: bool = Field(description="a correction waits for the word of those who hold a part")
    organisation_id: int
    site: SiteOut
    posted_at: datetime
    deadline: datetime
    grams: int
    free_grams: int
    announced_min_grams: int | None
    announced_max_grams: int | None
    note: str
    access_note: str
    crates_lent: int
    crates_back: int
    parent_id: int | None
    same_as_id: int | None
    lines: list[LineOut]
    windows: list[WindowOut]
    photos: list[PhotoOut]
    shares: list[ShareOut]


class LotPage(BaseModel):
    """A page of lots, the newest first; `next` is the `after` of the next page, absent on the last."""

    items: list[LotOut]
    next: int | None


def lots_out(session: Session, who: Who, lots: Sequence[Lot], now: datetime, locale: str) -> list[LotOut]:
    """Several lots as this person may see them, in a handful of queries."""
    keys = [lot.key for lot in lots]
    lines = queries.lines_of_lots(session, keys)
    windows = queries.windows_of_lots(session, keys)
    photos = queries.photos_of_lots(session, keys)
    shares = queries.shares_of_lots(session, keys)
    sites = sites_by_id(session, {lot.site_id for lot in lots})
    return [
        lot_out(
            lot,
            sites[lot.site_id],
            lines[lot.key],
            windows[lot.key],
            photos[lot.key],
            seen_shares(who, lot, shares[lot.key]),
            now=now,
            locale=locale,
        )
        for lot in lots
    ]


def seen_shares(who: Who, lot: Lot, shares: Iterable[Share]) -> list[Share]:
    """Who got a part is between the donor, that charity and staff."""
    everything = bool(who.roles & queries.STAFF) or lot.organisation_id in who.organisation_ids
    return [share for share in shares if everything or share.organisation_id in who.organisation_ids]


def lot_out(
    lot: Lot,
    site: Site,
    lines: Sequence[LotLine],
    windows: Sequence[LotWindow],
    photos: Sequence[LotPhoto],
    shares: Sequence[Share],
    *,
    now: datetime,
    locale: str,
) -> LotOut:
    """One lot, from its rows."""
    on_offer = lot.is_open and now < lot.deadline
    shown = [_line(line, on_offer, locale) for line in lines]
    return LotOut(
        id=lot.key,
        code=lot.code,
        state=str(lot.state),
        version=lot.version,
        frozen=lot.frozen,
        organisation_id=lot.organisation_id,
        site=_site(lot, site),
        posted_at=lot.posted_at,
        deadline=lot.deadline,
        grams=sum(line.grams for line in lines),
        free_grams=sum(line.free_grams for line in shown),
        announced_min_grams=lot.announced_min_grams,
        announced_max_grams=lot.announced_max_grams,
        note=lot.note,
        access_note=lot.access_note,
        crates_lent=lot.crates_lent,
        crates_back=lot.crates_back,
        parent_id=lot.parent_id,
        same_as_id=lot.same_as_id,
        lines=shown,
        windows=[WindowOut(starts_at=window.starts_at, ends_at=window.ends_at) for window in windows],
        photos=[photo_out(photo) for photo in photos],
        shares=[_share(share) for share in shares],
    )


def _site(lot: Lot, site: Site) -> SiteOut:
    hidden = site.protected
    latitude, longitude = (lot.latitude, lot.longitude) if lot.latitude is not None else (site.latitude, site.longitude)
    return SiteOut(
        id=site.key,
        name=site.name,
        city=None if hidden else site.city,
        latitude=None if hidden else latitude,
        longitude=None if hidden else longitude,
    )


def _line(line: LotLine, on_offer: bool, locale: str) -> LineOut:
    return LineOut(
        id=line.key,
        category=line.category,
        label=catalogue().category(line.category).label(locale),
        description=line.description,
        grams=line.grams,
        free_grams=line.free_grams if on_offer else 0,
        units=line.units,
        unit_grams=line.unit_grams,
        containers=line.containers,
        date_kind=line.date_kind,
        date=line.date,
        temperature=line.temperature,
        temperature_code=line.temperature_code,
        allergens=line.allergens,
        allergens_state=line.allergens_state,
        lot_number=line.lot_number,
        gtin=line.gtin,
        prepacked=line.prepacked,
    )


def photo_out(photo: LotPhoto) -> PhotoOut:
    """A photo and where to fetch it."""
    url = f"/lots/{photo.lot_id}/photos/{photo.number}"
    return PhotoOut(
        number=photo.number,
        kind=str(photo.kind),
        url=url,
        thumbnail_url=f"{url}?size=small",
        width=photo.width,
        height=photo.height,
    )


def _share(share: Share) -> ShareOut:
    return ShareOut(
        id=share.key,
        line=share.line_id,
        claim_id=share.claim_id,
        organisation_id=share.organisation_id,
        site_id=share.site_id,
        state=str(share.state),
        grams=share.grams,
        collected_grams=share.collected_grams,
        received_grams=share.received_grams,
        refused_grams=share.refused_grams,
        refusal_reason=share.refusal_reason,
        lot_version=share.lot_version,
    )
