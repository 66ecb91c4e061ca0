"""Until when charities may answer of a lot: set once, when the lot is posted or first looked at, and then kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from config.allocation import PolicyVersion, policies
from config.regions import load_region_config
from service.accounts.models import Site
from service.allocation import queries
from service.allocation.models import AnswerWindow, WindowState
from service.kit.clock import local
from service.lots.models import Lot
from service.lots.telling import tell_lot


def policy_for(region: str, departement: str, epci: str | None, at: datetime) -> PolicyVersion:
    """The policy of a territory in the version in force at a moment."""
    config = load_region_config(region)
    return policies().on(config.settings_of(departement, epci).claim_policy, local(at, config.time_zone).date())


def closing_of(policy: PolicyVersion, opens_at: datetime, deadline: datetime) -> datetime | None:
    """When answers are decided: on a whole minute before the deadline. None: a claim is granted when it is made."""
    length = policy.window.length(deadline - opens_at) if policy.window else None
    if length is None:
        return None
    end = opens_at + length
    whole = end.replace(second=0, microsecond=0)
    # On the minute people read on the screen; lots of the same minute are decided together.
    whole = whole if whole == end else whole + timedelta(minutes=1)
    return whole if whole < deadline else None


def window_of(session: Session, lot: Lot) -> AnswerWindow:
    """The lot's window; for a lot that has none yet, the one it will have (not added to the session)."""
    known = queries.window_of_lot(session, lot.key)
    return known if known is not None else _derived(session, lot)


def closing_times(session: Session, lots: Sequence[Lot]) -> dict[int, datetime | None]:
    """When the answers to each of these lots are decided; None where a claim is granted when it is made."""
    known = queries.windows_of_lots(session, [lot.key for lot in lots])
    found = {lot.key: known[lot.key] if lot.key in known else _derived(session, lot) for lot in lots}
    return {key: window.closes_at if window.is_sealed else None for key, window in found.items()}


def open_window(session: Session, lot: Lot, *, now: datetime) -> AnswerWindow:
    """The lot's window, made and told if it has none.

    It counts from the posting, so it does not matter who looks first. A deadline that was brought forward moves the
    end, in the journal as well; nothing else ever does.
    """
    known = queries.window_of_lot(session, lot.key)
    if known is None:
        made = _derived(session, lot)
        session.add(made)
        session.flush()
        if made.closes_at is not None:
            _tell(session, lot, made, "lot.window", now)
        return made
    if known.is_sealed and lot.deadline < known.deadline:
        before = known.closes_at
        known.closes_at = closing_of(policies().version(known.policy, known.version), known.opens_at, lot.deadline)
        known.deadline = lot.deadline
        if known.closes_at is None or (before is not None and known.closes_at > before):
            # Urgent all of a sudden: what was answered is decided now, nobody loses his answer.
            known.closes_at = min(before or now, now)
        session.add(known)
        session.flush()
        _tell(session, lot, known, "lot.window_moved", now, before)
    return known


def waive(session: Session, lot: Lot) -> None:
    """Make the lot's window one that waits for nothing: a claim is granted when it is made."""
    made = _derived(session, lot)
    made.closes_at = None
    session.add(made)
    session.flush()


def _derived(session: Session, lot: Lot) -> AnswerWindow:
    site = session.get_one(Site, lot.site_id)
    policy = policy_for(lot.region, site.departement, site.epci, lot.posted_at)
    return AnswerWindow(
        region=lot.region,
        lot_id=lot.key,
        policy=policy.name,
        version=policy.version,
        opens_at=lot.posted_at,
        closes_at=closing_of(policy, lot.posted_at, lot.deadline),
        deadline=lot.deadline,
        state=WindowState.OPEN,
    )


def _tell(
    session: Session, lot: Lot, window: AnswerWindow, kind: str, now: datetime, before: datetime | None = None
) -> None:
    data = {
        "policy": window.policy,
        "version": window.version,
        "closes_at": window.closes_at.isoformat() if window.closes_at else None,
    }
    if before is not None:
        data["before"] = before.isoformat()
    tell_lot(session, lot, kind, who=None, now=now, data=data)
