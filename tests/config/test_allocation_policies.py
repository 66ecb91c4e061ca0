"""A policy file that contradicts itself is refused, and the field is named."""

import copy
import tomllib
from datetime import date, timedelta
from typing import Any

import pytest

from config.allocation import FILE, BadAllocationFile, Kind, UnknownPolicy, policies, read_policies


@pytest.fixture
def content() -> dict[str, Any]:
    return copy.deepcopy(tomllib.loads(FILE.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("part", "field", "value", "named"),
    [
        ("window", "most_minutes", 2, "policy.0.window: Value error, most_minutes"),
        ("window", "calm_minutes", 30, "policy.0.window: Value error, calm_minutes"),
        ("window", "urgent_minutes", 0, "policy.0.window: Value error, least_minutes"),
        ("window", "least_minutes", "a", "policy.0.window.least_minutes"),
        ("window", "lest_minutes", 3, "policy.0.window.lest_minutes"),
        ("fairness", "steps_percent", [0, 50, 25], "policy.0.fairness: Value error, steps_percent"),
        ("fairness", "steps_percent", [10, 50], "policy.0.fairness: Value error, steps_percent"),
        ("fairness", "scarce_percent", 50, "policy.0.fairness: Value error, scarce_percent"),
        ("fairness", "scarce_calm_minutes", 240, "policy.0.fairness: Value error, scarce_calm_minutes"),
        ("parts", "most", 0, "policy.0.parts.most"),
        ("cost", "hour_cents", -1, "policy.0.cost.hour_cents"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(
    content: dict[str, Any], part: str, field: str, value: Any, named: str
) -> None:
    """Each wrong weight is refused with the field's name."""
    content["policy"][0][part][field] = value
    with pytest.raises(BadAllocationFile, match=named):
        read_policies(content, "allocation.toml")


def test_first_come_has_no_window(content: dict[str, Any]) -> None:
    """A window under first come would mean two things at once."""
    first_come = next(one for one in content["policy"] if one["kind"] == "first_come")
    first_come["window"] = content["policy"][0]["window"]
    with pytest.raises(BadAllocationFile, match="window means nothing"):
        read_policies(content, "allocation.toml")


def test_a_version_is_there_once(content: dict[str, Any]) -> None:
    """Two texts under one version could not be told apart in a stored decision."""
    content["policy"].append(content["policy"][0] | {"since": date(2027, 1, 1)})
    with pytest.raises(BadAllocationFile, match="a version is there twice"):
        read_policies(content, "allocation.toml")


def test_the_version_of_the_day(content: dict[str, Any]) -> None:
    """The latest version that has begun is in force; older ones stay readable."""
    content["policy"].append(content["policy"][0] | {"version": "2", "since": date(2027, 1, 1)})
    found = read_policies(content, "allocation.toml")
    assert found.on("sealed-window", date(2026, 12, 31)).version == "1"
    assert found.on("sealed-window", date(2027, 1, 1)).version == "2"
    assert found.version("sealed-window", "1").kind is Kind.SEALED
    with pytest.raises(UnknownPolicy):
        found.on("lottery", date(2027, 1, 1))


def test_the_window_is_shorter_as_the_deadline_nears() -> None:
    """Ten minutes with six hours left, less and less, three just above an hour, none from an hour on."""
    window = policies().on("sealed-window", date(2026, 11, 20)).window
    assert window is not None
    lengths = [window.length(timedelta(minutes=left)) for left in (600, 360, 200, 61, 60, -5)]
    assert lengths[0] == lengths[1] == timedelta(minutes=10)
    assert all(lengths[at] is not None for at in range(4))
    assert timedelta(minutes=3) < (lengths[3] or timedelta()) < (lengths[2] or timedelta()) < timedelta(minutes=10)
    assert lengths[4:] == [None, None]


@pytest.mark.parametrize(
    ("step", "change", "named"),
    [
        (1, {"left_minutes": 10}, "ladder.1: Value error, says one of"),
        (1, {"sites": None}, "ladder.1: Value error, radius_km"),
        (3, {"radius_km": 3, "sites": 3}, "ladder.3: Value error, radius_km"),
        (2, {"radius_km": 20}, "radius_km becomes smaller"),
        (2, {"name": "wider"}, "a step is there twice"),
        (0, {"people": None}, "ladder.0: Value error, most_kg, people, a_day and wait_minutes"),
        (3, {"most_kg": 10}, "ladder.3: Value error, most_kg, people, a_day and wait_minutes"),
        (5, {"families": ["bred"]}, "families: unknown: bred"),
    ],
)
def test_a_ladder_that_contradicts_itself_is_refused(
    content: dict[str, Any], step: int, change: dict[str, Any], named: str
) -> None:
    """Steps that could not be told apart, would tell fewer, or know no such food are refused by name."""
    content["ladder"][step] |= change
    with pytest.raises(BadAllocationFile, match=named):
        read_policies(content, "allocation.toml")
