"""What is committed stands on its own: no machine's path, no registry's address, locks in step, files one can read."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.sources import ROOT, texts

# Put together here, so that this file does not hold what it looks for.
REGISTRIES = [
    f"{name}.{end}" for name, end in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
]
MACHINES = [f"/{name}/" for name in ("root", "work")]
MOST_LINES = 400
# path -> why it is longer than one reads at once
LONG = {
    "requirements.lock": "written by a tool",
    "requirements-test.lock": "written by a tool",
    "package-lock.json": "written by a tool",
    "config/food_law.toml": "data: one entry a rule, each with its source",
    "service/database/migrations/versions/0001_begin.py": "written by a tool: every table",
    "config/catalogue.toml": "data: one entry a product",
}
LONG_KINDS = {".csv": "data", ".po": "translations, one entry a text", ".json": "data", ".svg": "a drawing"}


def test_no_file_names_a_registry() -> None:
    """Packages come from whichever index the reader's own tools are set to."""
    found = {(path, host) for path, text in texts().items() for host in REGISTRIES if host in text}
    assert found == set()


def test_no_file_names_a_machine() -> None:
    """No path of the computer a file was written on."""
    found = {
        (path, line.strip()[:120])
        for path, text in texts().items()
        for line in text.splitlines()
        if any(re.search(rf"(?<![\w.}}]){re.escape(machine)}", line) for machine in MACHINES)
    }
    assert found == set()


def test_files_can_be_read_at_once() -> None:
    """A longer file is split by noun, or its length has a reason."""
    long = {path: text.count("\n") for path, text in texts().items() if text.count("\n") > MOST_LINES}
    kinds = tuple(LONG_KINDS)
    assert {path: lines for path, lines in long.items() if path not in LONG and not path.endswith(kinds)} == {}
    assert set(LONG) <= set(texts())


def locked(name: str) -> dict[str, tuple[str, int]]:
    """package -> (version, number of hashes) of a lock file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = {}
    for block in re.split(r"\n(?=\S)", text):
        if match := re.match(r"([\w.\[\],-]+)==([^\s;\\]+)", block):
            package = canonicalize_name(match.group(1).split("[")[0])
            found[package] = (match.group(2), block.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ["build"]), ("requirements-test.lock", ["build", "test"])]
)
def test_the_lock_is_in_step(lock: str, extras: list[str]) -> None:
    """Each requirement is locked, at a version it allows, with hashes; the lock names no index."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    held = locked(lock)
    wrong = [
        line
        for line in asked
        if (need := Requirement(line))
        and not need.specifier.contains(held.get(canonicalize_name(need.name), ("", 0))[0] or "0")
    ]
    assert wrong == []
    assert {name for name, (_version, hashes) in held.items() if not hashes} == set()
    assert len(held) > len(asked)


def test_the_test_lock_only_adds() -> None:
    """What is tested is what is shipped: the same version of everything both locks name."""
    shipped, tested = locked("requirements.lock"), locked("requirements-test.lock")
    assert {name: value[0] for name, value in shipped.items()}.items() <= {
        name: value[0] for name, value in tested.items()
    }.items()


def test_folders_of_tests_are_no_packages() -> None:
    """An `__init__.py` under tests/ would make `import routing` find the tests."""
    assert [path for path in texts() if path.startswith("tests/") and path.endswith("__init__.py")] == []


def test_every_test_says_what_it_shows() -> None:
    """A test opens with one sentence."""
    silent = []
    for path, text in texts().items():
        if path.startswith("tests/") and path.rpartition("/")[2].startswith("test_") and path.endswith(".py"):
            for match in re.finditer(
                r"^(?:    )?(?:async )?def (test_\w+)\(.*?\)(?: -> None)?:[^\n]*\n(\s*)(.)", text, re.M | re.S
            ):
                if match.group(3) not in '"r':
                    silent.append(f"{path}: {match.group(1)}")
    assert silent == []
