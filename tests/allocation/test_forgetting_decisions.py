"""What a decision was made from is kept for a while; who got what and why stays."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from config.food_law import law_at
from service.allocation import queries
from service.allocation.deciding.replaying import replay
from service.allocation.deciding.work import decide_region
from service.allocation.decisions.explaining import Told, explain, explain_lot
from service.allocation.decisions.forgetting import forget_inputs
from service.allocation.ledger.first_come import instead
from service.allocation.models import Claim, StoredDecision
from service.journal import queries as journal
from service.kit.clock import local
from service.lots.models import Lot
from tests.allocation.conftest import Stall
from tests.people import REGION, Make

pytestmark = pytest.mark.sealed
KEPT = timedelta(days=12 * 31)


def contested(stall: Stall, make: Make) -> tuple[Lot, list[Claim]]:
    """A lot that three charities want and one gets, decided from what each had before: two had some, one nothing."""
    third, other = make.charity("Croix", people_per_week=90), make.charity("Secours", people_per_week=100)
    stall.claim(stall.post())
    stall.claim(stall.post(), third.who)
    decide_region(stall.database, REGION, stall.now + timedelta(minutes=11))
    lot = stall.post()
    claims = [stall.claim(lot, who) for who in (stall.charity.who, third.who, other.who)]
    decide_region(stall.database, REGION, stall.now + timedelta(minutes=11))
    return lot, claims


def rows(stall: Stall) -> list[StoredDecision]:
    with stall.database.read() as session:
        return list(session.exec(select(StoredDecision).order_by(col(StoredDecision.id))).all())


def forget(stall: Stall, after: timedelta, limit: int = 200) -> int:
    with stall.database.transaction() as session:
        return forget_inputs(session, REGION, now=stall.now + after, limit=limit)


def told(stall: Stall, lot: Lot, claims: list[Claim]) -> list[Told | None]:
    """All that is said of a lot, to winner, loser and dispatcher, in both languages."""
    with stall.database.read() as session:
        row = queries.decisions_of_lot(session, lot.key)[-1]
        found = [session.get_one(Claim, claim.key) for claim in claims]
        return [
            one
            for locale in ("fr", "en")
            for one in (explain_lot(row, lot.key, locale), *(explain(session, claim, locale) for claim in found))
        ]


def test_the_length_is_a_dated_rule(stall: Stall) -> None:
    """How long is read from the law file, like all that is kept for a while only."""
    assert law_at(stall.now, "Europe/Paris").retention("decision_inputs") == KEPT


def test_the_question_goes_and_the_reasons_stay(stall: Stall, make: Make) -> None:
    """A year on nothing of who asked and who had what is left in the question, and every sentence reads as before."""
    lot, claims = contested(stall, make)
    before = told(stall, lot, claims)
    facts = [reason.facts for one in before if one is not None for reason in one.reasons]
    assert any(said.get("median_percent") for said in facts)
    outputs = [row.output for row in rows(stall)]
    assert forget(stall, KEPT - timedelta(minutes=1)) == 0
    assert forget(stall, KEPT + timedelta(hours=1)) == 2
    assert forget(stall, KEPT + timedelta(hours=2)) == 0
    for row in rows(stall):
        assert set(row.inputs) == {"lots", "medians"}
        assert row.inputs_erased_at == stall.now + KEPT + timedelta(hours=1)
    assert [row.output for row in rows(stall)] == outputs
    assert told(stall, lot, claims) == before


def test_it_is_journaled_and_done_in_small_parts(stall: Stall, make: Make) -> None:
    """The oldest first, so many at once; each says when it was made."""
    contested(stall, make)
    later = KEPT + timedelta(days=1)
    assert forget(stall, later, limit=1) == 1
    first, second = rows(stall)
    assert (first.inputs_erased_at is None, second.inputs_erased_at is None) == (False, True)
    with stall.database.read() as session:
        said = journal.of_subject(session, "allocationdecision", first.key)
    assert [(entry.kind, entry.data["made_at"]) for entry in said] == [
        ("decision.inputs_erased", first.made_at.isoformat())
    ]


def test_what_is_erased_is_neither_replayed_nor_compared(stall: Stall, make: Make) -> None:
    """Replay leaves it out and says how many; the comparison with first come counts it among those it cannot read."""
    contested(stall, make)
    forget(stall, KEPT + timedelta(days=1), limit=1)
    found = replay(stall.database, REGION)
    assert (found.equal, found.erased, found.is_sound) == (1, 1, True)
    compared = instead(rows(stall))
    assert (compared.decisions, compared.unreadable) == (1, 1)


def test_the_page_says_that_the_data_is_gone(
    stall: Stall, make: Make, sign_in: Callable[[int], TestClient], now: datetime
) -> None:
    """The dispatcher and the loser read the reasons and the day on which the data was erased."""
    lot, claims = contested(stall, make)
    forget(stall, KEPT + timedelta(days=1))
    day = local(now + KEPT + timedelta(days=1), "Europe/Paris").strftime("%d/%m/%Y")
    for party in (make.dispatcher(), stall.charity):
        page = sign_in(party.person.key).get(f"/lots/{lot.key}/decision")
        assert page.status_code == 200
        assert f"Les données de cette décision ont été effacées le {day}" in page.text.replace("\u00a0", " ")
    answer = sign_in(stall.charity.person.key).get(f"/api/v1/lots/{lot.key}/decision").json()
    assert answer["inputs_erased_at"] is not None
    assert answer["claims"][0]["claim_id"] == claims[0].key
    assert answer["claims"][0]["reasons"]
