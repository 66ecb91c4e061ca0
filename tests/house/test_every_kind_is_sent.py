"""People choose on which channels they hear of each kind of message: what nothing sends must not be offered to them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from service.notices.kinds import KINDS
from tests.house.sources import ROOT

TELL = {"tell", "tell_each"}


def names_sent(source: str) -> Iterator[str]:
    """Every text of a module that tells people something, but for those it only takes back."""
    tree = ast.parse(source)
    if not _tells(tree):
        return
    back = {
        inner
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _name(call.func) == "take_back"
        for inner in ast.walk(call)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in back:
            yield node.value


def _tells(tree: ast.Module) -> bool:
    """Whether it calls `tell` or `tell_each` of the messages' room, by whatever name it imported them."""
    called = {_name(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        names = {alias.asname or alias.name: alias.name for alias in node.names}
        if node.module == "service.notices.actions" and called & {own for own, name in names.items() if name in TELL}:
            return True
        rooms = {own for own, name in names.items() if node.module == "service.notices" and name == "actions"}
        if any(_calls_of(tree, room) & TELL for room in rooms):
            return True
    return False


def _calls_of(tree: ast.Module, room: str) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == room
    }


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def sent(root: Path) -> set[str]:
    """The kinds that some module sends by name."""
    return {name for path in root.glob("service/**/*.py") for name in names_sent(path.read_text())} & set(KINDS)


def test_every_kind_is_sent_by_something() -> None:
    """A kind that is declared and never told is a promise nobody keeps."""
    assert set(KINDS) - sent(ROOT) == set()


def test_taking_back_is_not_sending() -> None:
    """What is only kept back, or named where nothing is told, counts for nothing."""
    imported = "from service.notices import actions as notices\n"
    kept_back = imported + 'notices.take_back(s, kind="lot_withdrawn")\nnotices.tell(s, kind="claim_granted")'
    assert set(names_sent(kept_back)) == {"claim_granted"}
    assert set(names_sent('ICONS = {"lot_withdrawn": "x"}\ntell("round")')) == set()
