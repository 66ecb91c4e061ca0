"""Reading and writing problems and plans; the format is recognised from the file itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from routing.errors import FormatError
from routing.formats.benchmark import Named, is_li_lim, is_sartori_buriol, read_li_lim, read_sartori_buriol
from routing.formats.glane_json import read_problem
from routing.problem import Problem

__all__ = ["Source", "read"]


@dataclass(frozen=True, slots=True)
class Source:
    """A problem with the form it came in; `named` gives a benchmark's node numbers and its unit of distance."""

    problem: Problem
    form: str
    named: Named | None = None


def read(path: Path) -> Source:
    """The problem in a file: Glane JSON, Li & Lim, or Sartori & Buriol. Raises FormatError naming the place."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FormatError(str(path), error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: byte {error.start}", "is not UTF-8 text") from error
    if not text.strip():
        raise FormatError(str(path), "is empty")
    if text.lstrip().startswith(("{", "[")):
        return Source(read_problem(text), "glane-json")
    if is_sartori_buriol(text):
        return Source(*read_sartori_buriol(text))
    if is_li_lim(text):
        return Source(*read_li_lim(text, path.stem))
    raise FormatError(f"{path}: line 1", "is neither Glane JSON, nor Li & Lim, nor Sartori & Buriol")
