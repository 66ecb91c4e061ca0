"""The days before: what was given, taken, refused and lost, written straight as rows and entries.

A newcomer's figures need a yesterday. Playing a week through the actions would take minutes; these rows are what the
actions would have left, in one pass. Deliveries of the past have no rounds: only lots, claims, shares and entries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlmodel import Session

from service.accounts.models import Site
from service.accounts.queries import sites_by_id
from service.allocation.models import Claim, ClaimLine, ClaimState, Way
from service.journal.models import Entry
from service.kit.clock import local
from service.lots.actions.building import build_lines
from service.lots.facts import code_prefix, deadline_of
from service.lots.models import Lot, LotLine, LotWindow, Share, ShareState
from service.lots.rules.lifecycle import LotState
from service.lots.rules.tracing import trace_code
from service.lots.telling import line_facts
from workers.simulation.cast import Cast, Receiver
from workers.simulation.day import Posting, lots_on, postings

STAFF = ["role:dispatcher", "role:region"]
EXPIRED, REFUSED, PARTLY = 0.07, 0.09, 0.10
REASONS = ("unfit_appearance", "overstock", "dlc_too_short", "temperature", "damaged_packaging", "not_enough_cold")
FAR_METRES, TRIED = 30_000, 6
BIG_GRAMS = 60_000


@dataclass
class _Past:
    """One lot of the past, its rows before and after they have keys."""

    posting: Posting
    lot: Lot
    line: LotLine
    site: Site
    takers: list[tuple[Receiver, int, str]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)


def write_history(
    session: Session,
    cast: Cast,
    *,
    seed: int,
    zone: str,
    now: datetime,
    days: int = 8,
    more: Sequence[Posting] = (),
    settled: timedelta = timedelta(minutes=90),
) -> int:
    """The lots of the last days and of today until `settled` before now; how many. `more` are postings besides."""
    today = local(now, zone).date()
    wanted = list(more)
    reference = round(len(cast.donors) * 180 / 260)
    for back in range(days, -1, -1):
        day = today - timedelta(days=back)
        wanted += postings(cast.donors, day, zone, seed=seed, lots=lots_on(day, reference))
    wanted = [one for one in wanted if one.at <= now - settled]
    sites = sites_by_id(session, {one.donor.site_id for one in wanted})
    past = [_lot(cast.region, zone, one, sites[one.donor.site_id]) for one in sorted(wanted, key=lambda one: one.at)]
    _number(past, zone)
    session.add_all([one.lot for one in past])
    session.flush()
    for one in past:
        one.line.lot_id = one.lot.key
        for start, end in one.posting.windows:
            session.add(LotWindow(lot_id=one.lot.key, starts_at=start, ends_at=end))
        _decide(cast, one, Random(f"{seed}/{one.lot.code}/past"))
    session.add_all([one.line for one in past])
    session.flush()
    _share_out(session, past, now)
    entries = [entry for one in past for entry in _entries(one)]
    entries.sort(key=lambda entry: entry.at)
    session.add_all(entries)
    session.flush()
    return len(past)


def _lot(region: str, zone: str, posting: Posting, site: Site) -> _Past:
    """The lot as it was posted, with one line (what is posted in several lines here is one lot a line)."""
    line = build_lines(posting.lines)[0]
    lot = Lot(
        region=region,
        organisation_id=posting.donor.organisation_id,
        site_id=posting.donor.site_id,
        code="",
        state=LotState.CLOSED,
        posted_by=posting.donor.person_id,
        posted_at=posting.at,
        deadline=deadline_of([line], posting.windows, region=region, now=posting.at),
    )
    return _Past(posting, lot, line, site)


def _number(past: Sequence[_Past], zone: str) -> None:
    counts: dict[tuple[int, date], int] = {}
    for one in past:
        day = local(one.posting.at, zone).date()
        place = (one.lot.organisation_id, day)
        counts[place] = counts.get(place, 0) + 1
        one.lot.code = str(trace_code(code_prefix(one.lot.region), day, one.lot.organisation_id, counts[place]))


def _decide(cast: Cast, one: _Past, random: Random) -> None:
    """Who took how much of it, and what became of each part: "delivered", "refused" or "partly"."""
    line, left = one.line, one.line.grams
    point = cast.points.get(one.lot.site_id)
    near = cast.around(point, line.temperature, within_m=FAR_METRES, most=TRIED) if point is not None else []
    if not near or random.random() < EXPIRED:
        return
    random.shuffle(near)
    for _, receiver in near:
        grams = left if left <= BIG_GRAMS else min(left, max(20_000, receiver.people * 400))
        drawn = random.random()
        fate = "refused" if drawn < REFUSED else "partly" if drawn < REFUSED + PARTLY else "delivered"
        one.takers.append((receiver, grams, fate))
        left -= grams
        if left <= 0:
            break


def _share_out(session: Session, past: Sequence[_Past], now: datetime) -> None:
    """Claims and shares, and what is then left of each line."""
    for one in past:
        random = Random(f"{one.lot.code}/hours")
        taken = sum(grams for _, grams, _ in one.takers)
        one.line.free_grams, one.line.left_grams = 0, one.line.grams - taken
        one.lot.state = LotState.CLOSED if taken else LotState.EXPIRED
        one.lot.ended_at = min(one.lot.deadline, now)
        for receiver, _, _ in one.takers:
            way = Way.COLLECT if receiver.collects and random.random() < 0.4 else Way.BRING
            made_at = min(one.posting.at + timedelta(minutes=random.randint(3, 30)), now - timedelta(minutes=60))
            one.claims.append(
                Claim(
                    region=one.lot.region, lot_id=one.lot.key, lot_version=1, organisation_id=receiver.organisation_id,
                    site_id=receiver.site_id, way=way, state=ClaimState.GRANTED, code=f"{random.randrange(10**6):06d}",
                    made_by=receiver.person_id, made_at=made_at, decided_at=made_at,
                )
            )  # fmt: skip
    session.add_all([claim for one in past for claim in one.claims])
    session.flush()
    for one in past:
        random = Random(f"{one.lot.code}/weights")
        for claim, (_, grams, fate) in zip(one.claims, one.takers, strict=True):
            session.add(ClaimLine(claim_id=claim.key, line_id=one.line.key, grams_asked=grams, grams_granted=grams))
            one.shares.append(_share(one, claim, grams, fate, random, now))
    session.add_all([share for one in past for share in one.shares])
    session.flush()


def _share(one: _Past, claim: Claim, grams: int, fate: str, random: Random, now: datetime) -> Share:
    collected = min(claim.made_at + timedelta(minutes=random.randint(20, 120)), now - timedelta(minutes=30))
    delivered = min(collected + timedelta(minutes=random.randint(15, 80)), now - timedelta(minutes=2))
    share = Share(
        region=one.lot.region, lot_id=one.lot.key, line_id=one.line.key, claim_id=claim.key,
        organisation_id=claim.organisation_id, site_id=claim.site_id, grams=grams, reserved_at=claim.made_at,
    )  # fmt: skip
    if fate == "refused":
        share.state, share.refused_grams, share.refused_at = ShareState.REFUSED, grams, "pickup"
        share.refusal_reason, share.collected_at = random.choice(REASONS), None
        return share
    share.refused_grams = grams * random.randint(10, 50) // 100 if fate == "partly" else 0
    if share.refused_grams:
        share.refused_at, share.refusal_reason = "pickup", random.choice(REASONS)
    weighed = max(100, int(share.due_grams * random.uniform(0.95, 1.04)))
    share.state, share.collected_at, share.delivered_at = ShareState.DELIVERED, collected, delivered
    share.collected_grams, share.received_grams = share.due_grams, weighed
    if one.line.temperature == "chilled":
        share.temperature_c = share.delivered_temperature_c = round(random.uniform(1.5, 3.8), 1)
    return share


def _entries(one: _Past) -> list[Entry]:
    """What the journal would hold of it."""
    lot, line = one.lot, one.line
    facts = {
        "donor": lot.organisation_id,
        "donor_site": lot.site_id,
        "donor_kind": str(one.posting.donor.activity),
        "commune": one.site.commune,
        "epci": one.site.epci,
        "departement": one.site.departement,
    }
    to_all = ["role:charity", *STAFF, f"org:{lot.organisation_id}"]
    posted = {
        "lines": [line_facts(line, line.grams)],
        "organisation": lot.organisation_id,
        "site": lot.site_id,
        **facts,
    }
    found = [_entry(lot, "lot.posted", lot.posted_at, ("lot", lot.key), to_all, posted, lot.posted_by)]
    for claim, share in zip(one.claims, one.shares, strict=True):
        told = [*STAFF, f"org:{lot.organisation_id}", f"org:{share.organisation_id}"]
        what: dict[str, Any] = {
            "lot": lot.key, "line": line.key, "category": line.category, "temperature": line.temperature,
            "claim": claim.key, "organisation": share.organisation_id, "site": share.site_id, **facts,
        }  # fmt: skip
        granted = {
            "lot": lot.key, "organisation": claim.organisation_id, "site": claim.site_id, "way": str(claim.way),
            "lines": [{"line": line.key, "category": line.category, "grams": share.grams, "share": share.key}], **facts,
        }  # fmt: skip
        found.append(_entry(lot, "claim.granted", claim.made_at, ("claim", claim.key), told, granted, claim.made_by))
        if share.refused_grams:
            refused = {**what, "grams": share.refused_grams, "reason": share.refusal_reason, "at": "pickup"}
            at = share.collected_at or claim.made_at + timedelta(minutes=40)
            found.append(_entry(lot, "share.refused", at, ("share", share.key), told, refused, None))
        if share.collected_at is not None and share.delivered_at is not None:
            collected = {**what, "grams": share.collected_grams, "granted": share.grams}
            delivered = {**what, "grams": share.received_grams, "granted": share.grams, "refused": share.refused_grams}
            found.append(
                _entry(lot, "share.collected", share.collected_at, ("share", share.key), told, collected, None)
            )
            found.append(
                _entry(lot, "share.delivered", share.delivered_at, ("share", share.key), told, delivered, None)
            )
    if line.left_grams:
        gone = {"lines": [line_facts(line, line.left_grams)], "whole": not one.shares, **facts}
        found.append(_entry(lot, "lot.expired", lot.ended_at or lot.deadline, ("lot", lot.key), to_all, gone, None))
    return found


def _entry(
    lot: Lot,
    kind: str,
    at: datetime,
    subject: tuple[str, int],
    audience: list[str],
    data: dict[str, Any],
    actor: int | None,
) -> Entry:
    return Entry(
        region=lot.region, kind=kind, at=at, recorded_at=at, actor_id=actor, subject=subject[0], subject_id=subject[1],
        data=data, audience=sorted(set(audience)),
    )  # fmt: skip
