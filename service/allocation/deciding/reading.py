"""From the tables to one question: the lots whose windows have closed, who answered what, what is known of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from config.allocation import PolicyVersion
from config.catalogue import catalogue
from config.food_law import law_at
from routing.allocation import Answer, Claim, Lot, Offering, Rules, Taker
from routing.kinds import Temperature
from service.accounts import queries as accounts
from service.accounts.models import Site
from service.allocation import models, queries, served
from service.allocation.deciding.question import Asked, Carried, Question, Seen, lot_name, snapshot, taker_name
from service.allocation.deciding.ways import Ways
from service.allocation.offers import Offer, Shown, receivers_at, verdicts_on
from service.allocation.receivers import Receiver
from service.lots import queries as lots_read
from service.lots.facts import zone_of
from service.lots.models import Lot as LotRow
from service.lots.models import LotLine
from service.lots.rules.verdicts import forbidden

# Shares are given in round weights where the line allows; the first of these that divides everything asked is taken.
ROUND_GRAMS = (1000, 500, 250, 100, 50, 10, 1)
ENDLESS_ROOM = 10**8  # grams


def read_question(
    session: Session,
    region: str,
    policy: PolicyVersion,
    due: Sequence[tuple[models.AnswerWindow, LotRow]],
    now: datetime,
) -> Question:
    """The question that these lots make together, as the tables stand."""
    return _Reader(session, region, policy, due, now).question()


class _Reader:
    def __init__(
        self,
        session: Session,
        region: str,
        policy: PolicyVersion,
        due: Sequence[tuple[models.AnswerWindow, LotRow]],
        now: datetime,
    ) -> None:
        assert policy.parts is not None, "first come decides nothing"
        assert policy.cost is not None
        assert policy.storage is not None
        assert policy.fairness is not None
        self.parts, self.cost, self.storage, self.fairness = policy.parts, policy.cost, policy.storage, policy.fairness
        self.session, self.region, self.policy, self.now = session, region, policy, now
        self.lots = {lot.key: lot for _, lot in due}
        self.cause = models.Cause.AGAIN if any(window.rounds for window, _ in due) else models.Cause.WINDOW
        self.lines = {
            key: [line for line in rows if line.free_grams]
            for key, rows in lots_read.lines_of_lots(session, self.lots).items()
        }
        self.claims = {claim.key: claim for claim in queries.pending_claims(session, list(self.lots))}
        asked_lines = queries.lines_of_claims(session, list(self.claims))
        self.asked = {key: snapshot(claim, asked_lines[key]) for key, claim in self.claims.items()}
        self.sites = accounts.sites_by_id(
            session, {lot.site_id for lot in self.lots.values()} | {one.site_id for one in self.asked.values()}
        )
        self.shown = Shown(session, self.lots.values(), now)
        said = {one.site_id for one in self.asked.values() if one.answer != models.Answer.NO}
        self.receivers: dict[int, Receiver] = receivers_at(session, [self.sites[key] for key in sorted(said)], now)
        self.unfit: dict[int, str] = {}
        self.wanted: dict[int, dict[int, int]] = {}  # claim -> line -> grams it may still have
        self.carried: dict[tuple[int, int], Carried] = {}
        self.coming: dict[int, datetime] = {}  # claim -> when its charity comes, if it does

    def question(self) -> Question:
        for key, one in self.asked.items():
            if one.answer != models.Answer.NO:
                self._look(key, one)
        ways = Ways(self.session, self.region, self.cost, self.sites, self.now)
        bringings = ways.bringings(
            {key: (self.asked[key], wanted) for key, wanted in self.wanted.items()},
            self.lots,
            self.carried,
            self.coming,
        )
        fetched = {(self.asked[key].lot_id, self.asked[key].site_id) for key in ways.fetched}
        offering = Offering(
            lots=tuple(self._lot(lot, line) for key, lot in self.lots.items() for line in self.lines[key]),
            takers=tuple(self._takers()),
            claims=tuple(self._claims()),
            bringings=tuple(bringings),
            rules=self._rules(),
        )
        return Question(
            region=self.region,
            policy=self.policy,
            cause=self.cause,
            at=self.now,
            lot_ids=tuple(self.lots),
            offering=offering,
            asked=self.asked,
            unfit=self.unfit,
            carried={place: one for place, one in self.carried.items() if place not in fetched},
            fetched=frozenset(ways.fetched),
        )

    def _rules(self) -> Rules:
        return Rules(
            version=f"{self.policy.name}/{self.policy.version}",
            steps=self.fairness.steps_percent,
            scarce_percent=self.fairness.scarce_percent,
            urgent_s=self.fairness.scarce_urgent_minutes * 60,
            calm_s=self.fairness.scarce_calm_minutes * 60,
            hour_cents=self.cost.hour_cents,
        )

    def _look(self, key: int, one: Asked) -> None:
        """What the rules leave of an answer now; a reason if nothing."""
        receiver = self.receivers[one.site_id]
        offer = self.shown.to(one.lot_id, receiver)
        free = {line.key: line for line in self.lines[one.lot_id]}
        law, zone = law_at(self.now, zone_of(self.region)), zone_of(self.region)
        wanted: dict[int, int] = {}
        for line_id, grams in one.lines:
            if line_id not in free:
                continue
            most = min(grams, free[line_id].free_grams)
            found = forbidden(verdicts_on(free[line_id], receiver, offer.pickup_at, law, zone, most))
            if found:
                self.unfit[key] = found[0].code
            else:
                wanted[line_id] = most
        if not wanted:
            self.unfit.setdefault(key, "taken")
            return
        self.unfit.pop(key, None)
        self.wanted[key] = wanted
        self.coming[key] = self.claims[key].coming_at or offer.first_end
        if one.way == models.Way.BRING:
            self.carried[one.lot_id, one.site_id] = self._carried(offer, wanted, free, receiver)

    def _carried(
        self, offer: Offer, wanted: Mapping[int, int], free: Mapping[int, LotLine], receiver: Receiver
    ) -> Carried:
        lines = tuple(Seen(free[line], grams) for line, grams in wanted.items())
        return Carried(offer.lot, receiver.site, lines, offer.windows, receiver.reception)

    def _lot(self, lot: LotRow, line: LotLine) -> Lot:
        asked = [wanted[line.key] for wanted in self.wanted.values() if line.key in wanted]
        grams = line.free_grams
        unit = line.unit_grams if line.unit_grams and grams % line.unit_grams == 0 else 0
        if not unit or any(one < unit for one in asked):
            unit = next(unit for unit in ROUND_GRAMS if all(one % unit == 0 for one in (grams, *asked)))
        least = min([self.parts.least_grams, grams, *asked])
        category = catalogue().category(line.category)
        return Lot(
            id=lot_name(lot.key, line.key),
            family=category.family,
            temperature=_compartment(line),
            grams=grams,
            deadline_s=max(0, int((lot.deadline - self.now).total_seconds())),
            unit_g=unit,
            least_g=least,
            parts=max(1, min(self.parts.most, grams // least)),
            scarce=category.scarce,
        )

    def _takers(self) -> list[Taker]:
        """Every receiving site of the region: what is fair is measured against all, whoever answered."""
        since = self.now - timedelta(days=self.fairness.days)
        had = served.received(self.session, self.region, since=since, until=self.now)
        promised = served.promised(self.session, self.region)
        counted = served.counted(self.session, self.region, now=self.now)
        sites = accounts.sites_by_id(self.session, counted.keys() | {one.site_id for one in self.asked.values()})
        takers = []
        for key in sorted(sites):
            families = dict(had.get(key, {}))
            for family, grams in promised.get(key, {}).items():
                families[family] = families.get(family, 0) + grams
            takers.append(
                Taker(
                    id=taker_name(key),
                    epci=sites[key].epci or sites[key].departement,
                    people=counted[key].effective if key in counted else None,
                    priority=counted[key].priority if key in counted else 0,
                    received=families,
                    room=self._room(key, sites[key]),
                )
            )
        return takers

    def _room(self, key: int, site: Site) -> dict[Temperature, int]:
        """Grams by compartment for who answered: shelves, fridge and freezer, and what it still takes today."""
        receiver = self.receivers.get(key)
        if receiver is None:
            return {}
        day = ENDLESS_ROOM if receiver.room is None else receiver.room
        litre = self.storage.grams_per_litre
        return {
            Temperature.AMBIENT: day,
            Temperature.CHILLED: min(day, site.fridge_litres * litre),
            Temperature.FROZEN: min(day, site.freezer_litres * litre),
        }

    def _claims(self) -> list[Claim]:
        made = []
        for key, one in self.asked.items():
            taker = taker_name(one.site_id)
            if one.answer == models.Answer.NO:
                for line in self.lines[one.lot_id]:
                    made.append(Claim(lot_name(one.lot_id, line.key), taker, Answer.NO, said_s=key))
                continue
            wanted = self.wanted.get(key, {})
            total, least = sum(wanted.values()), self.sites[one.site_id].min_grams
            free = {line.key: line.free_grams for line in self.lines[one.lot_id]}
            for line_id, grams in wanted.items():
                # What is not worth the trip is said of all lines together: each carries its part of it.
                part = max(1, min(grams, -(-least * grams // total)))
                whole = grams >= free[line_id]
                name = lot_name(one.lot_id, line_id)
                # The order of keys is the order of answering, whatever the clock did meanwhile.
                if whole:
                    made.append(Claim(name, taker, Answer.ALL, least_g=part, said_s=key))
                else:
                    made.append(Claim(name, taker, Answer.PART, grams, least_g=part, said_s=key))
        return made


def _compartment(line: LotLine) -> Temperature:
    """Hot food has no compartment: it is fetched, and stands on no cold shelf."""
    return Temperature.AMBIENT if line.temperature == "hot" else Temperature(line.temperature)
