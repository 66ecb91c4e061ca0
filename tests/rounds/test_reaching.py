"""Could a round bring it: yes with a vehicle and a time, no with a reason, and fast."""

import time
from datetime import timedelta
from typing import Any

from service.rounds.models import Cold
from service.rounds.reaching import could_bring
from service.rounds.trips import Reach
from tests.people import REGION, Make, Party
from tests.rounds.conftest import Fleet


def ask(fleet: Fleet, donor: Party, charity: Party, **given: Any) -> Reach:
    values: dict[str, Any] = {
        "pickup_windows": [(fleet.now, fleet.now + timedelta(hours=4))],
        "delivery_windows": (),
        "grams": 10_000,
        "temperature": "ambient",
        "now": fleet.now,
        **given,
    }
    with fleet.database.read() as session:
        return could_bring(session, REGION, pickup_site_id=donor.site.key, delivery_site_id=charity.site.key, **values)


def test_a_round_with_room_can_bring_it_and_says_about_when(fleet: Fleet, make: Make) -> None:
    """A van already on the road takes one more lot: its name and the times are told."""
    fleet.shift(fleet.vehicle())
    donor, charity = make.donor(), make.charity(town="Rezé")
    fleet.want(donor, charity)
    fleet.plan()
    reach = ask(fleet, make.donor("Fournil"), charity)
    assert reach.possible
    assert reach.vehicle == "Fourgon 1"
    assert reach.pickup_at is not None
    assert reach.delivery_at is not None
    assert fleet.now <= reach.pickup_at < reach.delivery_at


def test_without_cold_the_answer_is_no_and_says_why(fleet: Fleet, make: Make) -> None:
    """A frozen lot and a van without cold equipment: impossible, cold is the reason, in both languages."""
    fleet.shift(fleet.vehicle(cold=Cold.NONE))
    reach = ask(fleet, make.donor(), make.charity(town="Rezé"), temperature="frozen")
    assert not reach.possible
    assert not reach.cold_ok
    assert "surgelé" in reach.reason_in("fr")


def test_no_vehicle_that_day_is_a_plain_no(fleet: Fleet, make: Make) -> None:
    """Without any shift the answer is no, with words."""
    reach = ask(fleet, make.donor(), make.charity(town="Rezé"))
    assert not reach.possible
    assert reach.reason_in("fr")


def test_asking_again_is_quick(fleet: Fleet, make: Make) -> None:
    """Once the day's board is known, an answer takes a few hundredths of a second of computing."""
    donor, charity = make.donor(), make.charity(town="Rezé")
    for number in range(6):
        fleet.shift(fleet.vehicle(name=f"Fourgon {number}"), driver_id=None)
    for _ in range(25):
        fleet.want(donor, charity, grams=5_000, items=[("thing", 1, 5_000)])
    fleet.plan()
    ask(fleet, donor, charity)
    began = time.thread_time()
    for _ in range(5):
        ask(fleet, donor, charity)
    assert (time.thread_time() - began) / 5 < 0.25
