"""The day of a region, before anybody plays it."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from config.catalogue import DateKind, catalogue
from service.accounts.models import Activity
from workers.simulation.day import Donor, lots_on, postings
from workers.simulation.offering import activities

ZONE = "Europe/Paris"
FRIDAY = date(2026, 11, 20)
DONORS = [Donor(at, at, at, kind) for at, kind in enumerate(activities(260), start=1)]


def test_kinds_of_donors_are_in_the_right_shares() -> None:
    """45 bakeries in a hundred, 8 farms, and the whole is exact whatever the number."""
    counts = Counter(activities(260))
    assert (counts[Activity.BAKERY], counts[Activity.FARM], counts[Activity.SUPERMARKET]) == (117, 21, 47)
    assert [len(activities(number)) for number in (1, 7, 26, 2600)] == [1, 7, 26, 2600]


def test_a_reference_day_has_its_mix() -> None:
    """180 lots of about a hundred donors; 62 % ambient, 33 % chilled, 5 % frozen, about two tonnes, over ten days."""
    days = [postings(DONORS, FRIDAY, ZONE, seed=seed, lots=180) for seed in range(10)]
    bands = Counter(catalogue().category(p.lines[0].category).temperature.band.value for day in days for p in day)
    assert all(len(day) == 180 for day in days)
    assert 85 <= sum(len({p.donor.organisation_id for p in day}) for day in days) / 10 <= 115
    assert 0.57 <= bands["ambient"] / 1800 <= 0.67
    assert 0.28 <= bands["chilled"] / 1800 <= 0.38
    assert 0.02 <= bands["frozen"] / 1800 <= 0.08
    assert 1_400_000 <= sum(p.grams for day in days for p in day) / 10 <= 3_200_000


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), offset=st.integers(0, 700))
def test_any_day_can_be_posted(seed: int, offset: int) -> None:
    """Windows are in order and still open when the lot is posted; nothing is made or harvested in the future."""
    day = FRIDAY + timedelta(days=offset)
    for posting in postings(DONORS, day, ZONE, seed=seed, lots=40):
        form = posting.form(posting.at)
        assert form.windows
        assert all(window.starts_at < window.ends_at for window in form.windows)
        for line in form.lines:
            if line.date_kind in (DateKind.MADE_ON, DateKind.HARVESTED_ON):
                assert line.date is not None
                assert line.date <= day


def test_the_same_seed_posts_the_same() -> None:
    """A day is a function of its seed, its date and its donors, in whatever order they come."""
    once = postings(DONORS, FRIDAY, ZONE, seed=3, lots=60)
    assert once == postings(list(reversed(DONORS)), FRIDAY, ZONE, seed=3, lots=60)
    assert once != postings(DONORS, FRIDAY, ZONE, seed=4, lots=60)


def test_weekdays_differ() -> None:
    """Mondays are low, Saturdays high, Sundays lowest."""
    week = [lots_on(date(2026, 11, 16) + timedelta(days=at), 180) for at in range(7)]
    assert week[5] == max(week)
    assert week[6] == min(week)
    assert week[0] < week[4]
