"""Ways back while nobody has acted: a weight corrected, a lot withdrawn."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.journal import queries as journal
from service.lots import queries
from service.lots.actions.correcting import correct
from service.lots.actions.photographing import add_photo
from service.lots.actions.posting import repeat
from service.lots.actions.withdrawing import withdraw
from service.lots.errors import NothingToUndo
from service.lots.facts import pairs
from service.lots.forms import Correction, LineCorrection, RepeatIn, WindowIn
from service.lots.models import Lot, LotState, WithdrawalReason
from service.lots.stored import StoredPhoto

# What a label says is not among them: it was corrected with a photo, and is only corrected again with one.
WEIGHTS = frozenset({"grams", "units", "unit_grams"})


def reversal_of(session: Session, lot: Lot) -> Correction | None:
    """The correction that takes the last one back, as the journal tells it: of weights alone, while nobody holds a part
    of the lot. None where there is none."""
    if queries.shares_of_lot(session, lot.key):
        return None
    entries = [one for one in journal.of_subject(session, "lot", lot.key) if one.kind == "lot.corrected"]
    data = entries[-1].data if entries else {}
    lines = data.get("lines", [])
    if not lines or data.get("lot") or any(set(line["fields"]) - WEIGHTS for line in lines):
        return None
    back = []
    for line in lines:
        before = {name: values[0] for name, values in line["values"].items()}
        if before.get("units") and before.get("unit_grams"):
            before.pop("grams", None)
        back.append(LineCorrection(id=line["line"], **{name: value for name, value in before.items() if value}))
    return Correction(lines=back)


def undo_correction(session: Session, lot: Lot, *, who: Who, now: datetime) -> Lot:
    """Put back the weights that stood before the last correction: a correction of its own, journaled like any."""
    back = reversal_of(session, lot)
    if back is None:
        raise NothingToUndo()
    return correct(session, lot, back, who=who, now=now)


def undo_posting(session: Session, lot: Lot, *, who: Who, now: datetime) -> None:
    """Take back a lot that was just posted, as long as no charity was granted a part: who was, keeps it."""
    if queries.shares_of_lot(session, lot.key):
        raise NothingToUndo()
    withdraw(session, lot, reason=WithdrawalReason.MISTAKE, who=who, now=now)


def can_be_offered_again(session: Session, lot: Lot, now: datetime) -> bool:
    """Whether a withdrawal can still be taken back: nobody ever held a part, there is time, and it was not yet done."""
    return (
        lot.state is LotState.WITHDRAWN
        and lot.deadline > now
        and not queries.shares_of_lot(session, lot.key)
        and not queries.is_repeated(session, lot.key)
    )


def undo_withdrawal(session: Session, lot: Lot, *, who: Who, now: datetime) -> Lot:
    """Offer a withdrawn lot again, as it was: its lines, dates, hours and photos, under a number of its own, since
    charities were told that the other one is gone."""
    if not can_be_offered_again(session, lot, now):
        raise NothingToUndo()
    lines = queries.lines_of(session, lot.key)
    windows = [
        WindowIn(starts_at=max(start, now), ends_at=end)
        for start, end in pairs(queries.windows_of(session, lot.key))
        if end > now
    ]
    given = RepeatIn(grams=[line.grams for line in lines], dates=[line.date for line in lines], windows=windows)
    again = repeat(session, lot, given, who=who, now=now)
    for photo in queries.photos_of(session, lot.key):
        stored = StoredPhoto(photo.file_key, photo.thumb_key, photo.width, photo.height)
        add_photo(session, again, stored, kind=photo.kind, who=who, now=now, tell=False)
    return again
