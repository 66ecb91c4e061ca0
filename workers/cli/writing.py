"""Files that a command writes: what cannot be written is said before the work is done, not after."""

from __future__ import annotations

from pathlib import Path

from workers.cli.refusals import sentence


def cannot_write(file: Path) -> str | None:
    """What keeps `file` from being written, in French; None when nothing does. It is left as it is."""
    try:
        if not file.parent.is_dir():
            return f"pas de dossier {file.parent}"
        if file.is_dir():
            return f"{file} est un dossier"
        there = file.exists()
        file.open("ab").close()
        if not there:
            file.unlink()
    except OSError as error:
        return unwritable(file, error)
    return None


def unwritable(file: Path, error: OSError) -> str:
    """The file and what is wrong with it, in French."""
    said = error.strerror or str(error)
    return f"{file} : {sentence(said) or said}"
