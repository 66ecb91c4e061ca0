"""A problem together with the file form it came in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from routing.errors import FormatError
from routing.formats.benchmark import Named
from routing.problem import Problem


@dataclass(frozen=True, slots=True)
class Source:
    """A problem with the form it came in; `named` gives a benchmark's node numbers and its unit of distance."""

    problem: Problem
    form: str
    named: Named | None = None


def text_of(path: Path) -> str:
    """The text of a file. Raises FormatError when it cannot be read, is no text or is empty."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FormatError(str(path), error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: byte {error.start}", "is not UTF-8 text") from error
    if not text.strip():
        raise FormatError(str(path), "is empty")
    return text
