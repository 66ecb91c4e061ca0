"""Played charities: they claim what is near and fits them, fetch it or have it brought, and weigh it at home."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlmodel import Session

from service.allocation.actions.claiming import change_way, claim, release
from service.allocation.actions.collecting import hand_over, receive, report_no_show
from service.allocation.models import Claim, Way
from service.allocation.windows import window_of
from service.lots.actions import refuse_share
from service.lots.models import Lot, Share, ShareState
from service.lots.queries import lines_of, share_by_id
from workers.simulation.acting import NO_SHOW, PARTLY, REASONS, REFUSED, Stage, WhoOf, coldest, played, reading
from workers.simulation.cast import Receiver
from workers.simulation.scenes import Offered, SelfCollection

# Of so many lots, one tempts nobody.
UNWANTED = 0.06
NEAR_M, FAR_M, KNOWN = 25_000, 45_000, 14
BIG_GRAMS, SMALL_GRAMS = 45_000, 2_500
TRIED_AT_ONCE = 4
PATIENCE = timedelta(minutes=36)


def next_claim_at(stage: Stage, lot: Lot) -> datetime | None:
    """When the next charity looks at the lot: within minutes, then now and then; None when it tempts nobody."""
    random = stage.chance(lot.code, "interest")
    if random.random() < UNWANTED:
        return None
    first = min(75.0, random.lognormvariate(2.2, 0.7))
    again = stage.tries[f"lot/{lot.code}"] * random.uniform(11, 26)
    return lot.posted_at + timedelta(minutes=2 + first + again)


def try_lot(stage: Stage, thing: Offered, now: datetime) -> None:
    """A few charities around look at the lot in turn: while answers are gathered each gives its own, otherwise the
    first that may take it does. One transaction a try."""
    lot, lines = thing.lot, list(thing.lines)
    attempt = stage.tries[f"lot/{lot.code}"]
    stage.tries[f"lot/{lot.code}"] += 1
    point = stage.cast.points.get(lot.site_id)
    if point is None or not lines:
        return
    random = stage.chance(lot.code, "claim", attempt)
    free = sum(line.free_grams for line in lines)
    reach = FAR_M if free > BIG_GRAMS else NEAR_M
    known = stage.cast.around(point, coldest(lines), within_m=reach, most=KNOWN)
    with stage.database.read() as session:
        gathered = window_of(session, lot).is_sealed
    for metres, receiver in _in_turn(random, known)[:TRIED_AT_ONCE]:
        share = 1.0 if free <= BIG_GRAMS else min(1.0, max(20_000, receiver.people * 350) / free)
        wanted = {line.key: max(1, int(line.free_grams * share)) for line in lines}
        way = _way(random, receiver, metres, sum(wanted.values()))
        coming = _coming_at(random, thing, now) if way is Way.COLLECT else None
        act = partial(_claim, receiver=receiver, lot_id=lot.key, wanted=wanted, way=way, coming=coming, now=now)
        if played(stage, "claim", act) and not gathered:
            return


def _in_turn(random: Random, known: Sequence[tuple[int, Receiver]]) -> list[tuple[int, Receiver]]:
    """Nearer and larger places are quicker, chance decides the rest (weights without replacement)."""
    keyed = [
        (random.random() ** ((1 + metres / 3000) / receiver.people**0.3), metres, receiver)
        for metres, receiver in known
    ]
    return [(metres, receiver) for _, metres, receiver in sorted(keyed, key=lambda one: -one[0])]


def _way(random: Random, receiver: Receiver, metres: int, grams: int) -> Way:
    walks = receiver.collects and metres < 6000 and (random.random() < 0.4 or (grams < SMALL_GRAMS and metres < 3000))
    return Way.COLLECT if walks else Way.BRING


def _coming_at(random: Random, thing: Offered, now: datetime) -> datetime | None:
    """When they say they will come: within two hours where the lot's windows allow."""
    for window in thing.windows:
        start, end = max(window.starts_at, now + timedelta(minutes=15)), min(window.ends_at, thing.lot.deadline)
        if start < end:
            return start + min(end - start, timedelta(hours=2)) * random.random()
    return None


def _claim(
    session: Session,
    who_of: WhoOf,
    *,
    receiver: Receiver,
    lot_id: int,
    wanted: dict[int, int],
    way: Way,
    coming: datetime | None,
    now: datetime,
) -> None:
    who = who_of(session, receiver.person_id)
    claim(session, who=who, lot_id=lot_id, site_id=receiver.site_id, wanted=wanted, way=way, coming_at=coming, now=now)


# Fetching


def play_collection(stage: Stage, thing: SelfCollection, now: datetime) -> bool:
    """Fetch, stay away, or weigh at home, when its time has come; whether anything was tried."""
    claim_, lot = thing.claim, thing.lot
    people = stage.cast.people
    random = stage.chance("collection", lot.code, claim_.site_id)
    stays_away = random.random() < NO_SHOW
    late = timedelta(minutes=random.uniform(0, 12))
    comes = (claim_.coming_at or claim_.made_at + timedelta(minutes=40)) + late
    if stage.tries[f"collection/{claim_.key}"] >= 3:
        return False
    waiting = [share for share in thing.shares if share.state == ShareState.RESERVED]
    donor = stage.cast.donor_at(lot.site_id) if lot.posted_by in people else None
    if waiting and donor is not None:
        if claim_.made_by not in people:
            stays_away = False
        if now < (comes - late + PATIENCE if stays_away else comes):
            return False
        if now >= lot.deadline + timedelta(hours=2):
            return False
        act = partial(_stay_away, claim_=claim_, donor=donor, now=now)
        if not stays_away:
            act = partial(
                _fetch, claim_=claim_, lot=lot, donor=donor, shares=waiting, people=people, random=random, now=now
            )
        played(stage, "no-show" if stays_away else "collection", act, thing=f"collection/{claim_.key}")
        return True
    fetched = [
        share for share in thing.shares if share.state == ShareState.COLLECTED and share.collected_at is not None
    ]
    if not fetched or claim_.made_by not in people:
        return False
    home = max(share.collected_at for share in fetched if share.collected_at) + timedelta(
        minutes=random.uniform(12, 45)
    )
    if now < home:
        return False
    weights = {share.key: max(1, int((share.collected_grams or 1) * random.uniform(0.96, 1.03))) for share in fetched}
    act = partial(_weigh, claim_=claim_, weights=weights, now=now)
    played(stage, "reception", act, thing=f"collection/{claim_.key}")
    return True


def _stay_away(session: Session, who_of: WhoOf, *, claim_: Claim, donor: int, now: datetime) -> None:
    report_no_show(session, who=who_of(session, donor), claim_id=claim_.key, now=now)


def _fetch(
    session: Session,
    who_of: WhoOf,
    *,
    claim_: Claim,
    lot: Lot,
    donor: int,
    shares: Sequence[Share],
    people: set[int],
    random: Random,
    now: datetime,
) -> None:
    """At the donor's: now and then something is not taken; the rest is handed over against the code."""
    fate = random.random()
    if claim_.made_by in people and claim_.made_by is not None and fate < REFUSED + PARTLY:
        charity = who_of(session, claim_.made_by)
        for share in shares:
            kept = share_by_id(session, share.key)
            part = kept.due_grams if fate < REFUSED else max(1, kept.due_grams * random.randint(10, 50) // 100)
            refuse_share(session, kept, grams=part, reason=random.choice(REASONS), at="pickup", who=charity, now=now)
        if fate < REFUSED:
            return
    temperature = coldest(list(lines_of(session, lot.key)))
    degrees = reading(random, temperature)
    giver = who_of(session, donor)
    hand_over(session, who=giver, claim_id=claim_.key, code=claim_.code, temperature_c=degrees, now=now)


def _weigh(session: Session, who_of: WhoOf, *, claim_: Claim, weights: dict[int, int], now: datetime) -> None:
    assert claim_.made_by is not None
    receive(session, who=who_of(session, claim_.made_by), claim_id=claim_.key, weights=weights, now=now)


def play_forsaken(stage: Stage, claim_: Claim, lot: Lot, now: datetime) -> bool:
    """No round comes: fetch it after all, or give it back for others; whether anything was tried."""
    name = f"forsaken/{claim_.key}"
    if claim_.made_by not in stage.cast.people or lot.posted_by not in stage.cast.people or stage.tries[name] >= 2:
        return False
    if now < min(claim_.made_at + timedelta(minutes=40), lot.deadline - timedelta(minutes=70)):
        return False
    receiver = next((one for one in stage.cast.receivers if one.site_id == claim_.site_id), None)
    way = receiver is not None and receiver.collects and stage.tries[name] == 0
    act = partial(_fetch_after_all if way else _give_back, claim_=claim_, now=now)
    played(stage, "change" if way else "release", act, thing=name)
    return True


def _fetch_after_all(session: Session, who_of: WhoOf, *, claim_: Claim, now: datetime) -> None:
    assert claim_.made_by is not None
    change_way(session, who=who_of(session, claim_.made_by), claim_id=claim_.key, way=Way.COLLECT, now=now)


def _give_back(session: Session, who_of: WhoOf, *, claim_: Claim, now: datetime) -> None:
    assert claim_.made_by is not None
    release(session, who=who_of(session, claim_.made_by), claim_id=claim_.key, reason="no-round", now=now)
