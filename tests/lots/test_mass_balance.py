"""No gram is lost and none is given twice, whatever happens to a lot and in whatever order."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.database.engine import Database
from service.kit.refusals import Refusal
from service.lots import actions, queries
from service.lots.models import Lot, RefusalReason, Share
from tests.lots.conftest import Shop, line_in
from tests.people import Make

VERBS = (
    *("reserve", "release", "no_show", "collect", "deliver", "refuse"),
    *("rest", "split", "unsplit", "withdraw", "expire"),
)
STEP = st.tuples(
    st.sampled_from(VERBS),
    st.integers(0, 10_000),
    st.integers(1, 12_000),
    st.booleans(),
)


def play(shop: Shop, step: tuple[str, int, int, bool], lots: list[int]) -> None:
    """One step of a history on one of the lots; a refusal is a fair answer, and must change nothing."""
    verb, pick, grams, whole = step
    now = shop.now
    lot_id = lots[pick % len(lots)]
    with shop.database.transaction() as session:
        lot = session.get_one(Lot, lot_id)
        lines, shares = queries.lines_of(session, lot_id), queries.shares_of_lot(session, lot_id)
        line = lines[pick % len(lines)]
        who = shop.donor.who
        party = shop.charities[pick % 2]
        share: Share | None = shares[pick % len(shares)] if shares else None
        if verb == "reserve":
            actions.reserve(
                session,
                lot,
                [(line.key, grams)],
                claim_id=pick,
                organisation_id=party.id,
                site_id=party.site.key,
                who=party.who,
                now=now,
            )
        elif verb == "split":
            lots.append(actions.split(session, lot, [(line.key, grams)], who=who, now=now).key)
        elif verb == "unsplit":
            actions.unsplit(session, lot, who=who, now=now)
        elif verb == "withdraw":
            actions.withdraw(session, lot, reason="other", who=who, now=now)
        elif verb == "expire":
            actions.expire_due(session, now + timedelta(hours=30 if whole else 4))
        elif share is not None:
            on_share(session, verb, share, None if whole else grams, who, now, lots)


def on_share(session: Any, verb: str, share: Share, grams: int | None, who: Any, now: Any, lots: list[int]) -> None:
    if verb == "release":
        actions.release_shares(session, [share], reason="too_much", who=who, now=now)
    elif verb == "no_show":
        actions.no_show(session, [share], who=who, now=now)
    elif verb == "collect":
        actions.collect_share(session, share, grams=grams, who=who, now=now)
    elif verb == "deliver":
        actions.deliver_share(session, share, received_grams=grams, who=who, now=now)
    elif verb == "refuse":
        at = "pickup" if share.state == "reserved" else "delivery"
        actions.refuse_share(session, share, grams=grams, reason=RefusalReason.OVERSTOCK, at=at, who=who, now=now)
    elif verb == "rest":
        lots.append(actions.rest_as_new_lot(session, share, grams=grams or 1, who=who, now=now).key)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(STEP, min_size=1, max_size=25))
def test_every_gram_is_somewhere_once(database: Database, make: Make, now: Any, history: list[Any]) -> None:
    """Over random histories each line's posted weight is its free grams, its shares and what left, and what left a lot
    for another is what the other began with."""
    shop = Shop(database, now, make.donor(), [make.charity("A"), make.charity("B")])
    lots = [shop.post(line_in(grams=10_000), line_in(category="viennoiserie", grams=3_000)).key]
    for step in history:
        before = [(line.free_grams, line.left_grams) for key in lots for line in shop.lines(key)]
        try:
            play(shop, step, lots)
        except Refusal:
            lots = [key for key in lots if shop.exists(key)]
            assert before == [(line.free_grams, line.left_grams) for key in lots for line in shop.lines(key)]
        for key in lots:
            shop.balance(key)
    root = shop.lines(lots[0])
    assert sum(line.grams for line in root) == 13_000


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(STEP.filter(lambda step: step[0] not in ("unsplit", "withdraw", "expire")), max_size=20))
def test_the_food_of_a_lot_and_its_parts_adds_up(database: Database, make: Make, now: Any, history: list[Any]) -> None:
    """As long as nothing is withdrawn or expires, free grams and shares of a lot and all its parts weigh what was
    posted."""
    shop = Shop(database, now, make.donor(), [make.charity("A"), make.charity("B")])
    lots = [shop.post().key]
    for step in history:
        try:
            play(shop, step, lots)
        except Refusal:
            lots = [key for key in lots if shop.exists(key)]
    free = sum(line.free_grams for key in lots for line in shop.lines(key))
    held = sum(s.grams for key in lots for s in shop.shares(key) if str(s.state) not in ("released", "no_show"))
    assert free + held == 10_000
