"""Which charity may take a line: approval, short DLC, its own conditions."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.catalogue import DateKind, catalogue
from config.food_law import Band, Severity, law
from service.lots.rules.facts import LineFacts, ReceiverFacts, Window
from service.lots.rules.receivers import check_receiver, habilitation_notice, room_left
from service.lots.rules.verdicts import Verdict, forbidden, warnings

ZONE = "Europe/Paris"
PARIS = ZoneInfo(ZONE)
LAW = law(date(2026, 11, 20))
PICKUP = datetime(2026, 11, 20, 18, 30, tzinfo=PARIS)
TODAY = PICKUP.date()
TOMORROW = TODAY + timedelta(days=1)
CHARITY = ReceiverFacts(
    habilitation_from=date(2024, 1, 1),
    habilitation_until=date(2027, 12, 31),
    bands=frozenset({Band.AMBIENT, Band.CHILLED}),
)
BREAD = LineFacts.of(catalogue().category("bread"), grams=10_000, day=TODAY)


def yoghurt(dlc: date) -> LineFacts:
    return LineFacts.of(catalogue().category("yoghurt"), grams=5_000, day=dlc)


def check(line: LineFacts = BREAD, at: datetime = PICKUP, **changes: Any) -> list[Verdict]:
    return check_receiver(line, replace(CHARITY, **changes), at, LAW, ZONE)


def codes(verdicts: list[Verdict]) -> list[str]:
    return [verdict.code for verdict in verdicts]


@pytest.mark.parametrize("dlc", [TODAY, TOMORROW])
def test_a_committed_charity_that_distributes_in_time_gets_the_short_dlc(dlc: date) -> None:
    """A distribution that ends by 23:59 on the DLC day opens the lot, and the derogation used is said."""
    end = datetime(dlc.year, dlc.month, dlc.day, 23, 59, tzinfo=PARIS)
    verdicts = check(yoghurt(dlc), commits_to_quick_redistribution=True, next_distribution_end=end)
    assert forbidden(verdicts) == []
    assert codes(warnings(verdicts)) == ["dlc.quick_redistribution"]


def test_a_charity_without_commitment_cannot_take_a_short_dlc() -> None:
    """Without the commitment a DLC of tomorrow is refused, however soon the distribution."""
    [verdict] = check(yoghurt(TOMORROW), next_distribution_end=PICKUP + timedelta(hours=2))
    assert (verdict.code, verdict.severity) == ("dlc.quick_redistribution", Severity.FORBIDDEN)
    assert "D541-310" in verdict.text()


@pytest.mark.parametrize(
    "end",
    [
        None,
        PICKUP,
        PICKUP - timedelta(hours=1),
        datetime(2026, 11, 22, 0, 0, tzinfo=PARIS),
        datetime(2026, 11, 21, 23, 0, tzinfo=ZoneInfo("UTC")),
    ],
)
def test_a_committed_charity_without_a_distribution_in_time_is_refused(end: datetime | None) -> None:
    """No distribution, one already over, or one ending after midnight in the region does not open a short DLC."""
    verdicts = check(yoghurt(TOMORROW), commits_to_quick_redistribution=True, next_distribution_end=end)
    assert codes(forbidden(verdicts)) == ["dlc.quick_redistribution"]


def test_two_days_before_the_dlc_no_commitment_is_asked() -> None:
    """At 48 h any approved charity may take it."""
    assert check(yoghurt(TODAY + timedelta(days=2))) == []


def test_a_passed_dlc_is_refused_to_everyone() -> None:
    """Neither commitment nor public status opens a DLC that has passed."""
    verdicts = check(
        yoghurt(TODAY - timedelta(days=1)),
        public_body=True,
        commits_to_quick_redistribution=True,
        next_distribution_end=PICKUP + timedelta(hours=1),
    )
    assert codes(forbidden(verdicts)) == ["dlc.passed"]


def test_a_charity_may_choose_its_own_limit_after_the_ddm() -> None:
    """Juice two months past its DDM goes to a charity that takes three, not to others; a stricter one also counts."""
    old = LineFacts.of(catalogue().category("juice"), grams=1000, day=date(2026, 9, 20))
    assert codes(forbidden(check(old))) == ["ddm.after.uht_juice"]
    assert forbidden(check(old, ddm_months={"uht_juice": 3})) == []
    recent = replace(old, day=date(2026, 11, 19))
    assert forbidden(check(recent)) == []
    assert forbidden(check(recent, ddm_months={"uht_juice": 0}))


def test_distribution_before_the_limit_is_silent() -> None:
    """Bread of Friday for a Sunday distribution is in time."""
    assert check(next_distribution_end=PICKUP + timedelta(days=2)) == []


def test_distribution_after_the_limit_warns() -> None:
    """For a Monday one the charity is warned, not refused: it may have another use."""
    [verdict] = check(next_distribution_end=PICKUP + timedelta(days=3))
    assert (verdict.code, verdict.severity) == ("distribution.in_time", Severity.WARNING)


def test_habilitation_is_valid_on_its_last_day() -> None:
    """First and last day are included, an open end is open, and a public body needs none."""
    assert check(habilitation_until=TODAY) == []
    assert check(habilitation_from=TODAY) == []
    assert check(habilitation_until=None) == []
    assert check(habilitation_from=None, habilitation_until=None, public_body=True) == []


def test_habilitation_expired_the_day_before_blocks() -> None:
    """Ended yesterday, starting tomorrow, or missing: nothing is given."""
    yesterday = TODAY - timedelta(days=1)
    for changes in ({"habilitation_until": yesterday}, {"habilitation_from": TOMORROW}, {"habilitation_from": None}):
        assert codes(forbidden(check(**changes))) == ["habilitation.required"]


def test_habilitation_ends_at_local_midnight() -> None:
    """At 00:30 in Paris, still the day before in Greenwich, yesterday's approval is over."""
    night = datetime(2026, 11, 21, 0, 30, tzinfo=PARIS)
    assert forbidden(check(at=night, habilitation_until=TODAY))


def test_expiry_notice_days() -> None:
    """Notices go out 90 days, 30 days and 0 days before, and on no other day."""
    due = {left: habilitation_notice(TODAY + timedelta(days=left), TODAY, LAW) for left in range(-2, 100)}
    assert {left for left, notice in due.items() if notice is not None} == {90, 30, 0}


def test_receiver_category_kept() -> None:
    """A list of categories or of headings lets its own in; an empty one lets all in."""
    for accepted in (frozenset[str](), frozenset({"bread"}), frozenset({"bread-pastry", "meat"})):
        assert check(accepted_categories=accepted) == []


def test_receiver_category_broken() -> None:
    """Anything else stays out."""
    assert codes(check(accepted_categories=frozenset({"meat", "viennoiserie"}))) == ["receiver.category"]


def test_receiver_temperature_kept() -> None:
    """Bread needs no fridge, and yoghurts go where there is one."""
    assert check(bands=frozenset[Band]()) == []
    assert check(yoghurt(TODAY + timedelta(days=9))) == []


def test_receiver_temperature_broken() -> None:
    """Without a fridge or a freezer, cold food stays out."""
    assert codes(check(yoghurt(TODAY + timedelta(days=9)), bands=frozenset({Band.AMBIENT}))) == ["receiver.temperature"]
    ice = LineFacts.of(catalogue().category("ice-cream"), grams=1000, day=TODAY)
    [verdict] = check(ice)
    assert "congélateur" in verdict.text()


def test_receiver_min_weight_kept() -> None:
    """Exactly the least is enough."""
    assert check(min_grams=10_000) == []


def test_receiver_min_weight_broken() -> None:
    """A gram less is not, and the part claimed counts, not the whole line."""
    assert codes(check(min_grams=10_001)) == ["receiver.min_weight"]
    facts = replace(CHARITY, min_grams=5_000)
    assert codes(check_receiver(BREAD, facts, PICKUP, LAW, ZONE, grams=4_999)) == ["receiver.min_weight"]


def test_receiver_max_weight_kept() -> None:
    """Exactly what is left that day, per site, per heading and per category, still enters."""
    received = {"bread": 5_000, "bread-pastry": 5_000}
    assert check(max_grams_by_category={"bread": 15_000, "bread-pastry": 15_000}, received_today=received) == []
    assert check(max_grams_day=10_000) == []


def test_receiver_max_weight_broken() -> None:
    """A gram more does not, and the room left is said and never negative."""
    [verdict] = check(max_grams_by_category={"bread-pastry": 14_999}, received_today={"bread-pastry": 5_000})
    assert verdict.code == "receiver.max_weight"
    assert "9,999 kg" in verdict.text()
    full = replace(CHARITY, max_grams_day=10, received_today={"meat": 20})
    assert room_left(BREAD.category, full) == 0
    assert room_left(BREAD.category, CHARITY) is None


def test_receiver_exclusion_kept() -> None:
    """A site without pork takes poultry; a site that cooks nothing takes bread."""
    poultry = LineFacts.of(catalogue().category("poultry-charcuterie"), grams=900, day=TODAY + timedelta(days=5))
    assert check(poultry, exclusions=frozenset({"pork"})) == []
    assert check(exclusions=frozenset({"no_cooking", "alcohol", "pork"})) == []


@pytest.mark.parametrize(
    ("slug", "exclusion"),
    [
        ("charcuterie", "pork"),
        ("pasta-rice", "no_cooking"),
        ("quiche-pizza", "no_oven"),
        ("quiche-pizza", "no_cooking"),
    ],
)
def test_receiver_exclusion_broken(slug: str, exclusion: str) -> None:
    """What the site excludes stays out."""
    line = LineFacts.of(catalogue().category(slug), grams=900, day=TODAY + timedelta(days=5))
    assert codes(check(line, exclusions=frozenset({exclusion}))) == ["receiver.exclusion"]


def test_receiver_window_kept() -> None:
    """A window open after the pickup and before the food's last minute will do, and so will unknown hours."""
    still_open = Window(PICKUP - timedelta(hours=2), PICKUP + timedelta(minutes=1))
    sunday = Window(datetime(2026, 11, 22, 23, 59, tzinfo=PARIS), datetime(2026, 11, 23, 1, 0, tzinfo=PARIS))
    assert check(reception_windows=()) == []
    assert check(reception_windows=(still_open,)) == []
    assert check(reception_windows=(sunday,)) == []


def test_receiver_window_broken() -> None:
    """A window already over, or one that opens when the food is past, will not."""
    over = Window(PICKUP - timedelta(hours=2), PICKUP)
    late = Window(datetime(2026, 11, 23, 0, 0, tzinfo=PARIS), datetime(2026, 11, 23, 1, 0, tzinfo=PARIS))
    assert codes(check(reception_windows=(over, late))) == ["receiver.window"]


def test_an_unsigned_annex_is_recalled() -> None:
    """A pairing whose agreement is not signed yet is told, not refused."""
    [verdict] = check(agreement_signed=False)
    assert (verdict.code, verdict.severity) == ("agreement.convention", Severity.WARNING)


def test_goods_without_a_date_have_no_last_day() -> None:
    """Soap without a date meets no limit."""
    soap = LineFacts.of(catalogue().category("body-care"), grams=900)
    assert soap.date_kind is DateKind.NONE
    assert check(soap) == []
