"""Two workers that carry out the same plan at the same moment, while what it carries is given back: once, or not."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from config.settings import Settings
from service.allocation.actions import claiming
from service.allocation.models import Claim, ClaimState, Way
from service.journal.models import Entry
from service.kit.refusals import Refusal
from service.lots.models import HOLDING, LotLine, Share
from service.rounds.models import Plan, PlanState
from service.rounds.planning.adoption import adopt
from service.rounds.planning.problem import build, profiles_of
from service.rounds.planning.reading import read
from service.rounds.planning.travel import matrices
from service.shipments.models import Shipment
from tests.allocation.conftest import Stall
from tests.people import REGION, Make
from tests.rounds.conftest import Fleet, quick


@pytest.fixture
def fleet(make: Make, settings: Settings, stall: Stall) -> Fleet:
    return Fleet(make, settings, stall.now)


def entries(stall: Stall, kind: str) -> int:
    with stall.database.read() as session:
        return len(session.exec(select(Entry).where(Entry.kind == kind)).all())


@pytest.mark.parametrize("gives_back", [False, True])
def test_one_plan_is_adopted_once(stall: Stall, fleet: Fleet, make: Make, gives_back: bool) -> None:
    """Three threads begin together: one of two adoptions says yes; a claim given back meanwhile is carried nowhere."""
    fleet.shift(fleet.vehicle(), hours=6)
    claims = [
        stall.claim(stall.post(), way=Way.BRING),
        stall.claim(stall.post(), make.charity("Autre").who, way=Way.BRING),
    ]
    now = fleet.now + timedelta(minutes=1)
    with stall.database.read() as session:
        situation = read(session, fleet.settings, REGION, "all", now.date(), now)
    answer = quick(build(situation, matrices(fleet.settings, situation, profiles_of(situation))), fleet.settings)
    row = make.row(Plan(region=REGION, zone="all", day=situation.day, asked_at=now, state=PlanState.SOLVING))
    together = threading.Barrier(3 if gives_back else 2)
    adopted: list[bool] = []
    released: list[str] = []

    def adopts() -> None:
        together.wait(20)
        with stall.database.transaction() as session:
            adopted.append(adopt(session, session.get_one(Plan, row.key), situation, answer, now))

    def releases() -> None:
        together.wait(20)
        try:
            with stall.database.transaction() as session:
                made = claiming.release(session, who=stall.charity.who, claim_id=claims[0].key, now=now)
                released.append(str(made.state))
        except Refusal as refusal:
            released.append(refusal.code)

    threads = [threading.Thread(target=act) for act in [adopts, adopts, *([releases] if gives_back else [])]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Given back before it was adopted, the plan carries what is not there: it is dropped, and the next one decides.
    assert sorted(adopted) in ([[False, True]] if not gives_back else [[False, True], [False, False]])
    assert entries(stall, "plan.adopted") == sum(adopted)
    with stall.database.read() as session:
        standing = session.get_one(Claim, claims[0].key)
        assert (standing.state == ClaimState.RELEASED) == gives_back
        assert released == (["released"] if gives_back else [])
        shipments = {one.subject_id: str(one.state) for one in session.exec(select(Shipment)).all()}
        assert shipments[claims[0].key] == ("cancelled" if gives_back else "planned")
        for line in session.exec(select(LotLine)).all():
            shares = session.exec(select(Share).where(Share.line_id == line.key)).all()
            held = sum(share.grams for share in shares if share.state in HOLDING)
            assert line.grams == line.free_grams + held + line.left_grams
