"""Whether and at what cost a round can bring it decides as well, and what no longer fits together is decided again."""

from datetime import timedelta

import pytest

from config.settings import Settings
from service.allocation import queries
from service.allocation.deciding.work import decide_region
from service.allocation.models import Claim, ClaimState, Way
from service.lots.models import Lot
from service.shipments import queries as shipments
from tests.allocation.conftest import BREAD, Stall
from tests.people import REGION, Make, Party
from tests.rounds.conftest import Fleet

pytestmark = pytest.mark.sealed
LATER = timedelta(minutes=11)
# Too little to be shared.
SMALL = {**BREAD, "grams": 5_000}


@pytest.fixture
def fleet(make: Make, settings: Settings, stall: Stall) -> Fleet:
    return Fleet(make, settings, stall.now)


def brought(stall: Stall, lot: Lot, party: Party) -> Claim:
    return stall.claim(lot, party.who, way=Way.BRING)


def after(stall: Stall, claim: Claim) -> Claim:
    with stall.database.read() as session:
        return session.get_one(Claim, claim.key)


def test_equally_served_the_cheaper_to_bring_to(stall: Stall, fleet: Fleet, make: Make) -> None:
    """Two charities that had nothing yet: the nearer to the round gets it, and both read what the way costs."""
    fleet.shift(fleet.vehicle(), hours=6)
    near, far = make.charity("Près", "Nantes"), make.charity("Plus loin", "Saint-Herblain")
    lot = stall.post(SMALL)
    lost, won = brought(stall, lot, far), brought(stall, lot, near)
    decide_region(stall.database, REGION, stall.now + LATER)
    assert after(stall, won).state == ClaimState.GRANTED
    assert (after(stall, lost).state, after(stall, lost).reason) == (ClaimState.REFUSED, "dearer")
    with stall.database.read() as session:
        (row,) = queries.decisions_of_lot(session, lot.key)
        cents = {way["taker"]: way["cents"] for way in row.inputs["bringings"]}
        assert 0 < cents[f"{near.site.key:010d}"] < cents[f"{far.site.key:010d}"]
        assert [str(one.state) for one in shipments.shipments_of(session, "claim", won.key)] == ["wanted"]


def test_each_alone_but_not_all_together(stall: Stall, fleet: Fleet, make: Make) -> None:
    """A small van that has time for one trip: of two lots that each could come, only one is promised."""
    fleet.shift(fleet.vehicle(grams=6_000), hours=0.75)
    parties = [make.charity("À Rezé", "Rezé"), make.charity("Aussi à Rezé", "Rezé")]
    posted = [stall.post(SMALL), stall.post(SMALL)]
    claims = [brought(stall, lot, party) for lot, party in zip(posted, parties, strict=True)]
    decide_region(stall.database, REGION, stall.now + LATER)
    found = sorted((str(after(stall, claim).state), after(stall, claim).reason or "") for claim in claims)
    assert found == [("granted", ""), ("refused", "no-longer-fits")]
    assert sum(stall.free(lot) for lot in posted) == 5_000


def test_what_no_longer_fits_goes_to_who_comes_himself(stall: Stall, fleet: Fleet, make: Make) -> None:
    """The share that fell out of the rounds is decided again in the same turn, with those who are left."""
    fleet.shift(fleet.vehicle(grams=6_000), hours=0.75)
    first, second = make.charity("À Rezé", "Rezé"), make.charity("Aussi à Rezé", "Rezé")
    walker = make.charity("Vient de loin", "Angers")
    posted = [stall.post(SMALL), stall.post(SMALL)]
    claims = [brought(stall, posted[0], first), brought(stall, posted[1], second)]
    # Far away and dear, so that it gets nothing as long as a round comes.
    fetched = [stall.claim(lot, walker.who, way=Way.COLLECT) for lot in posted]
    decide_region(stall.database, REGION, stall.now + LATER)
    found = sorted((str(after(stall, claim).state), after(stall, claim).reason or "") for claim in claims)
    assert found == [("granted", ""), ("refused", "no-longer-fits")]
    assert sorted(str(after(stall, claim).state) for claim in fetched) == ["granted", "refused"]
    assert sum(stall.free(lot) for lot in posted) == 0
