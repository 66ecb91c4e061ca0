"""What plans mean for people, told to them: who waits for a passage, and who drives a round that changed.

Plans change many times before they are driven. A job looks at how things stand, whatever made them so, beside what
people were last told: nobody hears of every version, and adopting one waits for no message.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from config.planning import planning
from service.accounts.queries import members_of_sites, sites_by_id
from service.journal import queries as journal
from service.kit.i18n import DEFAULT_LOCALE, N_
from service.lots.queries import lines_of_lots
from service.lots.words import lot_title
from service.notices import actions as notices
from service.notices.models import OutgoingNotice
from service.rounds.changes import touched_by
from service.rounds.models import Round
from service.rounds.queries import plans, rounds
from service.rounds.queries.fleet import vehicles_by_id
from service.rounds.queries.messages import Passage, passages, told_of, unseen_changes

PLANNED, MOVED = N_("Passage prévu"), N_("Passage déplacé :")
# A crew that is late to leave is told all the same.
LATE_TO_LEAVE = timedelta(minutes=30)


@dataclass(frozen=True)
class Due:
    """What is to be told of a region now: the passages, the changed rounds, and the earlier hours that hold no more."""

    region: str
    passages: tuple[notices.Told, ...] = ()
    rounds: tuple[notices.Told, ...] = ()
    # Lot and site.
    moved: tuple[tuple[int, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.passages or self.rounds)


def due(session: Session, region: str, now: datetime) -> Due:
    """Who is to be told what; reads only."""
    told, moved = _passages_due(session, region, now)
    return Due(region, tuple(told), tuple(_rounds_due(session, region, now)), tuple(moved))


def tell_plans(session: Session, what: Due, now: datetime) -> int:
    """Write the messages (a job; twice is harmless); how many."""
    for lot, site in what.moved:
        notices.take_back(session, kind="pickup_planned", subject=("lot", lot), params={"site_id": site})
    written = notices.tell_each(session, region=what.region, kind="pickup_planned", messages=what.passages, now=now)
    written += notices.tell_each(session, region=what.region, kind="round_changed", messages=what.rounds, now=now)
    return len(written)


# Passages


def _passages_due(session: Session, region: str, now: datetime) -> tuple[list[notices.Told], list[tuple[int, int]]]:
    coming = passages(session, region, now)
    known = _told_by_place(told_of(session, "pickup_planned", "lot", {one.lot_id for one in coming}))
    going = defaultdict(set)
    for one in coming:
        going[one.lot_id, one.site_id].add(one.round_id)
    fresh = [
        one
        for one in coming
        if _is_news(one, known.get((one.lot_id, one.site_id), []), going[one.lot_id, one.site_id], now)
    ]
    people = members_of_sites(session, sorted({one.site_id for one in fresh})) if fresh else {}
    fresh = [one for one in fresh if people[one.site_id]]
    if not fresh:
        return [], []
    sites = sites_by_id(session, {one.site_id for one in fresh})
    vehicles = vehicles_by_id(session, {one.vehicle_id for one in fresh})
    lines = lines_of_lots(session, {one.lot_id for one in fresh})
    messages, moved = [], []
    for one in fresh:
        before = known.get((one.lot_id, one.site_id), [])
        again = _reference(one, before, going[one.lot_id, one.site_id]) is not None
        if again:
            moved.append((one.lot_id, one.site_id))
        messages.append(
            notices.Told(
                person_ids=[person.key for person in people[one.site_id]],
                params={
                    "lot_id": one.lot_id,
                    "label": lot_title(lines[one.lot_id], DEFAULT_LOCALE),
                    "what": MOVED if again else PLANNED,
                    "grams": one.grams,
                    "round": vehicles[one.vehicle_id].name,
                    "round_id": one.round_id,
                    # Their own place by the name they gave it; nobody hears where the other end is.
                    "place": sites[one.site_id].name,
                    "site_id": one.site_id,
                    "at": one.at,
                },
                subject=("lot", one.lot_id),
                dedupe=f"passage:{one.lot_id}:{one.site_id}:{one.round_id}:{len(before)}",
                expires_at=one.at,
            )
        )
    return messages, moved


@dataclass(frozen=True)
class _Said:
    """What a site was told of one passage for a lot."""

    round_id: int
    at: datetime
    when: datetime


def _told_by_place(rows: Sequence[OutgoingNotice]) -> dict[tuple[int, int], list[_Said]]:
    found = defaultdict(list)
    for row in rows:
        said = _Said(row.params["round_id"], datetime.fromisoformat(row.params["at"]), row.created_at)
        found[row.params["lot_id"], row.params["site_id"]].append(said)
    return found


def _reference(one: Passage, before: Sequence[_Said], going: set[int]) -> _Said | None:
    """What this passage was last told as: of its own round, or of one that comes no more."""
    own = [said for said in before if said.round_id == one.round_id]
    gone = [said for said in before if said.round_id not in going]
    return max([*own, *gone], key=lambda said: said.when, default=None)


def _is_news(one: Passage, before: Sequence[_Said], going: set[int], now: datetime) -> bool:
    """Whether nobody was told of it, or it is felt that it moved since, and people were left in peace for a while."""
    rules = planning().messages
    last = _reference(one, before, going)
    if last is None:
        return True
    moved = abs(one.at - last.at) >= timedelta(minutes=rules.passage_moved_minutes)
    return moved and now - last.when >= timedelta(minutes=rules.passage_rest_minutes)


# Rounds


def _rounds_due(session: Session, region: str, now: datetime) -> list[notices.Told]:
    unseen = {round_.key: round_ for round_ in unseen_changes(session, region, now)}
    if not unseen:
        return []
    before = defaultdict(list)
    for row in told_of(session, "round_changed", "round", unseen):
        before[row.subject_id].append(row)
    rest = timedelta(minutes=planning().messages.round_rest_minutes)
    rested = [one for key, one in unseen.items() if not any(now - row.created_at < rest for row in before[key])]
    known = {one.key: max([one.seen_version, *(row.params["version"] for row in before[one.key])]) for one in rested}
    changed = [one for one in rested if one.plan_version > known[one.key]]
    felt = _restopped(session, known) | _felt(session, changed, known)
    changed = [one for one in changed if one.key in felt]
    vehicles = vehicles_by_id(session, {one.vehicle_id for one in changed})
    stops = rounds.stops_of(session, [one.key for one in changed])
    return [
        notices.Told(
            person_ids=one.crew,
            params={
                "round_id": one.key,
                "round": vehicles[one.vehicle_id].name,
                "departs": one.starts_at,
                "stops": sum(stop.is_ahead for stop in stops[one.key]),
                "version": one.plan_version,
            },
            subject=("round", one.key),
            dedupe=f"round:{one.key}:{one.plan_version}",
            expires_at=max(one.starts_at, now) + LATE_TO_LEAVE,
        )
        for one in changed
    ]


def _restopped(session: Session, known: Mapping[int, int]) -> set[int]:
    """Rounds of which a newer plan than the known one changed what is to be done, or its order."""
    return {
        entry.subject_id
        for entry in journal.of_subjects(session, "round", sorted(known))
        if entry.kind == "round.changed" and entry.data["plan_version"] > known[entry.subject_id]
    }


def _felt(session: Session, changed: Sequence[Round], known: Mapping[int, int]) -> set[int]:
    """Rounds whose goods, hours or departure newer plans than the known one changed so much that somebody feels it."""
    found = set()
    days = {(one.region, one.zone, one.day) for one in changed}
    for region, zone, day in sorted(days):
        here = [one for one in changed if (one.region, one.zone, one.day) == (region, zone, day)]
        # Read once for all rounds of a day.
        since = plans.differences_after(session, region, zone, day, min(known[one.key] for one in here))
        for one in here:
            if touched_by([kept for version, kept in since if version > known[one.key]], one.key):
                found.add(one.key)
    return found
