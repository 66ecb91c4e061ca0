"""One lot: the story of its life, and what may be done with it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.accounts.guard import Guard
from service.accounts.models import Organisation
from service.accounts.queries import organisations_by_id
from service.accounts.who import Who
from service.kit.ids import Id
from service.lots import actions, queries
from service.lots.access import acting_for, holder_of, lot_to_change
from service.lots.errors import LotChanged, LotInvalid, NothingToUndo, ReasonUnknown, ShareNotOpen
from service.lots.models import ENDED_LOTS, Lot, LotState, WithdrawalReason
from service.lots.reading import TypedForm, grams_of
from service.lots.rules.lifecycle import AT_DONOR
from service.lots.story import story_of
from service.lots.views import LotView, lot_view, lot_views, sayings
from service.lots.words import SHARE_STATES, SHORT_DATES, WITHDRAWALS
from service.web.deps import Locale, Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Changer = Annotated[Who, Depends(Guard("lots", "change"))]


@router.get("/lots/{lot_id}")
def show_lot(
    request: Request,
    lot_id: Id,
    who: Annotated[Who, Depends(Guard("lots", "read"))],
    session: ReadSession,
    now: Now,
    locale: Locale,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The lot's page."""
    lot = queries.lot_by_id(session, who, lot_id)
    view = lot_view(session, who, lot, now, locale)
    held_by = {share.organisation_id for share in view.shares if share.is_open and share.lot_version < lot.version}
    mine = may_change(session, who, lot)
    context = {
        "view": view,
        "lot": lot,
        "story": story_of(session, who, lot, view.shares, locale),
        "children": lot_views(session, who, _seen(session, who, lot), now, locale),
        "holders": organisations_by_id(session, {share.organisation_id for share in view.shares}),
        "share_states": SHARE_STATES,
        "short_dates": SHORT_DATES,
        "withdrawals": [(reason.value, text) for reason, text in WITHDRAWALS.items() if reason != "merged"],
        "may_change": mine and lot.state in AT_DONOR and now < lot.deadline,
        "may_withdraw": mine and lot.state in AT_DONOR,
        "may_repeat": mine,
        "may_split": mine and view.free_grams > 0,
        "may_count_crates": mine and lot.state not in (LotState.WITHDRAWN, LotState.EXPIRED),
        "may_undo_split": mine and _untouched(view),
        "may_claim": view.on_offer and view.free_grams > 0 and who.may("claims", "make"),
        "may_vouch": who.may("lots", "vouch") and view.organisation.first_lot_seen_at is None,
        "confirm_for": holder_of(who, held_by, None) if lot.frozen else None,
        "undo_posting": mine and lot.state in AT_DONOR and not view.shares,
        "undo_correction": done == "corrected" and mine and actions.reversal_of(session, lot) is not None,
        "undo_withdrawal": mine and actions.can_be_offered_again(session, lot, now),
        "done": done,
        **sayings(locale),
    }
    return render(request, "lots/lot.html", context)


def may_change(session: Session, who: Who, lot: Lot) -> bool:
    """Whether this person may change this lot, as the policy says."""
    allowed = who.relations("lots", "change")
    return "any" in allowed or bool(allowed & set(queries.relations_to(session, who, lot)))


def _seen(session: Session, who: Who, lot: Lot) -> list[Lot]:
    staff = who.roles & queries.STAFF
    return [
        child for child in queries.children_of(session, lot.key) if staff or queries.relations_to(session, who, child)
    ]


def _untouched(view: LotView) -> bool:
    whole = all(line.free_grams == line.grams for line in view.lines)
    return view.lot.parent_id is not None and whole and view.lot.state not in ENDED_LOTS


def _back(lot_id: int, done: str) -> Response:
    return RedirectResponse(f"/lots/{lot_id}?done={done}", status_code=303)


@router.post("/lots/{lot_id}/withdrawal")
def withdraw(lot_id: Id, who: Changer, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """Take the lot back."""
    lot, actor = lot_to_change(session, who, lot_id)
    reason = typed.one("reason")
    if reason not in set(WithdrawalReason):
        raise ReasonUnknown(fields={"reason": ReasonUnknown.message})
    actions.withdraw(session, lot, reason=reason, who=actor, now=now)
    return _back(lot.key, "withdrawn")


@router.post("/lots/{lot_id}/undo")
def undo(lot_id: Id, who: Changer, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """Take back what was just done, if nobody has acted on it since; 409 otherwise, and nothing changes."""
    lot, actor = lot_to_change(session, who, lot_id)
    what = typed.one("what")
    if what == "posted":
        actions.undo_posting(session, lot, who=actor, now=now)
        return _back(lot.key, "withdrawn")
    if what == "corrected":
        actions.undo_correction(session, lot, who=actor, now=now)
        return _back(lot.key, "undone")
    if what == "withdrawn":
        return _back(actions.undo_withdrawal(session, lot, who=actor, now=now).key, "again")
    raise NothingToUndo()


@router.post("/lots/{lot_id}/merger")
def merge(lot_id: Id, who: Changer, session: WriteSession, now: Now) -> Response:
    """Undo a split nobody has touched."""
    lot, actor = lot_to_change(session, who, lot_id)
    parent = actions.unsplit(session, lot, who=actor, now=now)
    return _back(parent.key, "merged")


@router.post("/lots/{lot_id}/confirmation")
def confirm(
    lot_id: Id,
    who: Annotated[Who, Depends(Guard("lots", "confirm"))],
    session: WriteSession,
    now: Now,
    typed: TypedForm,
) -> Response:
    """A holder agrees with the corrected lot, in the version it was shown."""
    lot = queries.lot_by_id(session, who, lot_id)
    if typed.one("version") != str(lot.version):
        raise LotChanged()
    held_by = {share.organisation_id for share in queries.shares_of_lot(session, lot_id) if share.is_open}
    holder = holder_of(who, held_by, None)
    if holder is None:
        raise ShareNotOpen()
    actions.confirm_version(session, lot, holder, who=acting_for(who, holder), now=now)
    return _back(lot.key, "confirmed")


@router.post("/lots/{lot_id}/quantity")
def quantity(lot_id: Id, who: Changer, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """What an announced lot weighs after all."""
    lot, actor = lot_to_change(session, who, lot_id)
    wrong: dict[str, str] = {}
    grams = grams_of(typed.one("kg"), "kg", wrong)
    if grams is None:
        raise LotInvalid(fields=wrong)
    actions.state_quantity(session, lot, grams=grams, who=actor, now=now)
    return _back(lot.key, "corrected")


@router.post("/lots/{lot_id}/crates")
def crates(lot_id: Id, who: Changer, session: WriteSession, now: Now, typed: TypedForm) -> Response:
    """Crates out, crates back."""
    lot, actor = lot_to_change(session, who, lot_id)
    lent, back = _count(typed.one("lent")), _count(typed.one("back"))
    if lent or back:
        actions.count_crates(session, lot, lent=lent, back=back, who=actor, now=now)
    return _back(lot.key, "crates")


@router.post("/lots/{lot_id}/first-lot")
def seen(lot_id: Id, who: Annotated[Who, Depends(Guard("lots", "vouch"))], session: WriteSession, now: Now) -> Response:
    """A dispatcher has looked at a new donor's first lot."""
    lot = queries.lot_by_id(session, who, lot_id)
    organisation = session.get_one(Organisation, lot.organisation_id)
    actions.first_lot_seen(session, organisation, who=who, now=now)
    return _back(lot.key, "seen")


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
