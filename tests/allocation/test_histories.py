"""Random histories of lots, answers, withdrawals and decisions: no gram twice, none lost, each decision again."""

from collections import defaultdict
from datetime import timedelta
from random import Random

import pytest
from sqlmodel import select

from service.allocation import queries
from service.allocation.actions import claiming
from service.allocation.deciding.keeping import is_repeated
from service.allocation.deciding.work import decide_region
from service.allocation.models import Answer, AnswerWindow, Claim, ClaimState, StoredDecision, Way, WindowState
from service.kit.refusals import Refusal
from service.lots import actions as lots
from service.lots import queries as lots_read
from service.lots.models import HOLDING, Lot, LotLine, Share
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.people import REGION, Make, Party

pytestmark = pytest.mark.sealed
STEPS = 40


@pytest.mark.parametrize("seed", range(4))
def test_mass_balances_over_any_history(stall: Stall, make: Make, seed: int) -> None:
    """Whatever is answered, changed, taken back, withdrawn and decided, and however the clock jumps."""
    random = Random(seed)
    people, days = [None, 20, 150], [0, 15_000]
    others = [
        make.charity(f"Association {n}", people_per_week=random.choice(people), max_grams_day=random.choice(days))
        for n in range(4)
    ]
    parties = [stall.charity, *others]
    posted = [stall.post()]
    stall.claim(posted[0])
    begins = stall.now
    assert decide_region(stall.database, REGION, begins + timedelta(minutes=11)) == 1
    for _ in range(STEPS):
        stall.now = begins + timedelta(minutes=random.randint(0, 150))
        act = random.random()
        try:
            if act < 0.25:
                posted.append(
                    stall.post(*random.sample([BREAD, YOGHURT], random.randint(1, 2)), hours=random.randint(1, 4))
                )
            elif act < 0.70:
                _answer(stall, random, random.choice(posted), random.choice(parties))
            elif act < 0.80:
                _release(stall, random, parties)
            elif act < 0.84:
                _withdraw(stall, random.choice(posted))
            else:
                decide_region(stall.database, REGION, stall.now)
        except Refusal:
            continue
        _balances(stall)
    decide_region(stall.database, REGION, begins + timedelta(hours=12))
    stall.now = begins + timedelta(hours=12)
    with stall.database.transaction() as session:
        lots.expire_due(session, stall.now)
    decide_region(stall.database, REGION, stall.now)
    _balances(stall)
    with stall.database.read() as session:
        waiting = session.exec(select(Claim).where(Claim.state == ClaimState.PENDING)).all()
        open_ = session.exec(select(AnswerWindow).where(AnswerWindow.state == WindowState.OPEN)).all()
        assert waiting == []
        assert [window for window in open_ if window.closes_at is not None] == []
        rows = session.exec(select(StoredDecision)).all()
        assert rows
        assert [row.id for row in rows if not is_repeated(row.inputs, row.output)] == []


def _answer(stall: Stall, random: Random, lot: Lot, party: Party) -> None:
    with stall.database.read() as session:
        lines = [(line.key, line.free_grams) for line in lots_read.lines_of(session, lot.key)]
    kind = random.choice(["all", "all", "part", "no"])
    given: dict[str, object] = {"way": random.choice([Way.COLLECT, Way.COLLECT, Way.BRING])}
    if kind == "no":
        given["answer"] = Answer.NO
    elif kind == "part":
        given["wanted"] = {key: random.choice([500, 1_250, 4_000]) for key, _free in lines}
    stall.claim(lot, party.who, **given)


def _release(stall: Stall, random: Random, parties: list[Party]) -> None:
    with stall.database.read() as session:
        found = session.exec(
            select(Claim).where(Claim.region == REGION).order_by(Claim.id)  # type: ignore[arg-type]  # a column here
        ).all()
    if found:
        claim = random.choice(found)
        who = next(party.who for party in parties if party.site.key == claim.site_id)
        with stall.database.transaction() as session:
            claiming.release(session, who=who, claim_id=claim.key, now=stall.now)


def _withdraw(stall: Stall, lot: Lot) -> None:
    with stall.database.transaction() as session:
        lots.withdraw(session, session.get_one(Lot, lot.key), reason="sold", who=stall.donor.who, now=stall.now)


def _balances(stall: Stall) -> None:
    with stall.database.read() as session:
        held: dict[int, int] = defaultdict(int)
        for share in session.exec(select(Share)).all():
            held[share.line_id] += share.grams if share.state in HOLDING else 0
        for line in session.exec(select(LotLine)).all():
            assert line.grams == line.free_grams + held[line.key] + line.left_grams
        for claim in session.exec(select(Claim).where(Claim.state == ClaimState.GRANTED)).all():
            granted = sum(line.grams_granted for line in queries.lines_of_claim(session, claim.key))
            assert granted == sum(share.grams for share in lots_read.shares_of_claim(session, claim.key))
            assert granted > 0


@pytest.mark.slow
def test_a_thousand_answers_in_the_last_second(stall: Stall, make: Make) -> None:
    """A thousand claims on fifty lots just before they close: each is decided once, and nothing is given twice."""
    parties = [make.charity(f"Association {n}") for n in range(20)]
    posted = [stall.post() for _ in range(50)]
    stall.now += timedelta(minutes=3)
    with stall.database.transaction() as session:
        for lot in posted:
            for party in parties:
                claiming.claim(session, who=party.who, lot_id=lot.key, way=Way.COLLECT, now=stall.now)
    assert decide_region(stall.database, REGION, stall.now + timedelta(minutes=11)) == 50
    _balances(stall)
    with stall.database.read() as session:
        rows = session.exec(select(StoredDecision)).all()
        states = [claim.state for claim in session.exec(select(Claim)).all()]
        assert len(states) == 1000
        assert ClaimState.PENDING not in states
        assert sum(lots_read.free_grams(session, lot.key) for lot in posted) == 0
        assert all(is_repeated(row.inputs, row.output) for row in rows)
