"""Days kept ready: quick questions, costs of many lots at once, nothing stale, memory bounded, several threads."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from service.rounds.actions.profile import set_profile
from service.rounds.models import Cold
from service.rounds.planning import ready
from service.rounds.planning.inserting import insert_shipment
from service.rounds.planning.ready import READY, ReadyDays
from service.rounds.reaching import Trial, reaches
from service.rounds.trips import Trip
from tests.people import REGION, Make, Party
from tests.rounds.conftest import Fleet


@pytest.fixture(autouse=True)
def empty() -> None:
    """Each test begins with nothing in memory."""
    READY.forget()
    ready._table.cache_clear()


def trip(fleet: Fleet, donor: Party, charity: Party, grams: int = 10_000, **given: Any) -> Trip:
    window = [(fleet.now, fleet.now + timedelta(hours=4))]
    values: dict[str, Any] = {"temperature": "ambient", "pickup_windows": window, "delivery_windows": (), **given}
    return Trip(donor.site.key, charity.site.key, grams=grams, **values)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every day made so far."""
    days: list[Any] = []
    real = ready._made

    def counting(*given: Any) -> Any:
        days.append(real(*given))
        return days[-1]

    monkeypatch.setattr(ready, "_made", counting)
    return days


def test_many_pairs_are_priced_at_once_and_near_is_cheaper(fleet: Fleet, make: Make, made: list[Any]) -> None:
    """Cents for each pair of a lot and a site, in order; next door costs less than across town; read once."""
    fleet.shift(fleet.vehicle())
    donor, near, far = make.donor(), make.charity(town="Nantes"), make.charity("Secours", town="Saint-Herblain")
    fleet.want(make.donor("Fournil"), near)
    fleet.plan()
    asked = [
        trip(fleet, donor, far, 40_000),
        trip(fleet, donor, near, 40_000),
        trip(fleet, donor, near, temperature="hot"),
    ]
    with fleet.database.read() as session:
        across, nantes, hot = reaches(session, REGION, asked, fleet.now)
    assert across.added_cents is not None
    assert nantes.added_cents is not None
    assert 0 <= nantes.added_cents < across.added_cents
    assert (nantes.kept_by, nantes.cold_kept) == (Cold.REFRIGERATED, "")
    assert (hot.possible, hot.added_cents) == (False, None)
    assert len(made) == 1


def test_cold_that_is_kept_is_said(fleet: Fleet, make: Make) -> None:
    """For chilled food the answer says what keeps it cold on the way."""
    fleet.shift(fleet.vehicle(cold=Cold.BOX))
    with fleet.database.read() as session:
        [reach] = reaches(
            session, REGION, [trip(fleet, make.donor(), make.charity(town="Rezé"), temperature="chilled")], fleet.now
        )
    assert (reach.possible, reach.cold_kept) == (True, "Caissons isothermes")


def test_accepted_lots_use_up_what_the_next_has_not(fleet: Fleet, make: Make) -> None:
    """Two loads that fit alone do not fit together: taken in turn the second is refused, and nothing is written."""
    fleet.shift(fleet.vehicle(grams=60_000, payload_crates=6), hours=1.0)
    donor, charity = make.donor(), make.charity(town="Rezé")
    other = make.donor("Ferme", town="Angers")
    loads = [trip(fleet, donor, charity, 50_000), trip(fleet, other, make.charity("Halte", town="Angers"), 50_000)]
    with fleet.database.read() as session:
        trial = Trial(session, REGION, loads, fleet.now)
        assert trial.take(loads[0]).possible
        again = trial.take(trip(fleet, donor, charity, 50_000))
        assert again.added_cents is None or again.added_cents > 0
        assert not trial.take(loads[1]).possible
        [alone] = reaches(session, REGION, [loads[0]], fleet.now)
        assert alone.possible
    assert fleet.rounds() == []


def test_a_new_version_drops_the_old_day_and_an_insertion_is_followed(
    fleet: Fleet, make: Make, made: list[Any]
) -> None:
    """A version that a search adopted is read anew; one that only put a lot in its place is put in here too."""
    fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(hours=1))
    donor, charity = make.donor(), make.charity(town="Rezé")
    fleet.carried(donor, charity)
    fleet.plan()
    asked = trip(fleet, donor, charity)
    with fleet.database.read() as session:
        reaches(session, REGION, [asked], fleet.now)
    new = fleet.carried(donor, charity)
    assert insert_shipment(fleet.database, fleet.settings, new.key, fleet.now) is not None
    with fleet.database.read() as session:
        reaches(session, REGION, [asked], fleet.now)
        assert len(made) == 1
        assert str(new.key) in {one.id for one in made[0].standing.problem.shipments}
    fleet.plan()
    with fleet.database.read() as session:
        reaches(session, REGION, [asked], fleet.now)
    assert len(made) == 2


def test_what_moves_vehicles_makes_it_read_anew(fleet: Fleet, make: Make, made: list[Any]) -> None:
    """Five minutes, or a day that turned icy: the next question is answered by the day as it is now."""
    fleet.shift(fleet.vehicle())
    asked = trip(fleet, make.donor(), make.charity(town="Saint-Herblain"), 40_000)
    with fleet.database.read() as session:
        [before] = reaches(session, REGION, [asked], fleet.now)
    with fleet.database.transaction() as session:
        set_profile(session, fleet.now.date(), "ice", who=fleet.dispatcher.who, now=fleet.now)
    with fleet.database.read() as session:
        [after] = reaches(session, REGION, [asked], fleet.now)
        reaches(session, REGION, [asked], fleet.now + timedelta(minutes=4))
        assert len(made) == 2
        reaches(session, REGION, [asked], fleet.now + timedelta(minutes=6))
    assert len(made) == 3
    assert before.delivery_at is not None
    assert after.delivery_at is None or after.delivery_at > before.delivery_at


def test_a_day_read_anew_keeps_its_places_and_their_tables_for_an_hour(
    fleet: Fleet, make: Make, made: list[Any]
) -> None:
    """A report of a driver makes no travel table again; a charity that is new is learnt when it asks."""
    fleet.shift(fleet.vehicle())
    donor, charity = make.donor(), make.charity(town="Rezé")
    now = fleet.now
    with fleet.database.read() as session:
        reaches(session, REGION, [trip(fleet, donor, charity)], now)
        computed = ready._table.cache_info().misses
        reaches(session, REGION, [trip(fleet, donor, charity)], now + timedelta(minutes=6))
        assert ready._table.cache_info().misses == computed
    later = make.charity("Secours", town="Saint-Herblain")
    with fleet.database.read() as session:
        [found] = reaches(session, REGION, [trip(fleet, donor, later)], now + timedelta(minutes=12))
        assert ready._table.cache_info().misses == computed + 1
        reaches(session, REGION, [trip(fleet, donor, charity)], now + timedelta(minutes=70))
    assert found.possible
    assert [day.listed_at - now for day in made] == [timedelta(0), timedelta(0), timedelta(0), timedelta(minutes=70)]


def test_many_threads_make_a_day_once(fleet: Fleet, make: Make, made: list[Any]) -> None:
    """Twenty cards of a page ask at the same moment: one reads, the others wait for it and agree."""
    fleet.shift(fleet.vehicle())
    asked = trip(fleet, make.donor(), make.charity(town="Rezé"))
    answers: list[Any] = []

    def ask() -> None:
        with fleet.database.read() as session:
            answers.extend(reaches(session, REGION, [asked], fleet.now))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(set(answers)) == 1


def test_memory_is_bounded(fleet: Fleet, make: Make) -> None:
    """With room for one day only, asking about another day drops the first."""
    make.donor()
    make.charity(town="Rezé")
    fleet.shift(fleet.vehicle())
    days = ReadyDays(most_cells=1)
    with fleet.database.read() as session:
        for ahead in range(3):
            day = (fleet.now + timedelta(days=ahead)).date()
            days.day(session, REGION, "all", day, fleet.now, {})
            assert len(days) == 1
