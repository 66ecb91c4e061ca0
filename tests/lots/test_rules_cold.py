"""Temperatures read and journeys made, on both sides of each limit."""

from datetime import date
from decimal import Decimal

import pytest

from config.catalogue import catalogue
from config.food_law import Severity, TemperatureClass, law
from service.lots.rules.temperature import check_temperature
from service.lots.rules.transport import Cold, check_together, check_transport

LAW = law(date(2026, 11, 20))
T = TemperatureClass
LIMITS = [
    (T.SURGELE, -18, -15),
    (T.CONGELE, -12, -9),
    (T.HACHE_2, 2, 4),
    (T.POISSON, 2, 4),
    (T.ABATS_3, 3, 5),
    (T.FRAIS_4, 4, 6),
    (T.FRAIS_8, 8, 10),
]
TENTH = Decimal("0.1")


@pytest.mark.parametrize(("klass", "limit", "tolerated"), LIMITS)
def test_each_class_accepts_its_maximum(klass: T, limit: int, tolerated: int) -> None:
    """At its maximum a class has nothing to say."""
    assert check_temperature(klass, limit, LAW) == []


@pytest.mark.parametrize(("klass", "limit", "tolerated"), LIMITS)
def test_within_tolerance_asks_a_reason(klass: T, limit: int, tolerated: int) -> None:
    """From a tenth above the maximum to the end of the tolerance, a reason is asked."""
    for celsius in (limit + TENTH, Decimal(tolerated)):
        [verdict] = check_temperature(klass, celsius, LAW)
        assert (verdict.code, verdict.severity) == (f"temperature.{klass}.tolerance", Severity.WARNING)


@pytest.mark.parametrize(("klass", "limit", "tolerated"), LIMITS)
def test_each_class_refuses_beyond_its_tolerance(klass: T, limit: int, tolerated: int) -> None:
    """A tenth beyond the tolerance is refused, with the reading in the sentence."""
    [verdict] = check_temperature(klass, tolerated + TENTH, LAW)
    assert (verdict.code, verdict.severity) == (f"temperature.{klass}.max", Severity.FORBIDDEN)
    assert f"{tolerated + TENTH}".replace(".", ",") in verdict.text()


def test_hot_dishes_stay_above_their_minimum() -> None:
    """63 °C is hot enough, 62.9 °C is not."""
    assert check_temperature(T.CHAUD_63, 63, LAW) == []
    assert check_temperature(T.CHAUD_63, 62.9, LAW)[0].severity is Severity.FORBIDDEN


def test_a_label_value_prevails_for_prepacked_chilled_food() -> None:
    """A yoghurt whose label says +6 °C is judged by its label; meat is not."""
    assert check_temperature(T.FRAIS_8, 7, LAW, label_celsius=6)[0].severity is Severity.WARNING
    assert check_temperature(T.FRAIS_8, 9, LAW, label_celsius=6)[0].severity is Severity.FORBIDDEN
    assert check_temperature(T.FRAIS_4, 4, LAW, label_celsius=2) == []


def test_a_reading_of_400_degrees_is_a_typing_error() -> None:
    """Impossible readings are refused in any class, and say so."""
    for klass, celsius in ((T.AMBIANT, 400), (T.SURGELE, -400), (T.FRAIS_4, Decimal("120.1"))):
        [verdict] = check_temperature(klass, celsius, LAW)
        assert verdict.code == "temperature.plausible"
    assert check_temperature(T.AMBIANT, 35, LAW) == []


def test_cold_goods_without_a_reading_are_not_accepted() -> None:
    """Cold food is measured, ambient food need not be."""
    assert check_temperature(T.FRAIS_8, None, LAW)[0].severity is Severity.FORBIDDEN
    assert check_temperature(T.AMBIANT, None, LAW) == []


def test_transport_at_each_limit_passes() -> None:
    """80 km, 90 min in a box (60 if frozen) and 30 min out of the cold are allowed."""
    full = {"metres": 80_000, "out_of_cold_seconds": 30 * 60, "law": LAW}
    assert check_transport(T.FRAIS_4, Cold.BOX, seconds=90 * 60, **full) == []
    assert check_transport(T.SURGELE, Cold.BOX, seconds=60 * 60, **full) == []


@pytest.mark.parametrize(
    ("klass", "metres", "seconds", "out", "code"),
    [
        (T.FRAIS_4, 80_001, 0, 0, "transport.max_km_without_atp"),
        (T.FRAIS_4, 0, 90 * 60 + 1, 0, "transport.max_minutes_isothermal"),
        (T.SURGELE, 0, 60 * 60 + 1, 0, "transport.max_minutes_frozen_isothermal"),
        (T.FRAIS_8, 0, 0, 30 * 60 + 1, "transport.max_minutes_out_of_cold"),
    ],
)
def test_transport_beyond_each_limit_is_refused(klass: T, metres: int, seconds: int, out: int, code: str) -> None:
    """A metre or a second more is not."""
    verdicts = check_transport(klass, Cold.BOX, metres=metres, seconds=seconds, out_of_cold_seconds=out, law=LAW)
    assert [(verdict.code, verdict.severity) for verdict in verdicts] == [(code, Severity.FORBIDDEN)]


def test_an_approved_vehicle_goes_far_but_not_out_of_the_cold() -> None:
    """A refrigerated vehicle frees from distance and time, not from the 30 minutes out of the cold."""
    assert check_transport(T.SURGELE, Cold.ATP, metres=200_000, seconds=20_000, out_of_cold_seconds=1800, law=LAW) == []
    assert check_transport(T.SURGELE, Cold.ATP, metres=0, seconds=0, out_of_cold_seconds=1801, law=LAW)


def test_bread_travels_without_cold() -> None:
    """Ambient food has no limit."""
    assert (
        check_transport(T.AMBIANT, Cold.NONE, metres=200_000, seconds=20_000, out_of_cold_seconds=9999, law=LAW) == []
    )


@pytest.mark.parametrize("klass", [klass for klass in T if klass is not T.AMBIANT])
def test_yoghurt_does_not_travel_without_cold(klass: T) -> None:
    """Without a cold source nothing else travels, not even for a minute: the 20 minutes are closed by default."""
    [verdict] = check_transport(klass, Cold.NONE, metres=500, seconds=60, out_of_cold_seconds=60, law=LAW)
    assert (verdict.code, verdict.severity) == ("transport.no_cold_source", Severity.FORBIDDEN)


def test_food_travels_with_food() -> None:
    """Bread with yoghurts, and soap with detergent, share a compartment."""
    known = catalogue().category
    assert check_together([known("bread"), known("yoghurt")], LAW) == []
    assert check_together([known("body-care"), known("laundry")], LAW) == []
    assert check_together([], LAW) == []


def test_soap_never_travels_with_bread() -> None:
    """Hygiene or cleaning goods and food do not."""
    known = catalogue().category
    for slug in ("body-care", "laundry", "nappies"):
        assert check_together([known("bread"), known(slug)], LAW)[0].severity is Severity.FORBIDDEN
