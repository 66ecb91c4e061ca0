"""Plans change while vans drive: what is frozen stays, what happened is stronger, both ends see the new times."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

import routing
from config.settings import Settings
from service.rounds.models import Plan, PlanState, RoundState, StopState
from service.rounds.planning.adoption import adopt
from service.rounds.planning.problem import build, profiles_of
from service.rounds.planning.reading import read
from service.rounds.planning.travel import matrices
from service.rounds.planning.work import plan_zone
from service.shipments.models import ShipmentState
from tests.people import REGION, Make
from tests.rounds.conftest import Fleet, Road, quick


def test_executed_and_imminent_stops_stay_when_a_new_lot_comes(road: Road, fleet: Fleet, make: Make) -> None:
    """After the first stop a heavy new lot appears: the done stop and the next one keep number, place and order."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    _, (pickup, delivery) = road.set_off()
    road.report(pickup, "loaded")
    fleet.carried(make.donor("Ferme", town="Saint-Herblain"), make.charity("Secours", town="Saint-Herblain"), 80_000)
    fleet.plan(road.later(minutes=3))
    [round_] = fleet.rounds()
    stops = fleet.stops(round_)
    assert [(s.number, s.state) for s in stops[:2]] == [
        (pickup.number, StopState.DONE),
        (delivery.number, StopState.TODO),
    ]
    assert stops[1].frozen
    assert len(stops) == 4
    assert stops[1].code == delivery.code


def test_a_loaded_shipment_is_never_given_to_another_van(road: Road, fleet: Fleet, make: Make) -> None:
    """What is aboard stays aboard, however near another van is."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    _, (pickup, _) = road.set_off()
    road.report(pickup, "loaded")
    fleet.shift(fleet.vehicle(name="Fourgon 2"), driver_id=None)
    fleet.carried(make.donor("Ferme", town="Angers"), make.charity("Secours", town="Angers"))
    fleet.plan(road.later(minutes=3))
    with_it = [
        round_
        for round_ in fleet.rounds()
        for stop in fleet.stops(round_)
        for task in fleet.tasks(stop)
        if task.shipment_id == shipment.key and stop.is_ahead
    ]
    assert [round_.key for round_ in with_it] == [pickup.round_id]


def test_adopting_the_same_plan_twice_changes_nothing(fleet: Fleet, make: Make) -> None:
    """A job that runs twice adopts once: the second call says no and leaves everything as it is."""
    fleet.shift(fleet.vehicle())
    fleet.want(make.donor(), make.charity(town="Rezé"))
    with fleet.database.read() as session:
        situation = read(session, fleet.settings, REGION, "all", fleet.now.date(), fleet.now)
    answer = quick(build(situation, matrices(fleet.settings, situation, profiles_of(situation))), fleet.settings)
    row = make.row(Plan(region=REGION, zone="all", day=situation.day, asked_at=fleet.now, state=PlanState.SOLVING))
    results = []
    for _ in range(2):
        with fleet.database.transaction() as session:
            results.append(adopt(session, session.get_one(Plan, row.key), situation, answer, fleet.now))
    assert results == [True, False]
    assert fleet.kinds().count("plan.adopted") == 1
    assert fleet.kinds().count("shipment.planned") == 1
    [round_] = fleet.rounds()
    assert len(fleet.stops(round_)) == 2


def test_a_plan_made_on_an_older_version_is_not_adopted(fleet: Fleet, make: Make) -> None:
    """Two searches from the same base: the slower one finds its base superseded and is discarded."""
    fleet.shift(fleet.vehicle())
    fleet.want(make.donor(), make.charity(town="Rezé"))
    with fleet.database.read() as session:
        situation = read(session, fleet.settings, REGION, "all", fleet.now.date(), fleet.now)
    answer = quick(build(situation, matrices(fleet.settings, situation, profiles_of(situation))), fleet.settings)
    fleet.plan()
    row = make.row(Plan(region=REGION, zone="all", day=situation.day, asked_at=fleet.now, state=PlanState.SOLVING))
    with fleet.database.transaction() as session:
        late = session.get_one(Plan, row.key)
        assert not adopt(session, late, situation, answer, fleet.now)
        assert (late.state, late.outcome) == (PlanState.DISCARDED, "outdated")


def test_what_is_loaded_while_the_search_runs_overtakes_the_plan(road: Road, fleet: Fleet, make: Make) -> None:
    """A driver loads a lot during the search that would give it to another van: the plan is dropped, not the truth."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    _, (pickup, _) = road.set_off()

    def meanwhile(problem: routing.Problem, settings: Settings, warm: routing.Plan | None, _: Any) -> routing.Plan:
        assert road.report(pickup, "loaded").status_code == 200
        return quick(problem, settings, warm)

    fleet.carried(make.donor("Ferme", town="Angers"), make.charity("Secours", town="Angers"))
    fleet.plan(solve=meanwhile)
    assert fleet.shipment(shipment.key).state == ShipmentState.LOADED
    fleet.plan(road.clock[0])
    held = [task.shipment_id for r in fleet.rounds() for s in fleet.stops(r) if s.is_ahead for task in fleet.tasks(s)]
    assert shipment.key in held


def test_a_plan_that_breaks_a_rule_is_never_adopted(fleet: Fleet, make: Make) -> None:
    """The checker stands between search and adoption: an answer that loses a shipment is discarded."""
    fleet.shift(fleet.vehicle())
    wanted = fleet.want(make.donor(), make.charity(town="Rezé"))
    [key] = fleet.plan(solve=lambda problem, settings, warm, tell: routing.Plan(engine="broken"))
    with fleet.database.read() as session:
        row = session.get_one(Plan, key)
    assert (row.state, row.outcome) == (PlanState.DISCARDED, "breach")
    assert fleet.shipment(wanted.key).state == ShipmentState.WANTED


def test_two_workers_do_not_plan_the_same_zone(fleet: Fleet, make: Make) -> None:
    """While one worker searches, the zone is leased: a second worker that comes by does nothing."""
    fleet.shift(fleet.vehicle())
    fleet.want(make.donor(), make.charity(town="Rezé"))
    second: list[Any] = []

    def searching(problem: routing.Problem, settings: Settings, warm: routing.Plan | None, _: Any) -> routing.Plan:
        second.append(plan_zone(fleet.database, settings, REGION, "all", fleet.now, solve=quick))
        return quick(problem, settings, warm)

    assert len(fleet.plan(solve=searching)) == 1
    assert second == [[]]


def test_a_worker_that_died_is_replaced(fleet: Fleet, make: Make) -> None:
    """A lease that ran out is taken over, and the plan the dead worker left behind is closed."""
    from service.kit.clock import real_now
    from service.rounds.models import PlanningLease

    fleet.shift(fleet.vehicle())
    fleet.want(make.donor(), make.charity(town="Rezé"))
    long_ago = real_now() - timedelta(hours=1)
    make.row(PlanningLease(region=REGION, zone="all", holder="dead", until=long_ago, taken_at=long_ago))
    lost = make.row(Plan(region=REGION, zone="all", day=fleet.now.date(), asked_at=fleet.now, state=PlanState.SOLVING))
    assert len(fleet.plan()) == 1
    with fleet.database.read() as session:
        assert session.get_one(Plan, lost.key).outcome == "worker-lost"


def test_expected_times_follow_a_late_van_at_both_ends(road: Road, fleet: Fleet, make: Make) -> None:
    """Forty minutes late at the donor's: the charity's expected time moves, both are told, and the zone is stale."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    _, (pickup, _) = road.set_off()
    before = fleet.shipment(shipment.key).expected_delivery_at
    road.later(minutes=45)
    road.report(pickup, "loaded")
    after = fleet.shipment(shipment.key).expected_delivery_at
    assert before is not None
    assert after is not None
    assert timedelta(minutes=25) < after - before < timedelta(minutes=50)
    assert "shipment.expected" in fleet.kinds()
    assert "stop.late" in fleet.kinds()


def test_a_report_for_a_stop_that_moved_away_counts_when_goods_were_loaded(
    road: Road, fleet: Fleet, make: Make
) -> None:
    """Without a network the driver loads at a stop the new plan gave away: the truth wins, the goods are his again."""
    fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(minutes=90))
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    [first] = fleet.rounds()
    [pickup, _] = fleet.stops(first)
    road.post(f"/rounds/{first.key}/acceptance")
    _send_away(fleet, make, pickup.key)
    assert road.report(pickup, "arrived").json()["code"] == "stop-moved"
    answer = road.report(pickup, "loaded")
    assert answer.status_code == 200, answer.text
    assert fleet.shipment(shipment.key).state == ShipmentState.LOADED
    ahead = [s for s in fleet.stops(first) if s.is_ahead]
    assert [s.site_id for s in ahead] == [shipment.delivery_site_id]
    assert "stop.taken" in fleet.kinds()


def _send_away(fleet: Fleet, make: Make, stop_id: int) -> None:
    """As if a newer plan had dropped the stop."""
    from service.rounds.models import Stop, StopTask

    with fleet.database.transaction() as session:
        for stop in session.exec(select(Stop)).all():
            stop.state = StopState.DROPPED
            if stop.key != stop_id:
                for task in session.exec(select(StopTask).where(StopTask.stop_id == stop.key)).all():
                    session.delete(task)
            session.add(stop)


def test_paper_is_entered_afterwards_with_its_real_times(road: Road, fleet: Fleet, make: Make) -> None:
    """A dispatcher enters a round from paper: real times, marked late, paper as the proof, no code needed."""
    fleet.shift(fleet.vehicle())
    shipment = fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    [round_] = fleet.rounds()
    pickup, delivery = fleet.stops(round_)
    desk = road.as_(fleet.dispatcher)
    road.later(hours=3)
    times = [(fleet.now + timedelta(minutes=minutes)).isoformat() for minutes in (15, 50)]
    assert desk.report(pickup, "loaded", late=True, at=times[0]).status_code == 200
    answer = desk.report(delivery, "delivered", late=True, at=times[1])
    assert (answer.status_code, answer.json()["proof"], answer.json()["late"]) == (200, "paper", True)
    [share] = fleet.shares(shipment)
    assert share.collected_at == fleet.now + timedelta(minutes=15)
    assert fleet.rounds()[0].late
    assert fleet.rounds()[0].state == RoundState.RUNNING
    future = (road.clock[0] + timedelta(hours=1)).isoformat()
    assert desk.report(delivery, "arrived", at=future).status_code == 422


def test_asking_for_a_plan_is_answered_at_once_and_searched_later(road: Road, fleet: Fleet, make: Make) -> None:
    """POST /plans gives 202 and a pending plan; asking again gives the same one; the next search answers it."""
    fleet.shift(fleet.vehicle())
    fleet.want(make.donor(), make.charity(town="Rezé"))
    desk = road.as_(fleet.dispatcher)
    asked = desk.post("/plans")
    assert asked.status_code == 202
    [plan] = asked.json()["items"]
    assert plan["state"] == "pending"
    assert desk.post("/plans").json()["items"][0]["id"] == plan["id"]
    assert fleet.plan() == [plan["id"]]
    assert desk.get(f"/plans/{plan['id']}").json()["state"] == "adopted"
    assert road.post("/plans").status_code == 403
    assert desk.post("/plans", {"zone": "nowhere"}).status_code == 422
