"""Pure decisions: what is frozen, what an absence leaves of a shift, how delays travel down a round."""

from datetime import UTC, datetime, timedelta

from config.planning import planning
from service.rounds import rules

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
WHEN = planning().when


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_a_running_round_keeps_the_stop_it_drives_to() -> None:
    """However far, the next stop is kept; those within the freezing minutes too; later ones are free."""
    assert rules.frozen_count("running", at(-60), [(at(90), False), (at(120), False)], NOW, WHEN) == 1
    assert rules.frozen_count("running", at(-60), [(at(5), False), (at(15), False), (at(60), False)], NOW, WHEN) == 2


def test_a_round_that_should_have_left_long_ago_keeps_nothing() -> None:
    """Its goods must find another way; a round about to leave keeps its first stops; a draft never does."""
    ahead = [(at(5), False)]
    assert rules.frozen_count("accepted", at(-120), ahead, NOW, WHEN) == 0
    assert rules.frozen_count("accepted", at(2), ahead, NOW, WHEN) == 1
    assert rules.frozen_count("draft", at(2), ahead, NOW, WHEN) == 0


def test_an_absence_leaves_the_longer_part_of_a_shift() -> None:
    """A breakdown in the afternoon leaves the morning; a whole day away leaves nothing."""
    assert rules.left_of(at(0), at(240), [(at(180), at(600))]) == (at(0), at(180))
    assert rules.left_of(at(0), at(240), [(at(-10), at(600))]) is None


def test_a_wait_for_a_door_takes_up_a_delay() -> None:
    """Twenty minutes late before a thirty-minute wait is no longer late after it."""
    legs = [(at(10), at(40), at(50)), (at(60), at(60), at(70))]
    assert rules.moved_times(at(20), legs, at(0)) == [at(30), at(60)]
