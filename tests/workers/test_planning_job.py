"""The planning job in earnest: a child process searches, and nothing of it is left behind."""

import multiprocessing
import threading
import time

import pytest

from config.settings import Settings
from service.shipments.models import ShipmentState
from tests.people import Make
from tests.rounds.conftest import Fleet
from workers.jobs import plan_stale
from workers.queue import Work

# A search that is not stopped takes this long.
SEARCH_S = 60.0


@pytest.fixture
def fleet(make: Make, settings: Settings, now: object) -> Fleet:
    return Fleet(make, settings, make.now)


@pytest.mark.slow
def test_a_stale_zone_is_planned_by_a_child_process(fleet: Fleet, make: Make, settings: Settings) -> None:
    """A wanted shipment is planned by the job as the worker runs it, and no process stays."""
    fleet.shift(fleet.vehicle())
    wanted = fleet.want(make.donor(), make.charity(town="Rezé"))
    work = Work.of(settings.model_copy(update={"planning_seconds": 1.0}))
    work.clock.now = lambda: fleet.now  # type: ignore[method-assign]  # the clock stands still
    assert plan_stale.run(work) == 1
    assert fleet.shipment(wanted.key).state == ShipmentState.PLANNED
    assert multiprocessing.active_children() == []
    work.database.close()


@pytest.mark.slow
def test_stopping_ends_a_search_at_once(fleet: Fleet, make: Make, settings: Settings) -> None:
    """A worker asked to stop in the middle of a long search is gone within seconds, its child with it."""
    fleet.shift(fleet.vehicle())
    donor, charity = make.donor(), make.charity(town="Rezé")
    for _ in range(12):
        fleet.want(donor, charity)
    work = Work.of(settings.model_copy(update={"planning_seconds": SEARCH_S}))
    work.clock.now = lambda: fleet.now  # type: ignore[method-assign]  # the clock stands still
    thread = threading.Thread(target=plan_stale.run, args=(work,))
    thread.start()
    until = time.monotonic() + SEARCH_S
    while not multiprocessing.active_children() and time.monotonic() < until:
        time.sleep(0.05)
    assert multiprocessing.active_children(), "no search began"
    began = time.monotonic()
    work.stopping.set()
    thread.join(SEARCH_S)
    assert not thread.is_alive()
    assert time.monotonic() - began < SEARCH_S / 2
    assert multiprocessing.active_children() == []
    work.database.close()
