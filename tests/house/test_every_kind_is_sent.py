"""People choose on which channels they hear of each kind of message: what nothing sends must not be offered to them."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from service.notices.kinds import KINDS
from tests.house.sources import ROOT

ROOM = "service.notices"
TELL = {"tell", "tell_each"}
# What rooms call their own ways of telling.
WAYS = ("tell", "notify")


def names_sent(tree: ast.Module, constants: Mapping[str, set[str]]) -> Iterator[str]:
    """The kinds a module hands to what tells people, by themselves or by a name they were given."""
    if not _tells(tree):
        return
    given = _assigned(tree)
    for call in _calls(tree):
        if any(way in _name(call.func) for way in WAYS):
            for value in (*call.args, *(keyword.value for keyword in call.keywords)):
                yield from _texts(value)
                if name := _name(value):
                    yield from given.get(name, constants.get(name, set()))


def _tells(tree: ast.Module) -> bool:
    """Whether it calls `tell` or `tell_each` of the messages' room, by whatever name it imported them."""
    called = {_name(call.func) for call in _calls(tree)}
    of_rooms = {_name(call.func.value): call.func.attr for call in _calls(tree) if isinstance(call.func, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = {alias.asname or alias.name: alias.name for alias in node.names}
            if node.module == f"{ROOM}.actions" and called & {own for own, name in names.items() if name in TELL}:
                return True
            if node.module == ROOM and any(name == "actions" and own in of_rooms for own, name in names.items()):
                return bool(called & TELL)
    return False


def _calls(tree: ast.Module) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _assigned(tree: ast.Module) -> dict[str, set[str]]:
    """Names, and the texts they were given."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                found[_name(target)] |= _texts(node.value)
    return found


def _texts(node: ast.expr) -> set[str]:
    """A text, or one of two."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def sent(paths: Iterable[Path]) -> set[str]:
    """The kinds that some module sends by name."""
    sources = [path.read_text() for path in paths]
    # Most modules have nothing to do with it.
    trees = [ast.parse(text) for text in sources if ROOM in text or any(f'"{kind}"' in text for kind in KINDS)]
    constants: dict[str, set[str]] = defaultdict(set)
    for tree in trees:
        for name, texts in _assigned(tree).items():
            if name.isupper():
                constants[name] |= texts
    return {name for tree in trees for name in names_sent(tree, constants)} & set(KINDS)


def test_every_kind_is_sent_by_something() -> None:
    """A kind that is declared and never told is a promise nobody keeps."""
    assert set(KINDS) - sent(ROOT.glob("service/**/*.py")) == set()


def test_taking_back_and_reading_are_not_sending(tmp_path: Path) -> None:
    """What is only kept back, looked for, or named where nothing is told, counts for nothing."""
    (tmp_path / "one.py").write_text(
        "from service.notices import actions as notices\n"
        'OLD = ("round_changed",)\n'
        'notices.take_back(s, kind="lot_withdrawn")\n'
        'told_of(s, "pickup_planned")\n'
        'kind = "claim_granted" if late else "claim_refused"\n'
        "_notify(s, kind)\n"
        "notices.tell_each(s, kind=queries.NEAR)\n"
    )
    (tmp_path / "two.py").write_text('NEAR = "lot_posted_nearby"\ntell_round(s, "driver_away")\n')
    assert sent(tmp_path.glob("*.py")) == {"claim_granted", "claim_refused", "lot_posted_nearby"}
