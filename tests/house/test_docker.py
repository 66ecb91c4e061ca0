"""The containers: one image that holds what it needs and no more, and a compose file with every part."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import Settings
from tests.house.sources import ROOT, ours

DOCKER = ROOT / "docker"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))


def test_every_part_is_there(compose: dict[str, Any]) -> None:
    """The web and the jobs start once the migrations have run, the migrations once the database answers."""
    services = compose["services"]
    assert set(services) == {"database", "migrate", "web", "work"}
    for part in ("migrate", "web", "work"):
        assert services[part]["command"] == [part]
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    for part in ("web", "work"):
        assert services[part]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert services[part]["volumes"] == ["data:/data"]


def test_nothing_secret_has_a_default(compose: dict[str, Any]) -> None:
    """Keys and passwords must be given, and the database is not published."""
    text = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
    for name in ("GLANE_SECRET_KEY", "POSTGRES_PASSWORD"):
        assert set(re.findall(rf"\$\{{{name}(.)", text)) == {":"}
        assert f"{name}:-" not in text
    assert "ports" not in compose["services"]["database"]
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["web"]["ports"])


def test_the_example_holds_what_is_asked(compose: dict[str, Any]) -> None:
    """Each variable that must be set is in .env.example, each one there is read by the compose file."""
    text = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
    example = set(re.findall(r"^(\w+)=", (DOCKER / ".env.example").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"\$\{(\w+):\?", text)) <= example <= set(re.findall(r"\$\{(\w+)", text))
    known = {f"GLANE_{name.upper()}" for name in Settings.model_fields}
    assert set(compose["services"]["web"]["environment"]) <= known


def test_the_image_is_careful() -> None:
    """Its base can be chosen, its packages are hashed, its user has no rights, its health is watched."""
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    assert text.count("FROM ${BASE}") == len(re.findall(r"^FROM ", text, re.M)) == 2
    for line in ("ARG BASE=", "--require-hashes -r requirements.lock", "USER 10001", "HEALTHCHECK", 'CMD ["web"]'):
        assert line in text
    copied = {name for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.M) for name in line.split()[:-1]}
    assert [name for name in copied if not (ROOT / name).exists()] == []
    let_in = set(re.findall(r"^!(.+)$", (DOCKER / "Dockerfile.dockerignore").read_text(encoding="utf-8"), re.M))
    assert let_in == copied
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(packages["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= copied


@pytest.mark.slow
def test_the_wheel_holds_what_runs(tmp_path: Path) -> None:
    """Templates, styles, words, laws, regions and migrations travel with the code; tests do not."""
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    made = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(next(tmp_path.glob("glane-*.whl"))) as wheel:
        held = set(wheel.namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in ours()
        if path.relative_to(ROOT).parts[0] in ("config", "routing", "service", "workers")
    }
    vendor = ROOT / "service/web/static/vendor"
    wanted |= {path.relative_to(ROOT).as_posix() for path in vendor.rglob("*") if path.is_file()}
    assert wanted - held == set()
    assert not [name for name in held if name.startswith("tests/")]
