"""DLC, DDM and undated food, on both sides of each limit, around midnight and clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import DateKind, catalogue
from config.food_law import Severity, law
from service.lots.rules.dates import (
    add_months,
    check_dates,
    earliest_deadline,
    edible_until,
    last_day,
    local_day,
    needs_quick_redistribution,
)
from service.lots.rules.facts import LineFacts, Window
from service.lots.rules.verdicts import Verdict, derogations, forbidden

ZONE = "Europe/Paris"
PARIS = ZoneInfo(ZONE)
LAW = law(date(2026, 11, 20))
PICKUP = datetime(2026, 11, 20, 18, 30, tzinfo=PARIS)
TODAY = PICKUP.date()
# Category, name of its DDM limit, months allowed after it.
MONTHS = [
    ("pasta-rice", 12),
    ("canned-vegetables", 12),
    ("coffee-tea", 6),
    ("biscuits", 3),
    ("flour-baking", 3),
    ("oil", 3),
    ("juice", 1),
    ("snacks", 1),
    ("frozen-vegetables", 1),
]
# Category and days of service after it was made or harvested.
DAYS = [
    ("bread", 2),
    ("viennoiserie", 1),
    ("dry-pastry", 1),
    ("fragile-vegetables", 2),
    ("vegetables", 4),
    ("root-vegetables", 7),
    ("cut-cheese", 3),
    ("eggs", 28),
]


def line(slug: str, day: date | None, kind: DateKind | None = None) -> LineFacts:
    return LineFacts.of(catalogue().category(slug), grams=1000, day=day, date_kind=kind)


def dlc(day: date) -> LineFacts:
    return line("yoghurt", day)


def check(facts: LineFacts, at: datetime = PICKUP) -> list[Verdict]:
    return check_dates(facts, LAW, at, ZONE)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


def test_dlc_two_calendar_days_after_pickup_needs_nothing() -> None:
    """48 h before the DLC, counted on the day of pickup, is two calendar days."""
    assert check(dlc(after(2))) == []


def test_dlc_one_calendar_day_after_pickup_needs_a_derogation() -> None:
    """The day before the DLC the line is left to charities that redistribute quickly, and the rule is named."""
    [verdict] = check(dlc(after(1)))
    assert (verdict.code, verdict.severity) == ("dlc.min_hours_at_handover", Severity.DEROGATION)
    assert verdict.version == date(2021, 1, 1)
    assert "48 h" in verdict.text()
    assert "art. D541-310" in verdict.text()
    assert "21 novembre 2026" in verdict.text()


def test_dlc_on_the_pickup_day_is_not_passed() -> None:
    """On its DLC day food may still be given, under the same condition."""
    [verdict] = check(dlc(TODAY))
    assert verdict.severity is Severity.DEROGATION


def test_dlc_before_the_pickup_day_is_forbidden() -> None:
    """A DLC passed by one day is never given."""
    [verdict] = check(dlc(after(-1)))
    assert (verdict.code, verdict.severity) == ("dlc.passed", Severity.FORBIDDEN)


@pytest.mark.parametrize(
    ("at", "left"),
    [
        # Winter: Paris is an hour ahead of UTC, so 23:30Z is already the next day.
        (datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC), 2),
        (datetime(2026, 11, 20, 23, 0, tzinfo=UTC), 1),
        # The last second before local midnight, and midnight itself.
        (datetime(2026, 11, 20, 23, 59, 59, tzinfo=PARIS), 2),
        (datetime(2026, 11, 21, 0, 0, tzinfo=PARIS), 1),
    ],
)
def test_the_pickup_day_is_the_regions_day(at: datetime, left: int) -> None:
    """Midnight in Paris, not in Greenwich, moves the count of days."""
    facts = dlc(date(2026, 11, 22))
    assert (facts.day - local_day(at, ZONE)).days == left if facts.day else False
    assert needs_quick_redistribution(facts, LAW, at, ZONE) is (left < 2)


@pytest.mark.parametrize("change", [date(2026, 10, 25), date(2027, 3, 28)])
def test_clock_changes_do_not_move_the_48_hours(change: date) -> None:
    """A day of 25 or of 23 hours between pickup and DLC counts as one day."""
    evening = datetime(change.year, change.month, change.day - 1, 23, 30, tzinfo=PARIS)
    assert check(dlc(change + timedelta(days=1)), evening) == []
    [verdict] = check(dlc(change), evening)
    assert verdict.severity is Severity.DEROGATION


def test_leap_day_is_a_day() -> None:
    """From 27 February 2028 a DLC of the 29th is two days away."""
    assert check(dlc(date(2028, 2, 29)), datetime(2028, 2, 27, 9, 0, tzinfo=PARIS)) == []


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 10, 24), datetime(2026, 10, 24, 21, 59, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 22, 59, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 21, 59, tzinfo=UTC)),
    ],
)
def test_edible_until_the_last_local_minute(day: date, utc: datetime) -> None:
    """A DLC lasts until 23:59 in the region, on the days the clocks change too."""
    assert edible_until(dlc(day), LAW, ZONE) == utc


def test_a_naive_moment_is_a_fault() -> None:
    """A moment without a time zone has no day, and is refused rather than guessed."""
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 11, 20), ZONE)  # noqa: DTZ001  the fault under test


def test_a_near_dlc_raises_no_doubt() -> None:
    """A DLC four months away is still believed."""
    assert check(dlc(after(120))) == []


def test_a_far_dlc_is_doubted_not_refused() -> None:
    """A DLC further away is probably a DDM: the donor is asked, not refused."""
    [verdict] = check(dlc(after(121)))
    assert (verdict.code, verdict.severity) == ("dlc.plausible_days", Severity.WARNING)


def test_a_dated_product_is_complete() -> None:
    """The kind of date a category expects, with its day, raises nothing."""
    assert check(line("pasta-rice", after(30))) == []


def test_a_missing_date_is_asked_for() -> None:
    """A product that carries a date is refused without it, whether the kind was chosen or not."""
    for facts in (dlc(after(2)), line("bread", TODAY)):
        assert facts.day is not None
        [verdict] = check(line(facts.category.slug, None))
        assert (verdict.code, verdict.severity) == ("date.required", Severity.FORBIDDEN)
        [verdict] = check(line(facts.category.slug, None, DateKind.NONE))
        assert verdict.code == "date.required"


def test_a_dlc_product_typed_as_ddm_is_refused() -> None:
    """A yoghurt's DLC entered as a DDM would outlive itself: refused, with what to do."""
    [verdict] = check(line("yoghurt", after(-1), DateKind.DDM))
    assert (verdict.code, verdict.severity) == ("date.kind", Severity.FORBIDDEN)
    assert "DLC" in verdict.text()


def test_a_dlc_is_accepted_on_any_product() -> None:
    """A DLC read on the label is stricter than what the category expects, hence accepted."""
    assert check(line("pasta-rice", after(5), DateKind.DLC)) == []


def test_made_on_the_pickup_day_is_fine() -> None:
    """Bread of the day is bread of the day."""
    assert check(line("bread", TODAY)) == []


def test_made_after_the_pickup_day_is_refused() -> None:
    """Bread made tomorrow is a typing error."""
    [verdict] = check(line("bread", after(1)))
    assert (verdict.code, verdict.severity) == ("date.not_in_future", Severity.FORBIDDEN)


@pytest.mark.parametrize(("slug", "months"), MONTHS)
def test_ddm_within_the_limit_is_told_not_refused(slug: str, months: int) -> None:
    """From the day after the DDM to the limit's last day, a DDM is flagged only."""
    assert check(line(slug, TODAY)) == []
    for ddm in (after(-1), add_months(TODAY, -months)):
        [verdict] = check(line(slug, ddm))
        assert verdict.severity is Severity.WARNING


@pytest.mark.parametrize(("slug", "months"), [*MONTHS, ("cheese", 0)])
def test_ddm_beyond_the_limit_needs_the_charitys_own_limit(slug: str, months: int) -> None:
    """One day beyond the usual limit, only a charity with a longer one may take it."""
    [verdict] = check(line(slug, add_months(TODAY, -months) - timedelta(days=1), DateKind.DDM))
    assert verdict.severity is Severity.DEROGATION


@pytest.mark.parametrize("slug", ["infant-milk", "baby-meals", "supplements", "eggs", "body-care"])
def test_baby_food_on_its_ddm_is_fine(slug: str) -> None:
    """On its DDM itself baby food, and the like, may be given."""
    assert check(line(slug, TODAY, DateKind.DDM)) == []


@pytest.mark.parametrize("slug", ["infant-milk", "baby-meals", "supplements", "eggs", "body-care"])
def test_baby_food_past_its_ddm_is_never_given(slug: str) -> None:
    """The day after, never, and no charity's own limit changes that."""
    facts = line(slug, after(-1), DateKind.DDM)
    [verdict] = check(facts)
    assert verdict.severity is Severity.FORBIDDEN
    assert last_day(facts, LAW, {facts.category.after_ddm or "": 12}) == after(-1)


@pytest.mark.parametrize(("slug", "days"), DAYS)
def test_undated_product_on_its_last_day_is_fine(slug: str, days: int) -> None:
    """J+n is still good on day n."""
    kind = DateKind.HARVESTED_ON if "veg" in slug else DateKind.MADE_ON
    assert check(line(slug, after(-days), kind)) == []


@pytest.mark.parametrize(("slug", "days"), DAYS)
def test_undated_product_the_day_after_is_refused(slug: str, days: int) -> None:
    """J+n+1 is too late."""
    kind = DateKind.HARVESTED_ON if "veg" in slug else DateKind.MADE_ON
    [verdict] = check(line(slug, after(-days - 1), kind))
    assert verdict.severity is Severity.FORBIDDEN
    assert verdict.code.startswith("undated.")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_end_where_the_month_ends(day: date, months: int, later: date) -> None:
    """A month after 31 January is the last day of February."""
    assert add_months(day, months) == later


def test_earliest_deadline_is_the_first_thing_that_ends() -> None:
    """A lot's deadline is its last window's end, or an earlier DLC; a DDM does not close it."""
    windows = [Window(PICKUP, PICKUP + timedelta(hours=1)), Window(PICKUP, PICKUP + timedelta(days=3))]
    old = line("pasta-rice", after(-900))
    assert earliest_deadline([old], windows, LAW, ZONE) == PICKUP + timedelta(days=3)
    assert earliest_deadline([old, dlc(after(2)), dlc(after(1))], windows, LAW, ZONE) == edible_until(
        dlc(after(1)), LAW, ZONE
    )
    assert earliest_deadline([], [], LAW, ZONE) is None


@given(first=st.integers(-400, 400), more=st.integers(0, 400), hour=st.integers(0, 47))
def test_a_later_dlc_is_never_refused_when_an_earlier_one_is_accepted(first: int, more: int, hour: int) -> None:
    """Severity can only fall as the DLC moves away."""
    at = datetime(2026, 10, 24, tzinfo=UTC) + timedelta(hours=hour)
    early, late = (check(dlc(date(2026, 10, 24) + timedelta(days=days)), at) for days in (first, first + more))
    assert len(forbidden(late)) <= len(forbidden(early))
    if not forbidden(early) and not derogations(early):
        assert not derogations(late)


@given(
    st.sampled_from([slug for slug, _ in DAYS] + [slug for slug, _ in MONTHS]),
    st.integers(-800, 0),
    st.integers(0, 300),
)
def test_a_fresher_product_is_never_refused_when_an_older_one_is_accepted(slug: str, first: int, more: int) -> None:
    """The same holds for a DDM and for a day of production, up to the pickup day."""
    older, fresher = (check(line(slug, after(days))) for days in (first, min(0, first + more)))
    assert len(forbidden(fresher)) <= len(forbidden(older))
    assert len(derogations(fresher)) <= len(derogations(older)) + len(forbidden(older))
