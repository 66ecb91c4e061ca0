"""Nobody is quicker than a standing round, however soon after the posting they claim, and posting waits for nothing."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from service.allocation.actions.announcing import announce_new_lots
from service.allocation.deciding.work import decide_region
from service.allocation.models import Claim, ClaimState
from service.allocation.tables import RamasseClaim
from service.lots.errors import LotAlreadyTaken, LotNotOpen
from service.lots.models import Lot
from service.notices.models import OutgoingNotice
from tests.allocation.conftest import Stall
from tests.allocation.test_ramasses import agreed, claims, run
from tests.people import REGION, Make, Party


def held(stall: Stall, lot: Lot) -> dict[int, int]:
    """Grams granted, by site."""
    with stall.database.read() as session:
        sites = {one.key: one.site_id for one in session.exec(select(Claim).where(Claim.lot_id == lot.key)).all()}
    return {sites[claim.key]: sum(share.grams for share in stall.shares(claim)) for claim in claims(stall, lot)}


def test_a_tap_before_the_job_finds_it_taken(stall: Stall, make: Make) -> None:
    """All of it is the round's: whoever taps first is refused, and the round has it at the job's next turn."""
    agreed(stall)
    lot = stall.post()
    with pytest.raises((LotAlreadyTaken, LotNotOpen)):
        stall.claim(lot, make.charity("Rapide").who)
    assert run(stall) == 1
    assert held(stall, lot) == {stall.charity.site.key: 10_000}


def test_a_tap_before_the_job_has_what_is_left(stall: Stall, make: Make) -> None:
    """The round's part is granted in the transaction of the tap, which has the rest; the job finds nothing to do."""
    agreed(stall, most_grams=4_000)
    quick = make.charity("Rapide")
    lot = stall.post()
    stall.claim(lot, quick.who)
    assert held(stall, lot) == {stall.charity.site.key: 4_000, quick.site.key: 6_000}
    assert run(stall) == 0
    with stall.database.read() as session:
        assert [one.outcome for one in session.exec(select(RamasseClaim)).all()] == ["claimed"]


def test_who_has_the_round_may_ask_for_more_by_hand(stall: Stall, make: Make) -> None:
    """Its own tap is what it asks; an older agreement goes before it, a younger one does not."""
    older, younger = make.charity("Aînée"), make.charity("Cadette")
    agreed(stall, older, most_grams=2_000)
    stall.now += timedelta(minutes=1)
    agreed(stall, most_grams=1_000)
    stall.now += timedelta(minutes=1)
    agreed(stall, younger, most_grams=3_000)
    lot = stall.post()
    stall.claim(lot, wanted={stall.first_line(lot): 7_000})
    assert held(stall, lot) == {older.site.key: 2_000, stall.charity.site.key: 7_000}
    run(stall)
    assert held(stall, lot)[younger.site.key] == 1_000


def test_no_message_tells_of_what_is_somebodys(stall: Stall, make: Make) -> None:
    """Neighbours are not called to a lot that is spoken for, even when messages are written before the job's turn."""
    make.charity("Voisine")
    agreed(stall)
    lot = stall.post()
    with stall.database.transaction() as session:
        announce_new_lots(session, REGION, now=stall.now)
    with stall.database.read() as session:
        told = session.exec(select(OutgoingNotice).where(OutgoingNotice.kind == "lot_posted_nearby")).all()
    assert told == []
    assert held(stall, lot) == {stall.charity.site.key: 10_000}


@pytest.mark.sealed
def test_a_window_opens_for_what_is_left(stall: Stall, make: Make) -> None:
    """A worker that was away decides late: the round is served before answers are decided, not after."""
    agreed(stall, most_grams=4_000)
    lot = stall.post(hours=6)
    other = make.charity("Voisine")
    stall.claim(lot, other.who)
    decide_region(stall.database, REGION, stall.now + timedelta(minutes=20))
    assert held(stall, lot) == {stall.charity.site.key: 4_000, other.site.key: 6_000}


@pytest.mark.sealed
def test_a_window_is_set_after_the_round_is_served(stall: Stall) -> None:
    """The worker that decides serves the round of a lot it sees first, whichever job has its turn first."""
    agreed(stall, most_grams=4_000)
    lot = stall.post(hours=6)
    decide_region(stall.database, REGION, stall.now)
    assert held(stall, lot) == {stall.charity.site.key: 4_000}


@pytest.mark.parametrize("worker", [False, True])
def test_a_dozen_quick_hands(stall: Stall, make: Make, worker: bool) -> None:
    """Twelve charities tap each lot at once, with and without the job beside them: the round has its part of each."""
    agreed(stall, most_grams=4_000)
    hands = [make.charity(f"Rapide {n}") for n in range(12)]
    posted = [stall.post() for _ in range(3)]
    ready = threading.Barrier(len(hands) + 1)

    def taps(party: Party) -> list[str]:
        ready.wait(20)
        return [tapped(stall, party, lot) for lot in posted]

    with ThreadPoolExecutor(len(hands)) as pool:
        waiting = [pool.submit(taps, party) for party in hands]
        ready.wait(20)
        if worker:
            run(stall)
        said = [answer for one in waiting for answer in one.result()]
    assert Counter(said) == {"granted": 3, "refused": 33}
    for lot in posted:
        had = held(stall, lot)
        assert had.pop(stall.charity.site.key) == 4_000
        assert list(had.values()) == [6_000]
        assert {claim.state for claim in claims(stall, lot)} == {ClaimState.GRANTED}


def tapped(stall: Stall, party: Party, lot: Lot) -> str:
    try:
        return str(stall.claim(lot, party.who).state)
    except (LotAlreadyTaken, LotNotOpen):
        return "refused"
