"""The project's own files, as the house's checks read them."""

import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = sorted(path.name for path in (ROOT / "service").iterdir() if (path / "__init__.py").exists())


@lru_cache
def ours() -> list[Path]:
    """Every file that is committed or would be; without git, every file outside the folders git ignores."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
        found = [ROOT / name for name in listed.split("\0") if name]
    except (FileNotFoundError, subprocess.CalledProcessError):
        skipped = {".venv", ".git", ".glane", "node_modules", "__pycache__", "vendor"}
        found = [path for path in ROOT.rglob("*") if not skipped & set(path.relative_to(ROOT).parts)]
    return sorted(path for path in found if path.is_file())


@lru_cache
def texts() -> dict[str, str]:
    """The text files of the project by their path from its root."""
    kept = {}
    for path in ours():
        try:
            kept[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return kept
