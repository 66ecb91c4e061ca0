"""Giving takes few taps: three at most for the lot of last time once more, eight for a new one besides typing."""

from tests.journeys.offline import lots
from tests.journeys.screens import Screens
from tests.journeys.steps import picture, post_lot
from tests.journeys.world import World
from workers.bench.pages.taps import a_new_lot, same_as_last_time
from workers.cli.bench_pages import AGAIN_TAPS, NEW_TAPS


def test_the_lot_of_last_time_takes_three_taps_at_most(world: World, screens: Screens) -> None:
    """From the donor's home to the published lot."""
    post_lot(world, world.cast.baker)
    taps = same_as_last_time(screens.phone(world.cast.baker))
    assert len(lots(world)) == 2
    assert len(taps) <= AGAIN_TAPS, taps


def test_a_new_lot_takes_eight_taps_at_most(world: World, screens: Screens) -> None:
    """With its photo, the two taps in the camera counted."""
    taps = a_new_lot(screens.phone(world.cast.baker), picture())
    assert len(lots(world)) == 1
    assert len(taps) <= NEW_TAPS, taps
