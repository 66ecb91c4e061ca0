"""A file of rows, one appended as soon as its run has ended: what was measured is never measured again."""

from __future__ import annotations

import csv
from collections.abc import Hashable
from dataclasses import fields
from pathlib import Path
from types import UnionType
from typing import Any, Generic, Protocol, TypeVar, get_args, get_type_hints


class Kept(Protocol):
    """A frozen dataclass of words and numbers that knows which run it is of."""

    @property
    def key(self) -> Hashable:
        """The same for two runs of the same thing."""


Row = TypeVar("Row", bound=Kept)


class BadLedger(ValueError):
    """The file exists but is not such a table; says where."""


class Ledger(Generic[Row]):
    """The rows of a CSV file; of two with one key the later one counts. Raises BadLedger when it cannot be read."""

    def __init__(self, path: Path, kind: type[Row]) -> None:
        self.path, self.kind = path, kind
        self.names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # rows are dataclasses
        self._rows: dict[Hashable, Row] = {}
        if path.exists() and path.stat().st_size:
            self._read()

    def _read(self) -> None:
        text = self.path.read_text(encoding="utf-8")
        lines = text.splitlines()
        if lines[0].split(",") != self.names:
            raise BadLedger(f"{self.path}: its first line is not {','.join(self.names)}")
        if not text.endswith("\n"):
            # The last row was cut in the middle of being written: it is measured again.
            lines.pop()
            self.path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        hints = get_type_hints(self.kind)
        for number, told in enumerate(csv.DictReader(lines), 2):
            try:
                row = self.kind(**{name: _value(told[name], hints[name]) for name in self.names})
            except (TypeError, ValueError, KeyError) as error:
                raise BadLedger(f"{self.path}, line {number}: {error}") from error
            self._rows[row.key] = row

    def __contains__(self, key: Hashable) -> bool:
        return key in self._rows

    @property
    def rows(self) -> list[Row]:
        """Every row that counts, in the order of the file."""
        return list(self._rows.values())

    def append(self, row: Row) -> None:
        """Write a row now, with the header when it is the first."""
        fresh = not self.path.exists() or not self.path.stat().st_size
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            if fresh:
                writer.writerow(self.names)
            writer.writerow([_text(getattr(row, name)) for name in self.names])
        self._rows.pop(row.key, None)
        self._rows[row.key] = row


def _text(value: object) -> str:
    """A cell: nothing for None, one line of words."""
    return "" if value is None else " ".join(str(value).split())


def _value(text: str, hint: Any) -> object:
    """A cell as the field's type says."""
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if not text and type(None) in options:
        return None
    kind = next(option for option in options if option is not type(None))
    return kind(text)
