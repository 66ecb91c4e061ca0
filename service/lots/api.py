"""`/lots`: post, read, correct, withdraw, split and photograph lots."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Header, Query, UploadFile
from fastapi.responses import JSONResponse
from sqlmodel import Session

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.ids import Id
from service.kit.pagination import AskedPage
from service.kit.pictures import MAX_BYTES
from service.lots import actions, queries
from service.lots.access import acting_for, holder_of, lot_to_change
from service.lots.actions.building import check_windows
from service.lots.errors import LotChanged, ShareNotOpen
from service.lots.forms import (
    MOST_KEY,
    ConfirmationIn,
    Correction,
    CratesIn,
    LotIn,
    QuantityIn,
    RepeatIn,
    SplitIn,
    WithdrawalIn,
)
from service.lots.models import Lot, LotState, PhotoKind
from service.lots.shapes import LotOut, LotPage, PhotoOut, lots_out, photo_out
from service.lots.stored import keep_photo
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.idempotency import once

router = APIRouter(tags=["lots"])

Poster = Annotated[Who, Depends(Guard("lots", "post"))]
Reader = Annotated[Who, Depends(Guard("lots", "read"))]
Changer = Annotated[Who, Depends(Guard("lots", "change"))]
Holder = Annotated[Who, Depends(Guard("lots", "confirm"))]
OnceKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="The same request with the same key acts once."),
]
Number = Annotated[int | None, Query(ge=1, le=MOST_KEY)]
Short = Annotated[str | None, Query(max_length=60)]


@router.post("/lots", status_code=201, response_model=LotOut)
def post_lot(
    given: LotIn, who: Poster, session: WriteSession, now: Now, locale: Locale, key: OnceKey = None
) -> JSONResponse:
    """Post a lot: charities see it at once. Food law is checked; a refusal names the rule at the field."""
    return _created(
        session, who, key, ("post", given), lambda: actions.post(session, given, who=who, now=now), now, locale
    )


@router.get("/lots")
def list_lots(
    who: Reader,
    session: ReadSession,
    now: Now,
    locale: Locale,
    asked: AskedPage,
    state: Annotated[list[LotState] | None, Query(max_length=12)] = None,
    organisation: Number = None,
    site: Number = None,
    category: Short = None,
    departement: Short = None,
) -> LotPage:
    """The lots one may see: one's own, those on offer for a charity, all of the region for staff. The newest first."""
    page = queries.lots_seen_by(
        session,
        who,
        asked,
        states=state or (),
        organisation_id=organisation,
        site_id=site,
        category=category,
        departement=departement,
    )
    return LotPage(items=lots_out(session, who, page.items, now, locale), next=page.next)


@router.get("/lots/{lot_id}")
def read_lot(lot_id: Id, who: Reader, session: ReadSession, now: Now, locale: Locale) -> LotOut:
    """One lot."""
    return lots_out(session, who, [queries.lot_by_id(session, who, lot_id)], now, locale)[0]


@router.patch("/lots/{lot_id}")
def correct_lot(lot_id: Id, given: Correction, who: Changer, session: WriteSession, now: Now, locale: Locale) -> LotOut:
    """Correct a lot. The date, the lot number and the allergens need `label_photo`: send that photo first."""
    lot, actor = lot_to_change(session, who, lot_id)
    actions.correct(session, lot, given, who=actor, now=now)
    return lots_out(session, who, [lot], now, locale)[0]


@router.post("/lots/{lot_id}/withdrawal")
def withdraw_lot(
    lot_id: Id, given: WithdrawalIn, who: Changer, session: WriteSession, now: Now, locale: Locale
) -> LotOut:
    """Take back what has not left yet; those who were promised a part are told."""
    lot, actor = lot_to_change(session, who, lot_id)
    actions.withdraw(session, lot, reason=str(given.reason), who=actor, now=now)
    return lots_out(session, who, [lot], now, locale)[0]


@router.post("/lots/{lot_id}/splits", status_code=201, response_model=LotOut)
def split_lot(
    lot_id: Id, given: SplitIn, who: Changer, session: WriteSession, now: Now, locale: Locale, key: OnceKey = None
) -> JSONResponse:
    """Make a new lot of free grams of this one."""

    def act() -> Lot:
        lot, actor = lot_to_change(session, who, lot_id)
        parts = [(part.line, part.grams) for part in given.parts]
        return actions.split(session, lot, parts, who=actor, now=now, windows=check_windows(given.windows, now))

    return _created(session, who, key, ("split", lot_id, given), act, now, locale)


@router.post("/lots/{lot_id}/merger")
def merge_lot(lot_id: Id, who: Changer, session: WriteSession, now: Now, locale: Locale) -> LotOut:
    """Undo a split nobody has touched; the answer is the lot it came from."""
    lot, actor = lot_to_change(session, who, lot_id)
    return lots_out(session, who, [actions.unsplit(session, lot, who=actor, now=now)], now, locale)[0]


@router.post("/lots/{lot_id}/repeat", status_code=201, response_model=LotOut)
def repeat_lot(
    lot_id: Id, given: RepeatIn, who: Poster, session: WriteSession, now: Now, locale: Locale, key: OnceKey = None
) -> JSONResponse:
    """Post the same lot again today: dates move with the calendar, windows are the site's next hours unless given."""

    def act() -> Lot:
        lot, actor = lot_to_change(session, who, lot_id)
        return actions.repeat(session, lot, given, who=actor, now=now)

    return _created(session, who, key, ("repeat", lot_id, given), act, now, locale)


@router.post("/lots/{lot_id}/quantity")
def state_quantity(
    lot_id: Id, given: QuantityIn, who: Changer, session: WriteSession, now: Now, locale: Locale
) -> LotOut:
    """Say what a lot announced as a range weighs after all."""
    lot, actor = lot_to_change(session, who, lot_id)
    actions.state_quantity(session, lot, grams=given.grams, who=actor, now=now)
    return lots_out(session, who, [lot], now, locale)[0]


@router.post("/lots/{lot_id}/crates")
def count_crates(lot_id: Id, given: CratesIn, who: Changer, session: WriteSession, now: Now, locale: Locale) -> LotOut:
    """Count crates out and back."""
    lot, actor = lot_to_change(session, who, lot_id)
    actions.count_crates(session, lot, lent=given.lent, back=given.back, who=actor, now=now)
    return lots_out(session, who, [lot], now, locale)[0]


@router.post("/lots/{lot_id}/confirmation")
def confirm_lot(
    lot_id: Id, given: ConfirmationIn, who: Holder, session: WriteSession, now: Now, locale: Locale
) -> LotOut:
    """Agree, as a holder of a part, with the corrected lot."""
    lot = queries.lot_by_id(session, who, lot_id)
    held_by = {share.organisation_id for share in queries.shares_of_lot(session, lot_id) if share.is_open}
    holder = holder_of(who, held_by, given.organisation_id)
    if given.version != lot.version:
        raise LotChanged()
    if holder is None:
        raise ShareNotOpen()
    actions.confirm_version(session, lot, holder, who=acting_for(who, holder), now=now)
    return lots_out(session, who, [lot], now, locale)[0]


@router.post("/lots/{lot_id}/photos", status_code=201)
def add_photo(
    lot_id: Id,
    who: Changer,
    session: WriteSession,
    clients: OutsideClients,
    now: Now,
    file: Annotated[UploadFile, File(description="JPEG, PNG, WebP or HEIF, at most 25 MB")],
    kind: Annotated[PhotoKind, Form()] = PhotoKind.FOOD,
) -> PhotoOut:
    """Add a photo. It is encoded anew: nothing the camera wrote about the place or the phone is kept."""
    stored = keep_photo(clients.files, file.file.read(MAX_BYTES + 1))
    lot, actor = lot_to_change(session, who, lot_id)
    return photo_out(actions.add_photo(session, lot, stored, kind=kind, who=actor, now=now))


def _created(
    session: Session, who: Who, key: str | None, asked: Any, act: Callable[[], Lot], now: datetime, locale: str
) -> JSONResponse:
    assert who.person_id is not None, "the guard lets nobody unknown post"

    def answered() -> LotOut:
        return lots_out(session, who, [act()], now, locale)[0]

    return once(session, who.person_id, key, asked, answered, acting_for=who.on_behalf_of)
