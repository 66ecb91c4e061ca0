"""A lot granted while rounds run enters one of them at once, and the search that runs meanwhile takes it over."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

import routing
from config.settings import Settings
from service.rounds.models import Plan, PlanCause, PlanState, StopState
from service.rounds.planning.inserting import insert_shipment, insert_untried
from service.shipments.models import ShipmentState
from tests.people import REGION, Make
from tests.rounds.conftest import Fleet, Road, quick


def versions(fleet: Fleet) -> list[Plan]:
    """The adopted plans so far, by version."""
    with fleet.database.read() as session:
        return [row for row in session.exec(select(Plan).order_by(Plan.version)).all() if row.version is not None]


def test_a_lot_enters_a_running_round_without_a_search(road: Road, fleet: Fleet, make: Make) -> None:
    """The van is on its way when a lot is granted: version 2 has it, the next stop stays, both ends know."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, stops = road.set_off()
    new = fleet.carried(make.donor("Fournil", town="Rezé"), make.charity("Secours", town="Saint-Herblain"))
    now = road.later(minutes=2)
    [key] = insert_untried(fleet.database, fleet.settings, now)
    first, second = versions(fleet)
    assert (first.state, second.state, second.key) == (PlanState.SUPERSEDED, PlanState.ADOPTED, key)
    assert (second.version, second.base_version, second.cause) == (2, 1, PlanCause.INSERTION)
    assert (second.served, second.stops) == (2, len(fleet.stops(round_)))
    shipment = fleet.shipment(new.key)
    assert shipment.state == ShipmentState.PLANNED
    assert shipment.expected_pickup_at is not None
    assert shipment.expected_pickup_at > now
    ahead = fleet.stops(round_)
    assert (ahead[0].number, ahead[0].sequence) == (stops[0].number, 1)
    assert [s.site_id for s in ahead].count(shipment.pickup_site_id) == 1
    [ride] = [one for one in second.difference["rides"] if one["shipment"] == new.key]
    assert (ride["from"], ride["to"]) == (None, round_.key)
    assert fleet.kinds().count("round.changed") == 1


def test_inserting_twice_is_harmless(fleet: Fleet, make: Make) -> None:
    """The job that runs again, or beside another worker, finds nothing left to put anywhere."""
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    new = fleet.carried(make.donor("Fournil"), make.charity("Secours", town="Rezé"))
    assert insert_shipment(fleet.database, fleet.settings, new.key, fleet.now) is not None
    assert insert_shipment(fleet.database, fleet.settings, new.key, fleet.now) is None
    assert insert_untried(fleet.database, fleet.settings, fleet.now) == []
    assert len(versions(fleet)) == 2


def test_without_a_plan_or_a_place_the_search_is_left_to_it(fleet: Fleet, make: Make) -> None:
    """No plan in force, then no cold for a chilled lot: nothing is adopted, the shipment stays wanted."""
    from service.rounds.models import Cold

    fleet.shift(fleet.vehicle(cold=Cold.NONE))
    first = fleet.carried(make.donor(), make.charity(town="Rezé"))
    assert insert_shipment(fleet.database, fleet.settings, first.key, fleet.now) is None
    fleet.plan()
    cold = fleet.carried(make.donor("Crémerie"), make.charity("Secours", town="Rezé"), category="yoghurt")
    assert insert_shipment(fleet.database, fleet.settings, cold.key, fleet.now) is None
    assert fleet.shipment(cold.key).state == ShipmentState.WANTED


def test_the_search_improves_afterwards(fleet: Fleet, make: Make) -> None:
    """An inserted lot leaves its zone stale: the next search adopts version 3 with all it found in version 2."""
    fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(hours=1))
    donor = make.donor()
    fleet.carried(donor, make.charity(town="Rezé"))
    fleet.plan()
    new = fleet.carried(donor, make.charity("Secours", town="Saint-Herblain"))
    insert_untried(fleet.database, fleet.settings, fleet.now)
    fleet.plan()
    assert [plan.cause for plan in versions(fleet)] == [PlanCause.SEARCH, PlanCause.INSERTION, PlanCause.SEARCH]
    assert fleet.shipment(new.key).state == ShipmentState.PLANNED


def test_a_search_takes_over_what_was_inserted_while_it_ran(fleet: Fleet, make: Make) -> None:
    """A lot enters a round while a search runs: the search's plan is adopted all the same, with that lot in it."""
    fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(hours=1))
    donor = make.donor()
    charity, other = make.charity(town="Rezé"), make.charity("Secours", town="Saint-Herblain")
    fleet.carried(donor, charity)
    fleet.plan()
    third = fleet.carried(make.donor("Fournil"), charity)
    late: list[Any] = []

    def meanwhile(problem: routing.Problem, settings: Settings, warm: routing.Plan | None, _: Any) -> routing.Plan:
        if not late:
            late.append(fleet.carried(make.donor("Primeur"), other))
            assert insert_shipment(fleet.database, fleet.settings, late[0].key, fleet.now) is not None
        return quick(problem, settings, warm)

    fleet.plan(solve=meanwhile)
    assert [plan.cause for plan in versions(fleet)] == [PlanCause.SEARCH, PlanCause.INSERTION, PlanCause.SEARCH]
    assert {fleet.shipment(one.key).state for one in (third, late[0])} == {ShipmentState.PLANNED}


def test_a_report_while_inserting_makes_it_look_again(road: Road, fleet: Fleet, make: Make, monkeypatch: Any) -> None:
    """The driver loads between reading and writing: nothing is adopted on the old view, the second look is."""
    from service.rounds.planning import inserting

    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor(), make.charity(town="Rezé"))
    fleet.plan()
    round_, (pickup, _) = road.set_off()
    new = fleet.carried(make.donor("Fournil"), make.charity("Secours", town="Rezé"))
    real, looks = inserting.placed, []

    def between(settings: Settings, aimed: inserting.Aimed) -> Any:
        answer = real(settings, aimed)
        if not looks:
            assert road.report(pickup, "loaded").status_code == 200
        looks.append(aimed)
        return answer

    monkeypatch.setattr(inserting, "placed", between)
    assert insert_shipment(fleet.database, fleet.settings, new.key, road.later(minutes=1)) is not None
    assert len(looks) == 2
    stops = fleet.stops(round_)
    assert stops[0].state == StopState.DONE
    assert fleet.shipment(new.key).state == ShipmentState.PLANNED


def test_two_lots_at_once_for_a_vehicle_without_a_round(fleet: Fleet, make: Make, monkeypatch: Any) -> None:
    """Both were aimed at the same empty van: the second sees that it has a round now, looks again, and joins it."""
    from service.rounds.planning import inserting

    fleet.shift(fleet.vehicle(), driver_id=None)
    fleet.plan()
    first = fleet.carried(make.donor(), make.charity(town="Rezé"), 30_000)
    with fleet.database.transaction() as session:
        session.add(
            Plan(
                region=REGION, zone="all", day=fleet.now.date(), version=1, state=PlanState.ADOPTED, asked_at=fleet.now
            )
        )
    second = fleet.carried(make.donor("Fournil"), make.charity("Secours", town="Rezé"), 30_000)
    real, looks = inserting.placed, []

    def between(settings: Settings, aimed: inserting.Aimed) -> Any:
        answer = real(settings, aimed)
        looks.append(aimed.shipment)
        if len(looks) == 1:
            assert insert_shipment(fleet.database, fleet.settings, first.key, fleet.now) is not None
        return answer

    monkeypatch.setattr(inserting, "placed", between)
    assert insert_shipment(fleet.database, fleet.settings, second.key, fleet.now) is not None
    assert looks == [second.key, first.key, second.key]
    [round_] = fleet.rounds()
    held = {task.shipment_id for stop in fleet.stops(round_) for task in fleet.tasks(stop)}
    assert held == {first.key, second.key}


def test_what_found_no_place_is_asked_again_only_once_something_changed(
    fleet: Fleet, make: Make, monkeypatch: Any
) -> None:
    """The job runs every second: a lot too heavy for the van is tried once, and again when another shift is opened."""
    from service.rounds.actions.shifts import open_shift
    from service.rounds.forms import ShiftForm
    from service.rounds.planning import inserting

    fleet.shift(fleet.vehicle(grams=20_000))
    fleet.carried(make.donor(), make.charity(town="Rezé"), 5_000)
    fleet.plan()
    heavy = fleet.carried(make.donor("Ferme"), make.charity("Secours", town="Rezé"), 90_000)
    tries: list[int] = []
    real = inserting.insert_shipment

    def counting(*given: Any) -> Any:
        tries.append(given[2])
        return real(*given)

    monkeypatch.setattr(inserting, "insert_shipment", counting)
    for _ in range(3):
        assert insert_untried(fleet.database, fleet.settings, fleet.now) == []
    assert tries == [heavy.key]
    form = ShiftForm(
        vehicle_id=fleet.vehicle(name="Porteur").key, starts_at=fleet.now, ends_at=fleet.now + timedelta(hours=4)
    )
    with fleet.database.transaction() as session:
        open_shift(session, form, who=fleet.dispatcher.who, now=fleet.now)
    assert len(insert_untried(fleet.database, fleet.settings, fleet.now)) == 1
    assert fleet.shipment(heavy.key).state == ShipmentState.PLANNED
