"""What the rules say to people: in both languages, with every place filled."""

import ast
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import service.lots.rules
from config.food_law import Severity, law
from service.lots.rules.verdicts import breach

FOLDER = Path(service.lots.rules.__file__).parent
PLACE = re.compile(r"%\((\w+)\)s")


def messages() -> list[str]:
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
                assert isinstance(node.args[0], ast.Constant)
                found.append(str(node.args[0].value))
    return found


def english() -> dict[str, str]:
    with (FOLDER.parent / "locale" / "en.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


@pytest.mark.parametrize("message", messages())
def test_each_sentence_has_its_english_with_the_same_places(message: str) -> None:
    """No sentence stays untranslated or loses a figure on the way."""
    translated = english().get(message, "")
    assert translated
    assert set(PLACE.findall(translated)) == set(PLACE.findall(message))


@pytest.mark.parametrize("message", messages())
def test_each_sentence_fills(message: str) -> None:
    """A stray percent sign would break the sentence in front of somebody."""
    params = dict.fromkeys(PLACE.findall(message), "x")
    for text in (message, english()[message]):
        assert "%(" not in text % {**params, "cite": "", "statement": ""}


def test_figures_are_written_as_the_reader_writes_them() -> None:
    """Dates in words and decimals with the language's own sign; the journal keeps bare figures."""
    rule = law(date(2026, 11, 20)).rule("dlc.passed")
    verdict = breach(rule, "%(day)s, %(kg)s kg, %(count)s", day=date(2026, 11, 1), kg=Decimal("1.5"), count=3)
    assert verdict.text() == "1er novembre 2026, 1,5 kg, 3"
    assert verdict.text("en") == "1 November 2026, 1.5 kg, 3"
    assert verdict.as_data() == {
        "code": "dlc.passed",
        "valid_from": "2014-12-13",
        "severity": "forbidden",
        "day": "2026-11-01",
        "kg": "1.5",
        "count": 3,
    }
    assert verdict.severity is Severity.FORBIDDEN
    assert verdict.basis.startswith("Règlement (UE) n° 1169/2011")
