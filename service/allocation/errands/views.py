"""Errands as their helpers read them, and as a dispatcher reads them beside the decision."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from service.accounts import queries as accounts
from service.accounts.models import Person, Site
from service.accounts.who import Who
from service.allocation.errands import queries
from service.allocation.errands.asking import RECENT, minutes
from service.allocation.tables import Errand, ErrandAsk, ErrandState
from service.lots import queries as lots
from service.lots.models import Lot, ShareState
from service.lots.words import lot_title


@dataclass(frozen=True)
class Put:
    """An errand as who was asked reads it. Places by name and town: the way there is on the round, once theirs."""

    errand: Errand
    lot: Lot
    title: str
    donor: Site
    charity: Site
    minutes: int
    metres: int
    open: bool
    mine: bool
    # They said no, or gave it back.
    declined: bool
    # Theirs, and nothing is collected yet.
    may_return: bool


def put_to(session: Session, who: Who, now: datetime, locale: str) -> list[Put]:
    """What was put to somebody of late, the newest first."""
    rows = queries.put_to(session, who.person_id or 0, now - RECENT)
    found = lots.lots_by_id(session, {errand.lot_id for errand, _ in rows})
    lines = lots.lines_of_lots(session, found)
    sites = accounts.sites_by_id(session, {e.site_id for e, _ in rows} | {lot.site_id for lot in found.values()})

    def shown(errand: Errand, ask: ErrandAsk) -> Put:
        lot = found[errand.lot_id]
        mine = errand.state == ErrandState.TAKEN and errand.taken_by == who.person_id
        return Put(
            errand=errand,
            lot=lot,
            title=lot_title([line for line in lines[lot.key] if str(line.key) in errand.wanted], locale),
            donor=sites[lot.site_id],
            charity=sites[errand.site_id],
            minutes=minutes(ask.seconds),
            metres=ask.metres,
            open=errand.state == ErrandState.OFFERED and lot.is_open and now < lot.deadline,
            mine=mine,
            declined=ask.declined_at is not None,
            may_return=mine and _waits(session, errand),
        )

    return [shown(errand, ask) for errand, ask in rows]


def _waits(session: Session, errand: Errand) -> bool:
    """Whether nothing of what somebody took is collected yet."""
    shares = lots.shares_of_claim(session, errand.claim_id or 0)
    return bool(shares) and all(share.state == ShareState.RESERVED for share in shares)


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked, and how they answered."""

    name: str
    minutes: int
    declined: bool
    takes: bool


@dataclass(frozen=True)
class ErrandSeen:
    """What was put to volunteers of a lot, for dispatchers and the Region."""

    errand: Errand
    charity: Site
    asked: tuple[Asked, ...]

    @property
    def is_open(self) -> bool:
        """Whether an answer is waited for."""
        return self.errand.state == ErrandState.OFFERED


def errand_seen(session: Session, lot_id: int) -> ErrandSeen | None:
    """The errand of a lot, with who was asked; None where nobody was."""
    errand = queries.errand_of_lot(session, lot_id)
    if errand is None:
        return None
    return ErrandSeen(
        errand=errand,
        charity=session.get_one(Site, errand.site_id),
        asked=tuple(
            Asked(
                name=session.get_one(Person, ask.person_id).name,
                minutes=minutes(ask.seconds),
                declined=ask.declined_at is not None,
                takes=errand.state == ErrandState.TAKEN and errand.taken_by == ask.person_id,
            )
            for ask in queries.asks_of(session, errand.key)
        ),
    )
