"""Random evenings: late lots, reports, refusals, shut doors, breakdowns; after each step every gram is somewhere."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlmodel import select

from service.lots.models import Lot, LotLine, Share, ShareState
from service.rounds.actions.watching import watch_rounds
from service.rounds.models import (
    Plan,
    PlanState,
    Round,
    RoundState,
    Stop,
    StopTask,
    TaskState,
    Transfer,
    TransferState,
)
from service.rounds.models.rounds import AHEAD
from service.rounds.planning.inserting import insert_untried
from service.shipments.models import UNDER_WAY, Shipment, ShipmentItem, ShipmentState
from tests.people import Make, Party
from tests.rounds.conftest import Fleet, Road

STEPS = 14
TOWNS = ("Nantes", "Rezé", "Saint-Herblain")


class Evening:
    """One history: what may happen next is drawn, done through the API or the jobs, and looked at."""

    def __init__(self, road: Road, fleet: Fleet, make: Make, seed: int) -> None:
        self.road, self.fleet, self.random = road, fleet, Random(seed)
        self.donors = [make.donor(f"Fournil {at}", town=town) for at, town in enumerate(TOWNS)]
        self.charities = [make.charity(f"Halte {at}", town=town) for at, town in enumerate(TOWNS)]
        self.desk = road.as_(fleet.dispatcher)

    def happens(self) -> str:
        """Let one thing happen; what it was."""
        often = [self.lot, self.report]
        seldom = [self.insert, self.plan, self.incident, self.watch, self.stranded]
        thing = self.random.choice([*often, *often, self.report, *seldom])
        thing()
        self.road.later(minutes=self.random.choice((1, 3, 8)))
        return thing.__name__

    def lot(self) -> None:
        category = self.random.choice(("bread", "bread", "yoghurt"))
        donor, charity = self._two()
        self.fleet.carried(donor, charity, self.random.randint(3, 30) * 1000, category=category)

    def insert(self) -> None:
        insert_untried(self.fleet.database, self.fleet.settings, self.road.clock[0])

    def plan(self) -> None:
        self.fleet.plan(self.road.clock[0])

    def watch(self) -> None:
        with self.fleet.database.transaction() as session:
            watch_rounds(session, self.road.clock[0])

    def report(self) -> None:
        """What a crew says at its next stop: mostly as planned, sometimes not."""
        round_ = self._some_round()
        if round_ is None:
            return
        ahead = [stop for stop in self.fleet.stops(round_) if stop.is_ahead]
        if not ahead:
            return
        stop = ahead[0]
        loads = any(task.kind == "load" and task.state == TaskState.TODO for task in self.fleet.tasks(stop))
        luck = self.random.random()
        if luck < 0.12:
            self._said(stop, "failed", reason=self.random.choice(("closed", "nobody", "no_access", "too_late")))
        elif luck < 0.24:
            self._said(stop, "refused", reason="overstock", rest=self.random.choice(("leave", "offer")))
        elif loads:
            self._said(stop, "loaded", temperature_c=3)
        else:
            self._said(stop, "delivered", temperature_c=3, code=stop.code)

    def incident(self) -> None:
        round_ = self._some_round()
        if round_ is not None and self.random.random() < 0.6:
            kind = self.random.choice(("late", "late", "breakdown", "going_home"))
            answer = self.desk.post(f"/rounds/{round_.key}/incidents", {"kind": kind})
            assert answer.status_code in (200, 409), answer.text

    def stranded(self) -> None:
        """Somebody says what became of a broken van's load, or where it is."""
        with self.fleet.database.read() as session:
            waiting = session.exec(select(Transfer).where(Transfer.state == TransferState.WAITING)).all()
        if waiting:
            one, what = self.random.choice(waiting), self.random.choice(("return", "write-off", "place"))
            if what == "place":
                answer = self.desk.put(f"/rounds/{one.round_id}/whereabouts", {"latitude": 47.2, "longitude": -1.5})
            else:
                answer = self.desk.post(f"/transfers/{one.key}/{what}")
            assert answer.status_code in (200, 204), answer.text

    def _said(self, stop: Stop, kind: str, **more: Any) -> None:
        answer = self.desk.report(stop, kind, **more)
        assert answer.status_code in (200, 409, 422), answer.text

    def _two(self) -> tuple[Party, Party]:
        return self.random.choice(self.donors), self.random.choice(self.charities)

    def _some_round(self) -> Round | None:
        found = [round_ for round_ in self.fleet.rounds() if not round_.is_over and round_.state != RoundState.DRAFT]
        return self.random.choice(found) if found else None


def look(fleet: Fleet) -> None:
    """Every gram is somewhere, nothing rides twice, one plan is in force, what is aboard is in one round."""
    with fleet.database.read() as session:
        lots = {lot.key: lot for lot in session.exec(select(Lot)).all()}
        lines, shares = session.exec(select(LotLine)).all(), session.exec(select(Share)).all()
        tasks = session.exec(
            select(StopTask, Stop).join(Stop).where(StopTask.state == TaskState.TODO, Stop.state.in_(AHEAD))
        ).all()
        shipments = {one.key: one for one in session.exec(select(Shipment)).all()}
        items = session.exec(select(ShipmentItem).where(ShipmentItem.subject == "share", ShipmentItem.grams > 0)).all()
        plans = session.exec(select(Plan).where(Plan.state == PlanState.ADOPTED)).all()
    posted = sum(line.grams for line in lines if lots[line.lot_id].parent_id is None)
    free = sum(line.free_grams for line in lines)
    held = sum(share.due_grams for share in shares if share.state in (ShareState.RESERVED, ShareState.COLLECTED))
    refused = sum(share.refused_grams for share in shares)
    delivered = sum(share.due_grams for share in shares if share.state == ShareState.DELIVERED)
    assert posted == free + held + refused + delivered
    # What left its donor is aboard of one vehicle, or waits in one for another.
    carried = Counter(item.subject_id for item in items if shipments[item.shipment_id].state in UNDER_WAY)
    assert {share.key: carried[share.key] for share in shares if share.state == ShareState.COLLECTED} == {
        share.key: 1 for share in shares if share.state == ShareState.COLLECTED
    }
    rides = Counter((task.shipment_id, task.kind) for task, _ in tasks)
    assert [ride for ride, count in rides.items() if count > 1] == []
    rounds_of: dict[int, set[int]] = {}
    for task, stop in tasks:
        rounds_of.setdefault(task.shipment_id, set()).add(stop.round_id)
    assert [key for key, where in rounds_of.items() if len(where) > 1] == []
    assert [key for key in rounds_of if shipments[key].state in (ShipmentState.FAILED, ShipmentState.DELIVERED)] == []
    assert len({plan.day for plan in plans}) == len(plans)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_no_gram_is_lost_whatever_happens(road: Road, fleet: Fleet, make: Make, seed: int) -> None:
    """A drawn history of fourteen steps with two vans, looked at after each."""
    for at in range(2):
        driver = fleet.carrier.person.key if at == 0 else make.driver(f"Transports {at}").person.key
        fleet.shift(fleet.vehicle(name=f"Fourgon {at}"), hours=5, driver_id=driver)
    evening = Evening(road, fleet, make, seed)
    evening.lot()
    evening.plan()
    said = []
    for _ in range(STEPS):
        said.append(evening.happens())
        look(fleet)
    fleet.plan(road.later(minutes=5) + timedelta(minutes=1))
    look(fleet)
    assert len(said) == STEPS
