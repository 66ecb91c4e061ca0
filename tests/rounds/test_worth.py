"""What a kilogram is worth decides which detours a round makes: with the shipped value and with another."""

from datetime import timedelta

import pytest

from config.planning import planning
from tests.people import Make
from tests.rounds.conftest import Fleet
from tests.rounds.test_reaching import ask
from workers.simulation.trial.policies import worth

# From Nantes to Rezé and back.
LIGHT, HEAVY = 6_000, 150_000


@pytest.mark.usefixtures("food_as_shipped")
def test_a_few_kilograms_are_not_worth_a_van_of_their_own(fleet: Fleet, make: Make) -> None:
    """Alone, a small lot is left to who may fetch it; the answer says that the detour is not worth it."""
    fleet.shift(fleet.vehicle())
    donor, charity = make.donor(), make.charity(town="Rezé")
    assert not ask(fleet, donor, charity, grams=LIGHT).possible
    assert "détour" in ask(fleet, donor, charity, grams=LIGHT).reason_in("fr")


@pytest.mark.usefixtures("food_as_shipped")
def test_a_heavy_lot_is_and_takes_the_small_one_along(fleet: Fleet, make: Make) -> None:
    """What a van goes out for anyway pays the way: a small lot at the same shop comes along."""
    fleet.shift(fleet.vehicle(), starts=fleet.now + timedelta(hours=1), hours=3)
    donor, charity = make.donor(), make.charity(town="Rezé")
    fleet.want(donor, charity, items=[("thing", 1, HEAVY)])
    fleet.plan()
    assert ask(fleet, donor, charity, grams=LIGHT).possible
    fleet.want(donor, charity, items=[("thing", 2, LIGHT)])
    fleet.plan()
    assert sum(len(fleet.tasks(stop)) for one in fleet.rounds() for stop in fleet.stops(one)) == 4


def test_where_food_is_dear_the_small_lot_is_fetched(fleet: Fleet, make: Make) -> None:
    """The value is a setting: at ten euros a van goes out for six kilograms."""
    fleet.shift(fleet.vehicle())
    donor, charity = make.donor(), make.charity(town="Rezé")
    with worth(1000):
        assert ask(fleet, donor, charity, grams=LIGHT).possible


def test_a_point_follows_the_value(food_as_shipped: None, shipped_worth: int) -> None:
    """One point at least, else the cents a kilogram is worth."""
    assert [planning().points(grams) for grams in (10_000, 1)] == [10 * shipped_worth, 1]
