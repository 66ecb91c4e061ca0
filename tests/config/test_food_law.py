"""Food law as data: dated, sourced, typed, and proved."""

import ast
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from config.food_law import (
    Evidence,
    Severity,
    TemperatureClass,
    UnknownRule,
    all_rules,
    in_force,
    law,
    law_at,
    read,
)

TODAY = date(2026, 11, 20)
LAW = law(TODAY)
TESTS = Path(__file__).resolve().parents[1]
TEXT = '[text.t]\nname = "Texte"\ncite = "texte"\n'


def rule(value: str = "48", start: str = "2020-01-01", end: str = "", **more: str) -> str:
    lines = {
        "code": '"a.b"',
        "value": value,
        "unit": '"h"',
        "severity": '"warning"',
        "basis": '"t"',
        "evidence": '"verified"',
        "valid_from": start,
        "fr": '"Oui."',
        "en": '"Yes."',
        **({"valid_to": end} if end else {}),
        **more,
    }
    return "[[rule]]\n" + "\n".join(f"{name} = {value}" for name, value in lines.items()) + "\n"


def test_a_change_of_law_leaves_the_past_alone() -> None:
    """Each day is judged by the version in force on it, first and last day included."""
    rules = read(TEXT + rule("48", "2020-01-01", "2026-06-30") + rule("72", "2026-07-01"))
    assert in_force(rules, date(2026, 6, 30)).integer("a.b") == 48
    assert in_force(rules, date(2026, 7, 1)).integer("a.b") == 72
    assert in_force(rules, date(2019, 12, 31)).find("a.b") is None
    with pytest.raises(UnknownRule):
        in_force(rules, date(2019, 12, 31)).rule("a.b")


@pytest.mark.parametrize(
    "text",
    [
        rule("48", "2020-01-01", "2026-07-01") + rule("72", "2026-07-01"),
        rule("48") + rule("72", "2026-07-01"),
        rule("48", "2020-01-02", "2020-01-01"),
        rule(severity='"maybe"'),
        rule(surprise='"x"'),
        rule(value="12.5.6"),
        rule(basis='"nothing"'),
    ],
)
def test_a_file_that_contradicts_itself_does_not_load(text: str) -> None:
    """Overlapping versions, an end before the start, unknown words and unknown texts stop the start."""
    with pytest.raises((ValueError, KeyError)):
        read(TEXT + text)


def test_values_keep_their_kind() -> None:
    """Numbers stay exact, and asking one kind for another is a fault."""
    rules = in_force(read(TEXT + rule("1.53")), TODAY)
    assert rules.number("a.b") == Decimal("1.53")
    for ask in (rules.integer, rules.names, rules.integers):
        with pytest.raises(TypeError):
            ask("a.b")
    with pytest.raises(TypeError):
        in_force(read(TEXT + rule("true")), TODAY).number("a.b")


def test_the_shipped_law_is_whole() -> None:
    """Each rule has its words in both languages, its text, its unit; the 48 h rule spans its renumbering."""
    for item in all_rules():
        assert item.fr.endswith(".")
        assert item.en.endswith(".")
        assert item.basis
        assert item.cite
        assert item.unit
    days = [date(2020, 12, 31), date(2021, 1, 1)]
    assert [law(day).rule("dlc.min_hours_at_handover").cite[-8:] for day in days] == ["D543-306", "D541-310"]


def test_what_was_not_read_says_so() -> None:
    """Practice and choices of ours are never marked as verified law."""
    for item in all_rules():
        if item.cite.startswith(("réglage", "conditions de l'association")):
            assert item.evidence is Evidence.TO_CONFIRM, item.code
    assert LAW.rule("dlc.min_hours_at_handover").evidence is Evidence.VERIFIED


def test_every_rule_that_refuses_is_proved() -> None:
    """A rule that speaks names its tests, and they exist."""
    known = set()
    for path in TESTS.glob("lots/test_rules_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for item in LAW.rules.values():
        assert set(item.proof) <= known, item.code
        if item.severity is not Severity.INFORMATION and item.code != "agreement.shop_over_m2":
            assert item.proof, item.code


def test_a_moment_has_the_regions_day() -> None:
    """At 23:30Z on 31 December Paris already lives under the next year's law; a moment is not taken for a day."""
    late = datetime(2020, 12, 31, 23, 30, tzinfo=UTC)
    assert law_at(late, "Europe/Paris").day == date(2021, 1, 1)
    assert law_at(late, "UTC").day == date(2020, 12, 31)
    with pytest.raises(TypeError):
        law(late)


def test_the_figures_people_are_shown() -> None:
    """The factors and limits of today, in whole units."""
    assert LAW.min_days_before_dlc == 2
    assert LAW.grams_per_meal == 500
    assert LAW.co2e_grams_per_kg == 1530
    assert LAW.co2e_range_grams_per_kg == (1500, 2500)
    assert LAW.cents_per_kg == 160
    transport = LAW.transport
    assert (transport.max_metres_without_atp, transport.max_seconds_isothermal) == (80_000, 5_400)
    assert (transport.max_seconds_frozen_isothermal, transport.max_seconds_out_of_cold) == (3_600, 1_800)
    assert transport.classes_without_cold == {TemperatureClass.AMBIANT}
    assert LAW.temperature(TemperatureClass.SURGELE).maximum == -18
    assert LAW.temperature(TemperatureClass.CHAUD_63).minimum == 63
    assert LAW.temperature(TemperatureClass.AMBIANT).maximum is None
    assert LAW.retention("positions") == timedelta(hours=72)
    assert LAW.retention("traceability") >= timedelta(days=5 * 365 + 1)
    assert {LAW.temperature(klass).tolerance for klass in TemperatureClass} == {0, 2, 3}
