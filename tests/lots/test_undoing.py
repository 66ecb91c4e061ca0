"""Ways back while nobody has acted: a lot posted, corrected or withdrawn."""

from datetime import timedelta

import pytest

from service.lots import actions, queries
from service.lots.errors import NothingToUndo
from service.lots.forms import Correction, LineCorrection
from service.lots.models import Lot, LotState
from tests.lots.conftest import Shop


def correct(shop: Shop, lot: Lot, **given: object) -> None:
    with shop.database.transaction() as session:
        found = session.get_one(Lot, lot.key)
        line = queries.lines_of(session, lot.key)[0]
        wanted = Correction(lines=[LineCorrection.model_validate({"id": line.key, **given})])
        actions.correct(session, found, wanted, who=shop.donor.who, now=shop.now)


def undo(shop: Shop, lot: Lot, what: str) -> Lot | None:
    with shop.database.transaction() as session:
        found = session.get_one(Lot, lot.key)
        done = getattr(actions, what)(session, found, who=shop.donor.who, now=shop.now)
        return done if isinstance(done, Lot) else None


def withdraw(shop: Shop, lot: Lot) -> None:
    with shop.database.transaction() as session:
        actions.withdraw(session, session.get_one(Lot, lot.key), reason="sold", who=shop.donor.who, now=shop.now)


def test_a_weight_goes_back_and_the_journal_says_so(shop: Shop) -> None:
    """The weight before the correction stands again, through a correction like any other."""
    lot = shop.post()
    correct(shop, lot, grams=4_000)
    assert shop.lines(lot.key)[0].grams == 4_000
    undo(shop, lot, "undo_correction")
    line = shop.lines(lot.key)[0]
    assert (line.grams, line.free_grams) == (10_000, 10_000)
    with shop.database.read() as session:
        back = actions.reversal_of(session, session.get_one(Lot, lot.key))
        assert back is not None
        assert back.lines[0].grams == 4_000


def test_what_a_label_says_is_not_undone(shop: Shop) -> None:
    """A description or a count with anything else beside it is corrected again, not undone."""
    lot = shop.post()
    correct(shop, lot, grams=4_000, description="Baguettes")
    with pytest.raises(NothingToUndo):
        undo(shop, lot, "undo_correction")


def test_nothing_is_undone_under_whoever_holds_a_part(shop: Shop) -> None:
    """Once a charity was granted a part, neither the posting nor a correction is undone: its part stays."""
    lot = shop.post()
    correct(shop, lot, grams=8_000)
    shop.reserve(lot.key, 5_000)
    for what in ("undo_correction", "undo_posting"):
        with pytest.raises(NothingToUndo):
            undo(shop, lot, what)
    assert shop.lines(lot.key)[0].free_grams == 3_000


def test_a_posting_is_undone(shop: Shop) -> None:
    """A lot nobody was granted anything of is taken back as a mistake."""
    lot = shop.post()
    undo(shop, lot, "undo_posting")
    with shop.database.read() as session:
        assert session.get_one(Lot, lot.key).state is LotState.WITHDRAWN


def test_a_withdrawal_is_undone_once(shop: Shop) -> None:
    """The lot is on offer again as it was, under a new number; a second tap does not offer it twice."""
    lot = shop.post(note="Derrière la porte verte")
    withdraw(shop, lot)
    again = undo(shop, lot, "undo_withdrawal")
    assert again is not None
    assert (again.state, again.note, again.same_as_id) == (LotState.PUBLISHED, "Derrière la porte verte", lot.key)
    assert again.deadline == lot.deadline
    assert [(one.grams, one.date) for one in shop.lines(again.key)] == [
        (one.grams, one.date) for one in shop.lines(lot.key)
    ]
    with pytest.raises(NothingToUndo):
        undo(shop, lot, "undo_withdrawal")


def test_a_withdrawal_somebody_felt_stays(shop: Shop) -> None:
    """Who had been granted a part was told that it is gone: it is not brought back by a tap."""
    lot = shop.post()
    shop.reserve(lot.key, 5_000)
    withdraw(shop, lot)
    with pytest.raises(NothingToUndo):
        undo(shop, lot, "undo_withdrawal")


def test_too_late_is_too_late(shop: Shop) -> None:
    """After the deadline there is nothing to offer again."""
    lot = shop.post()
    withdraw(shop, lot)
    shop.now += timedelta(hours=5)
    with pytest.raises(NothingToUndo):
        undo(shop, lot, "undo_withdrawal")
