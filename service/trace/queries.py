"""Following food both ways: from a lot to every shelf it reached, and back to the lot it was split from."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from service.journal import queries as journal
from service.journal.models import Entry
from service.lots import queries as lots
from service.lots.models import Lot, LotLine, Share


@dataclass(frozen=True)
class LineTrace:
    """One line and where its grams are. `missing` is 0 when the balance holds."""

    line: LotLine
    shares: Sequence[Share]

    @property
    def held(self) -> int:
        """Grams that shares hold or have carried away; a share given back holds nothing."""
        return sum(share.grams for share in self.shares if share.state not in ("released", "no_show"))

    @property
    def delivered(self) -> int:
        """Grams as weighed by the charities."""
        return sum(share.received_grams or 0 for share in self.shares)

    @property
    def missing(self) -> int:
        return self.line.grams - self.line.free_grams - self.line.left_grams - self.held


@dataclass(frozen=True)
class LotTrace:
    """A lot, its lines, the lots it came from and gave, and everything that happened, oldest first."""

    lot: Lot
    lines: Sequence[LineTrace]
    parent: Lot | None
    children: Sequence[Lot]
    entries: Sequence[Entry]

    @property
    def balanced(self) -> bool:
        return all(line.missing == 0 for line in self.lines)


def trace_of(session: Session, lot: Lot) -> LotTrace:
    """The trace of a lot; the caller has checked that it may be seen."""
    shares = lots.shares_of_lot(session, lot.key)
    lines = [
        LineTrace(line, [share for share in shares if share.line_id == line.key])
        for line in lots.lines_of(session, lot.key)
    ]
    claims = sorted({share.claim_id for share in shares})
    entries = [
        *journal.of_subject(session, "lot", lot.key),
        *journal.of_subjects(session, "claim", claims),
        *journal.of_subjects(session, "share", [share.key for share in shares]),
    ]
    return LotTrace(
        lot=lot,
        lines=lines,
        parent=session.get(Lot, lot.parent_id) if lot.parent_id is not None else None,
        children=lots.children_of(session, lot.key),
        entries=sorted(entries, key=lambda entry: entry.key),
    )
