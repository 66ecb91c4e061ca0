"""Stored decisions are decided again to the same result, and the command counts those that are not."""

from datetime import timedelta
from random import Random

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from config.settings import Settings
from routing.allocation import Answer, Bringing, Claim, Lot, Offering, Policy, Rules, Taker
from routing.kinds import Temperature
from service.allocation.deciding import solving
from service.allocation.deciding.keeping import decision_data, decision_of, is_repeated, offering_data, offering_of
from service.allocation.deciding.replaying import replay
from service.allocation.deciding.work import decide_region
from service.allocation.models import Cause, StoredDecision
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.people import REGION, Make
from workers.cli import app, replaying

pytestmark = pytest.mark.sealed


def offering(random: Random) -> Offering:
    """An evening of a few lots and charities, with answers of every kind."""
    lots = tuple(
        Lot(
            id=f"{n:03d}.{n:03d}",
            family=random.choice(["bread", "dairy"]),
            temperature=random.choice([Temperature.AMBIENT, Temperature.CHILLED]),
            grams=1000 * random.randint(2, 30),
            deadline_s=random.randint(0, 90_000),
            unit_g=random.choice([1, 500, 1000]),
            least_g=random.choice([1, 1000]),
            parts=random.randint(1, 4),
            scarce=random.random() < 0.3,
        )
        for n in range(random.randint(1, 6))
    )
    takers = tuple(
        Taker(
            id=f"{n:03d}",
            epci=random.choice("ab"),
            people=random.choice([None, 10, 200]),
            priority=random.choice([0, 0, 3]),
            received={"bread": random.randint(0, 50_000)} if random.random() < 0.7 else {},
            room={Temperature.AMBIENT: 10**8, Temperature.CHILLED: random.choice([0, 8_000])},
        )
        for n in range(random.randint(1, 7))
    )
    pairs = [(lot, taker) for lot in lots for taker in takers if random.random() < 0.6]
    claims = []
    for at, (lot, taker) in enumerate(pairs):
        answer = random.choice([Answer.ALL, Answer.PART, Answer.NO])
        grams = random.randint(1, lot.grams) if answer is Answer.PART else None
        claims.append(Claim(lot.id, taker.id, answer, grams, said_s=at))
    ways = [
        Bringing(lot.id, taker.id, random.randint(0, 3000), random.randint(0, 9000))
        for lot, taker in pairs
        if random.random() < 0.8
    ]
    return Offering(lots, takers, tuple(claims), tuple(ways), Rules(version="sealed-window/1"))


@pytest.mark.parametrize("policy", list(Policy))
def test_a_question_and_its_decision_survive_json(policy: Policy) -> None:
    """Through JSON and back they are equal, and deciding what came back decides the same."""
    random = Random(str(policy))
    for _ in range(25):
        asked = offering(random)
        decision = solving.solve(asked, policy)
        inputs, output = offering_data(asked), decision_data(decision)
        assert offering_of(inputs) == asked
        assert decision_of(output) == decision
        assert is_repeated(inputs, output)


def test_what_was_usual_then_is_kept(stall: Stall) -> None:
    """The rules are kept whole, so that another default tomorrow changes nothing of yesterday's decision."""
    kept = offering_data(Offering())["rules"]
    assert {"steps", "scarce_percent", "tries", "near_permille"} <= kept.keys()


def history(stall: Stall, make: Make) -> None:
    other = make.charity("Secours", people_per_week=30)
    begins = stall.now
    for turn in range(4):
        stall.now = begins + timedelta(minutes=20 * turn)
        for line in (BREAD, YOGHURT):
            lot = stall.post(line)
            stall.claim(lot)
            stall.claim(lot, other.who)
        decide_region(stall.database, REGION, stall.now + timedelta(minutes=11))


def test_the_command_counts_equal_and_unequal(
    stall: Stall, make: Make, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All equal: 0. One whose kept answer was touched: named, and 1. A dispatcher's own is not decided again."""
    history(stall, make)
    monkeypatch.setattr(replaying, "get_settings", lambda: settings)
    fine = CliRunner().invoke(app, ["replay-decisions"])
    assert fine.exit_code == 0, fine.output
    assert "Égales : 4" in fine.output
    with stall.database.transaction() as session:
        row = session.exec(select(StoredDecision).order_by("id")).first()
        assert row is not None
        touched = row.key
        row.output = row.output | {"shares": []}
        session.add(row)
    with stall.database.transaction() as session:
        last = session.get_one(StoredDecision, touched + 1)
        last.cause = Cause.OVERRIDE
        session.add(last)
    found = CliRunner().invoke(app, ["replay-decisions"])
    assert found.exit_code == 1
    assert f"Différentes : 1 (n° {touched})" in found.output
    assert "Prises par la régulation, non reprises : 1" in found.output


def test_another_solver_is_told_apart(stall: Stall, make: Make) -> None:
    """Equal in all but the solver's version is neither equal nor a fault; what cannot be read is one."""
    history(stall, make)
    with stall.database.transaction() as session:
        first, second, *_ = session.exec(select(StoredDecision).order_by("id")).all()
        first.output = first.output | {"solver": "HiGHS 0"}
        second.inputs = {"lots": "none"}
        session.add_all([first, second])
    found = replay(stall.database, REGION)
    assert (found.equal, found.elsewhere, found.unreadable) == (2, [first.key], [second.key])
    assert not found.is_sound


def test_a_large_question_is_decided_in_a_process_of_its_own() -> None:
    """The child's answer is the one found here, and a stop ends the search at once."""
    asked = offering(Random(5))
    here = solving.solve(asked, Policy.SEALED)
    assert solving.in_child(asked, Policy.SEALED, lambda: False) == here
    with pytest.raises(solving.Cancelled):
        solving.in_child(asked, Policy.SEALED, lambda: True)
