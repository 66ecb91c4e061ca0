"""What is wrong with a file, a plan or a rule is said to people in French, with its place; and why a lot is left."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeGuard

import pytest

import routing as r
from routing.engine.solving import PHASES
from routing.formats import Source
from routing.formats.benchmark import read_li_lim
from routing.picture.words import Words
from service.rounds import words
from tests.routing.test_reasons import GOODS, MATRIX, SITES, VAN
from workers.cli import solve
from workers.cli.french import SENTENCES
from workers.cli.left_out import explained
from workers.cli.measures import standing_of
from workers.cli.refusals import breach, refusal, sentence

ROUTING = Path(r.__file__).parent
SOURCES = [
    *(ROUTING / f"{name}.py" for name in ("fleet", "kinds", "matrix", "plan", "problem", "shipment")),
    *sorted((ROUTING / "formats").glob("*.py")),
    *sorted((ROUTING / "rules").glob("*.py")),
    ROUTING / "engine" / "child.py",
]
SAYS = {"FormatError": 1, "ProblemError": 1, "Breach": 1, "EngineError": 0}


def _template(node: ast.expr) -> str | None:
    """A text as its source has it, `{}` for what is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def _tells(node: ast.AST) -> TypeGuard[ast.Return | ast.Assign]:
    """Whether a rule gives back or keeps a message here."""
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Name) and node.targets[0].id == "message"
    return isinstance(node, ast.Return)


def _sentences(source: Path) -> Iterator[str]:
    """What a source may say: in an error or a breach, or as what a function that tells of a breach gives back."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        said: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYS:
            said = node.args[SAYS[node.func.id] :][:1]
        elif source.parent.name == "rules" and _tells(node):
            said = [node.value] if node.value is not None else []
        yield from filter(None, map(_template, said))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_every_sentence_has_its_french(source: Path) -> None:
    """No error about a file or a problem, and no broken rule, is told in English."""
    assert [said for said in _sentences(source) if said not in SENTENCES] == []


def test_every_phase_of_a_search_has_its_french() -> None:
    """What an engine says it is doing has a word on the command line and on the dispatcher's page."""
    assert set(PHASES) <= set(words.PHASES)
    assert set(PHASES) <= set(solve.PHASES)


def test_there_are_sentences() -> None:
    """The sources are read where they say something."""
    assert sum(len(list(_sentences(source))) for source in SOURCES) > 110


def test_each_sentence_keeps_its_blanks() -> None:
    """What English says of a case, French says too."""
    assert [one for one, french in SENTENCES.items() if one.count("{}") != french.count("{}")] == []


@pytest.mark.parametrize(
    ("error", "file", "said"),
    [
        (
            r.FormatError("line 3", "a node has 9 numbers, not 4"),
            "a.txt",
            "a.txt : ligne 3 : un nœud a 9 nombres, pas 4",
        ),
        (
            r.FormatError("line 3: node 1", "its delivery 2 is not in the file, which ends with node 1"),
            "a.txt",
            "a.txt : ligne 3 : nœud 1 : la livraison 2 n'est pas dans le fichier, qui finit au nœud 1",
        ),
        (r.FormatError("a.txt", "is empty"), "a.txt", "a.txt : est vide"),
        (r.FormatError("a: byte 9", "is not UTF-8 text"), "a", "a : octet 9 : n'est pas du texte en UTF-8"),
        (
            r.FormatError("header", "SIZE and CAPACITY must be whole numbers"),
            "a",
            "a : en-tête : SIZE et CAPACITY doivent être des nombres entiers",
        ),
        (
            r.FormatError("a.txt: line 7", "node 2 was already visited (a.txt: line 6)"),
            "a.txt",
            "a.txt : ligne 7 : le nœud 2 a déjà été visité (ligne 6)",
        ),
        (
            r.FormatError("line 1, column 12", "is not JSON: Expecting value"),
            "line.json",
            "line.json : ligne 1, colonne 12 : n'est pas du JSON : une valeur est attendue",
        ),
        (
            r.FormatError("$.sites[0].line", "is not known here; there are id, stop_s"),
            None,
            "$.sites[0].line : n'est pas connu ici ; il y a id, stop_s",
        ),
        (
            r.ProblemError("vehicles[0].start", "unknown site 'moon'"),
            None,
            "vehicles[0].start : lieu inconnu : « moon »",
        ),
        (
            r.ProblemError("states[0].frozen[2].arrival_s", "400 is earlier than the stop before it (600)"),
            None,
            "states[0].frozen[2].arrival_s : 400 est plus tôt que l'arrêt d'avant (600)",
        ),
        (r.EngineError("the engine's process ended with code 3"), None, "le moteur s'est arrêté avec le code 3"),
        (r.EngineError("something else"), None, "something else"),
    ],
)
def test_file_place_and_reason(error: r.RoutingError, file: str | None, said: str) -> None:
    """The file, the place in it, what is wrong there; what has no French is told as it is."""
    assert refusal(error, Path(file) if file else None) == said


def test_a_broken_rule_names_round_and_shipment() -> None:
    """Whose round, which shipment, what is wrong."""
    broken = r.Breach("time_window", "'shop' is closed then", "V1", "L2")
    assert breach(broken) == "tournée V1, envoi L2 : « shop » est fermé à cette heure"
    assert breach(r.Breach("totals", "grams is 3, not 4")) == "grams vaut 3, pas 4"


def test_the_longest_sentence_wins() -> None:
    """A sentence that says more is not taken for a shorter one with a longer blank."""
    assert sentence("must be at least 0, not -3") == "doit valoir au moins 0, pas -3"
    assert sentence("must be a list, not an object") == "doit être une liste, pas un objet"


def _why(left: r.Unserved, shipment: r.Shipment = GOODS, vehicle: r.Vehicle = VAN) -> str:
    origin = datetime(2026, 11, 20, tzinfo=UTC)
    problem = r.Problem(SITES, (shipment,), (vehicle,), {"van": MATRIX}, origin=origin)
    [line] = explained(Source(problem, "glane-json"), r.Plan(unserved=(left,)))
    return line.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


CHILLED = r.Temperature.CHILLED
OPEN = replace(GOODS, pickup=r.Place("shop", (r.Window(8 * 3600, 9 * 3600),)), ready_s=30_600)
FAR = replace(GOODS, temperature=CHILLED, max_ride_m={r.ColdEquipment.BOX: 5000})
COLD = replace(VAN, compartments=(r.Compartment(CHILLED, 9, 9, r.ColdEquipment.BOX),), max_stops=1)


@pytest.mark.parametrize(
    ("reason", "facts", "said"),
    [
        (r.Reason.NO_VEHICLE, {}, "aucun véhicule"),
        (r.Reason.NO_VEHICLE, {"temperature": "ambient", "vehicles": 2}, "véhicules examinés : 2"),
        (r.Reason.NO_SKILL, {"skills": "hayon"}, "il faut : hayon"),
        (r.Reason.NO_COLD, {"temperature": "chilled", "vehicles": 1}, "classe « frais » ; véhicules examinés : 1"),
        (r.Reason.TOO_HEAVY, {"grams": 2_500_000, "largest_grams": 500_500}, "2500 kg ; au plus 500 kg"),
        (r.Reason.TOO_BULKY, {"crates": 5, "largest_crates": 1}, "5 caisses ; au plus 1"),
        (r.Reason.UNREACHABLE, {"vehicle": "van"}, "aucune route entre les deux lieux (véhicule van)"),
        (
            r.Reason.COLD_CHAIN,
            {"vehicle": "van", "ride_s": 6000, "ride_m": 62_000, "max_ride_s": 5400},
            "véhicule van ; trajet de 1 h 40 min ; 62,0 km ; au plus 1 h 30 min ; au plus 5,0 km",
        ),
        (
            r.Reason.WINDOW,
            {"vehicle": "van", "earliest_s": 36_000},
            "à l'enlèvement au plus tôt à 10 h ; enlèvement ouvert : 8 h–9 h, prêt à 8 h 30, livraison : toujours",
        ),
        (r.Reason.SHIFT, {"vehicle": "van", "back_s": 9000, "shift_end_s": 7200}, "retour à 2 h 30 ; au plus tard 2 h"),
        (
            r.Reason.SHIFT,
            {"vehicle": "van", "lasts_s": 90, "max_duration_s": 60},
            "tournée de 1 min 30 s ; au plus 1 min",
        ),
        (r.Reason.STOPS, {"vehicle": "van"}, "nombre d'arrêts atteint (véhicule van ; au plus 1)"),
        (r.Reason.COMMITTED, {}, "véhicules déjà engagés"),
        (r.Reason.NOT_WORTH, {"added_cents": 123_456, "worth_cents": 500}, "coûterait 1 234,56 € ; vaut 5,00 €"),
        (
            r.Reason.DISPLACED,
            {"vehicles_able": 3, "alone_cents": 1200, "worth_cents": 5},
            "d'autres envois passent avant (véhicules possibles : 3 ; seul, il coûterait 12,00 €)",
        ),
        (r.Reason.UNDELIVERABLE, {"vehicle": "van"}, "à bord, sans livraison possible à temps (véhicule van)"),
        (r.Reason.NOT_TRIED, {"alone_cents": 5, "worth_cents": 9}, "avant son examen (seul, il coûterait 0,05 €)"),
    ],
)
def test_why_a_shipment_is_left(reason: r.Reason, facts: dict[str, int | str], said: str) -> None:
    """The reason in words and its figures with their units; no word of the program."""
    shipment = FAR if reason in (r.Reason.COLD_CHAIN, r.Reason.NO_COLD) else OPEN
    line = _why(r.Unserved("x", reason, facts), shipment, COLD)
    assert said in line
    assert line.startswith(f"x : {Words().reasons[reason]}")
    assert "_" not in line
    # A plan from elsewhere may give no figures.
    assert _why(r.Unserved("x", reason), shipment, COLD).startswith("x : ")


def test_every_reason_has_its_case() -> None:
    """A new reason comes with its words and a case above."""
    cases = {case[0] for case in test_why_a_shipment_is_left.pytestmark[0].args[1]}
    assert cases == set(r.Reason)
    assert set(Words().reasons) == set(r.Reason)


def test_what_had_to_be_carried_is_said() -> None:
    """A mandatory shipment that is left out is called so."""
    assert _why(r.Unserved("x", r.Reason.NO_VEHICLE), replace(GOODS, mandatory=True)).startswith("x (obligatoire) : ")


def test_a_public_instance_has_no_units() -> None:
    """Its numbers are told as its file has them, its costs as vehicles and distance."""
    text = "2 10 1\n0 0 0 0 0 99 0 0 0\n1 3 4 11 0 50 1 0 2\n2 6 8 -11 0 90 1 1 0\n"
    source = Source(*read_li_lim(text))
    heavy = r.Unserved("1", r.Reason.TOO_HEAVY, {"grams": 11, "largest_grams": 10})
    late = r.Unserved("1", r.Reason.WINDOW, {"vehicle": "1", "earliest_s": 1_005_000})
    other = r.Unserved("1", r.Reason.DISPLACED, {"vehicles_able": 2, "alone_cents": 2 * 10**9 + 123_400})
    lines = [explained(source, r.Plan(unserved=(left,)))[0] for left in (heavy, late, other)]
    assert lines[0].endswith("(11 ; au plus 10)")
    assert "au plus tôt à 100,50 ; enlèvement ouvert : 0–50, livraison : 0–90" in lines[1]
    assert lines[2].endswith("seul, il coûterait 2 véhicules et 12,34 de distance)")
    assert standing_of(source)(10**12 + 10**9 + 5000) == "1 envoi sans place, 1 véhicule et 0,50 de distance"
