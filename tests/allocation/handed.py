"""Food that reached a charity, whatever was decided before: granted, handed over and weighed without a claim's way."""

from typing import Any

from service.allocation.models import Claim, ClaimState, Way
from service.lots import queries as lots
from service.lots.actions import granting, handing_over
from service.lots.models import Share
from tests.allocation.conftest import Stall
from tests.people import Party


def grant(stall: Stall, *lines: dict[str, Any], to: Party | None = None) -> list[Share]:
    """A lot just posted, all of it granted to a charity (the stall's own unless said)."""
    party, lot = to or stall.charity, stall.post(*lines)
    with stall.database.transaction() as session:
        lot = session.merge(lot)
        claim = Claim(
            region=lot.region,
            lot_id=lot.key,
            lot_version=lot.version,
            organisation_id=party.id,
            site_id=party.site.key,
            way=Way.COLLECT,
            state=ClaimState.GRANTED,
            code="123456",
            made_at=stall.now,
        )
        session.add(claim)
        session.flush()
        wanted = [(line.key, line.grams) for line in lots.lines_of(session, lot.key)]
        return granting.reserve(
            session,
            lot,
            wanted,
            claim_id=claim.key,
            organisation_id=party.id,
            site_id=party.site.key,
            who=party.who,
            now=stall.now,
        )


def collect(stall: Stall, share: Share) -> None:
    """It leaves the donor."""
    with stall.database.transaction() as session:
        handing_over.collect_share(session, session.merge(share), who=stall.donor.who, now=stall.now)


def weigh(stall: Stall, share: Share, grams: int) -> None:
    """It is at the charity's and was weighed there."""
    with stall.database.transaction() as session:
        row = session.merge(stored(stall, share))
        handing_over.deliver_share(session, row, received_grams=grams, who=stall.charity.who, now=stall.now)


def stored(stall: Stall, share: Share) -> Share:
    """The share as it stands now."""
    with stall.database.read() as session:
        return session.get_one(Share, share.key)


def bring_home(stall: Stall, party: Party, *lines: dict[str, Any]) -> None:
    """A lot that has left its donor for a charity."""
    for share in grant(stall, *lines, to=party):
        collect(stall, share)
