"""Reading and writing problems and plans; the format is recognised from the file itself."""

from __future__ import annotations

from pathlib import Path

from routing.errors import FormatError
from routing.formats.benchmark import is_li_lim, is_sartori_buriol, read_li_lim, read_sartori_buriol
from routing.formats.glane_json import read_problem
from routing.formats.solutions import read_solution, write_text
from routing.formats.source import Source, text_of

__all__ = ["Source", "read", "read_solution", "write_text"]


def read(path: Path) -> Source:
    """The problem in a file: Glane JSON, Li & Lim, or Sartori & Buriol. Raises FormatError naming the place."""
    text = text_of(path)
    if text.lstrip().startswith(("{", "[")):
        return Source(read_problem(text), "glane-json")
    if is_sartori_buriol(text):
        return Source(*read_sartori_buriol(text))
    if is_li_lim(text):
        return Source(*read_li_lim(text, path.stem))
    raise FormatError(f"{path}: line 1", "is neither Glane JSON, nor Li & Lim, nor Sartori & Buriol")
