"""Volunteers have their minutes to answer, then the search for a taker goes on."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from service.journal import queries as journal
from service.lots.models import Lot
from tests.allocation.conftest import Stall
from tests.allocation.helped import DECIDED, SMALL, asks, declines, helps, ladder, the_errand, wanted
from tests.allocation.windowed import decide
from tests.people import Make

pytestmark = pytest.mark.sealed


def steps(stall: Stall, lot: Lot) -> list[str]:
    with stall.database.read() as session:
        return [str(e.data["step"]) for e in journal.of_subject(session, "lot", lot.key) if e.kind == "lot.step"]


def test_the_ladder_waits_for_the_answer_and_goes_on(stall: Stall, make: Make) -> None:
    """However late the clock: volunteers have their minutes, then the search widens."""
    helps(stall, make)
    lot = wanted(stall)
    late = DECIDED + timedelta(minutes=25)
    ladder(stall, late)
    assert steps(stall, lot) == ["volunteers"]
    ladder(stall, late + timedelta(minutes=9))
    assert steps(stall, lot) == ["volunteers"]
    ladder(stall, late + timedelta(minutes=10))
    assert steps(stall, lot) == ["volunteers", "wider"]


def test_once_all_have_said_no_it_goes_on_at_once(stall: Stall, make: Make, client: TestClient) -> None:
    """One no is not enough; twice is harmless; the dispatcher reads who cannot, with names."""
    first, second = helps(stall, make, "Vélos A"), helps(stall, make, "Vélos B")
    lot = wanted(stall)
    late = DECIDED + timedelta(minutes=25)
    ladder(stall, late)
    declines(stall, first.who, late)
    declines(stall, first.who, late)
    ladder(stall, late + timedelta(minutes=1))
    assert (steps(stall, lot), str(the_errand(stall).state)) == (["volunteers"], "offered")
    page = make.signed_in(client, make.dispatcher().person.key).get(f"/lots/{lot.key}/decision").text
    assert first.person.name in page
    assert page.count("pas encore répondu") == page.count("ne peut pas") == 1
    declines(stall, second.who, late)
    ladder(stall, late + timedelta(minutes=1))
    assert (steps(stall, lot), str(the_errand(stall).state)) == (["volunteers", "wider"], "over")


def test_what_the_deadline_brings_waits_for_nobody(stall: Stall, make: Make) -> None:
    """Two hours before the end the dispatcher hears, whoever was just asked."""
    helps(stall, make)
    lot = wanted(stall)
    ladder(stall, timedelta(minutes=65))
    assert steps(stall, lot) == ["volunteers", "wider", "neighbours", "dispatcher"]
    assert len(asks(stall)) == 1


def test_the_dispatcher_reads_that_volunteers_are_asked(stall: Stall, make: Make, client: TestClient) -> None:
    """Where somebody may be asked it is the step that comes next, with its hour; where nobody may, it is left out."""
    lot = stall.post(SMALL)
    decide(stall, DECIDED)
    browser = make.signed_in(client, make.dispatcher().person.key)
    assert "bénévoles" not in browser.get(f"/lots/{lot.key}/decision").text
    helps(stall, make)
    assert "nous demandons à des bénévoles proches" in browser.get(f"/lots/{lot.key}/decision").text
