"""Granting and refusing what a decision says, each grant under the rules of this moment."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.food_law import law_at
from routing.decision import Decision
from service.accounts.queries import sites_by_id
from service.allocation import queries
from service.allocation.actions import settling
from service.allocation.deciding.fetching import fetch, would_fetch
from service.allocation.deciding.question import Asked, Question, snapshot
from service.allocation.deciding.turn import Place, first_reasons, granted
from service.allocation.errors import NoRoundBrings
from service.allocation.models import Answer, AnswerWindow, Claim, ClaimState, StoredDecision, Way, WindowState
from service.allocation.offers import Offer, Shown, receivers_at, verdicts_on
from service.allocation.promising import demand_round, is_brought
from service.allocation.receivers import Receiver
from service.allocation.telling import tell
from service.allocation.words import refusal_words
from service.lots import queries as lots_read
from service.lots.facts import line_facts, zone_of
from service.lots.models import Lot
from service.lots.rules.verdicts import forbidden
from service.lots.telling import tell_lot

# A lot is decided anew so many times at most; then whoever answered first takes what is left.
MOST_ROUNDS = 5
AFTER_WINDOW = "after-window"
MISFIT = "no-longer-fits"
SAID_NO = "said-no"
NOT_BROUGHT = "not_brought"


@dataclass(frozen=True)
class Adopted:
    """What came of it: lots decided, lots to be decided again, the stored decision."""

    decided: int
    again: int
    decision_id: int | None


class Settling:
    """Grants and refusals of some lots, one after the other; what a site was granted fills its shelves for the next."""

    def __init__(
        self,
        session: Session,
        region: str,
        kept: Mapping[int, tuple[Lot, AnswerWindow]],
        row: StoredDecision | None,
        now: datetime,
    ) -> None:
        self.session, self.kept, self.row, self.now = session, kept, row, now
        self.zone = zone_of(region)
        self.law = law_at(now, self.zone)
        self.pending = {claim.key: claim for claim in queries.pending_claims(session, list(kept))}
        lines = queries.lines_of_claims(session, list(self.pending))
        self.stands = {key: snapshot(claim, lines[key]) for key, claim in self.pending.items()}
        self.answers = Counter(claim.lot_id for claim in self.pending.values())
        # Sites are read together when the first is asked about; from then on what is granted here is counted here.
        self.receivers: dict[int, Receiver] = {}
        self.shown = Shown(session, [lot for lot, _ in kept.values()], now)
        self.refused: list[tuple[Claim, Lot, str]] = []
        self.given: dict[int, int] = dict.fromkeys(kept, 0)

    def carry_out(self, question: Question, decision: Decision, misfits: set[Place]) -> Adopted:
        """Grant lot by lot, the first to leave first. Where a share fell through nothing of its lot is granted yet, so
        that those who are left are decided about all of it."""
        by_place = {(one.lot_id, one.site_id): one for one in question.asked.values()}
        shares = granted(decision)
        again = set()
        for lot_id in sorted(self.kept, key=lambda key: (self.kept[key][0].deadline, key)):
            fit: list[tuple[Claim, Mapping[int, int], bool]] = []
            fell = False
            for place in (place for place in shares if place[0] == lot_id):
                claim = self._as_read(by_place[place])
                if claim is None:
                    fell = True
                    continue
                fetched = claim.key in question.fetched or (place in misfits and self._would_fetch(claim))
                code = MISFIT if place in misfits and not fetched else self._against(claim, shares[place])
                if code is None:
                    fit.append((claim, shares[place], fetched))
                    continue
                fell = True
                self._refuse(claim, code)
            if fell and self._again(lot_id, question):
                again.add(lot_id)
                continue
            for claim, grams, fetched in fit:
                self._reserve(claim, grams, fetched=fetched)
        reasons = first_reasons(decision)
        for lot_id in sorted(self.kept.keys() - again):
            self.close(lot_id, question.asked, reasons, question.unfit)
        self.tell()
        return Adopted(len(self.kept) - len(again), len(again), self.row.key if self.row else None)

    def _as_read(self, one: Asked) -> Claim | None:
        """The claim, if it stands as it was when the question was read."""
        return self.pending.get(one.claim_id) if self.stands.get(one.claim_id) == one else None

    def _again(self, lot_id: int, question: Question) -> bool:
        """Whether somebody is left to decide between for what fell through."""
        _, window = self.kept[lot_id]
        left = [
            claim
            for claim in self.pending.values()
            if claim.lot_id == lot_id and claim.answer != Answer.NO and claim.key not in question.unfit
        ]
        if not left or window.rounds >= MOST_ROUNDS or not lots_read.free_grams(self.session, lot_id):
            return False
        window.rounds += 1
        self.session.add(window)
        return True

    def close(
        self,
        lot_id: int,
        read: Mapping[int, Asked],
        reasons: Mapping[Place, str],
        unfit: Mapping[int, str] | None = None,
    ) -> None:
        """Nothing waits for this lot any more: answers nobody had read are served in their order, others refused."""
        lot, window = self.kept[lot_id]
        rest = [claim for claim in self.pending.values() if claim.lot_id == lot_id]
        for claim in rest:
            if claim.answer == Answer.NO:
                self._let_go(claim, lot)
            elif claim.key in read and self.stands[claim.key] == read[claim.key]:
                code = (unfit or {}).get(claim.key) or reasons.get((lot_id, claim.site_id), AFTER_WINDOW)
                self._refuse(claim, code)
            elif (against := self._grant(claim, self._what_is_left(claim))) is not None:
                self._refuse(claim, against)
        window.state, window.decided_at = WindowState.DECIDED, self.now
        window.decision_id = self.row.key if self.row else None
        self.session.add(window)
        data = {
            "decision": window.decision_id,
            "policy": window.policy,
            "version": window.version,
            "answers": self.answers[lot_id],
            "rounds": window.rounds,
            "granted_grams": self.given[lot_id],
            "left_grams": lots_read.free_grams(self.session, lot_id),
        }
        tell_lot(self.session, lot, "lot.decided", who=None, now=self.now, data=data)

    def _what_is_left(self, claim: Claim) -> dict[int, int]:
        """What an answer nobody had read may have: who wants everything takes what there is."""
        wanted = dict(self.stands[claim.key].lines)
        if claim.answer != Answer.ALL:
            return wanted
        free = {line.key: line.free_grams for line in lots_read.lines_of(self.session, claim.lot_id)}
        return {line: min(grams, free[line]) for line, grams in wanted.items() if free.get(line)}

    def _grant(self, claim: Claim, grams: Mapping[int, int]) -> str | None:
        """Grant all of it, or nothing; the code of what stands against it otherwise."""
        code = self._against(claim, grams)
        if code is not None:
            return code
        # An answer that no decision has read was not asked about either: whether a round can bring it.
        fetched = False
        if self._would_fetch(claim):
            fetched = not is_brought(self.session, self._offer(claim), grams, self.now)
        elif claim.way == Way.BRING:
            try:
                demand_round(self.session, self._offer(claim), grams, self.now)
            except NoRoundBrings:
                return NOT_BROUGHT
        self._reserve(claim, grams, fetched=fetched)
        return None

    def _would_fetch(self, claim: Claim) -> bool:
        return would_fetch(claim, self._offer(claim))

    def _offer(self, claim: Claim) -> Offer:
        return self.shown.to(claim.lot_id, self._receiver(claim.site_id))

    def _against(self, claim: Claim, grams: Mapping[int, int]) -> str | None:
        """What stands against granting so much now, what was granted just before counted; None: nothing."""
        if not grams:
            return "taken"
        receiver = self._receiver(claim.site_id)
        offer = self.shown.to(claim.lot_id, receiver)
        lines = {offered.line.key: offered.line for offered in offer.lines}
        for line_id, wanted in grams.items():
            if line_id not in lines or wanted > lines[line_id].free_grams:
                return "taken"
            line = lines[line_id]
            found = forbidden(verdicts_on(line, receiver, offer.pickup_at, self.law, self.zone, wanted))
            if found:
                return found[0].code
            receiver = receiver.holding(line.category, wanted)
        category = line_facts(lines[next(iter(grams))]).category
        little = receiver.too_little(category, sum(grams.values()), self.law)
        return little[0].code if little else None

    def _receiver(self, site_id: int) -> Receiver:
        if site_id not in self.receivers:
            sites = sites_by_id(self.session, {claim.site_id for claim in self.pending.values()})
            unread = [site for key, site in sites.items() if key not in self.receivers]
            self.receivers |= receivers_at(self.session, unread, self.now)
        return self.receivers[site_id]

    def _reserve(self, claim: Claim, grams: Mapping[int, int], *, fetched: bool) -> None:
        """The grant itself; what it fills is counted for the next one."""
        lot, receiver = self.kept[claim.lot_id][0], self._receiver(claim.site_id)
        if fetched:
            fetch(self.session, claim, self._offer(claim), now=self.now)
        claim.decision_id = self.row.key if self.row else None
        data = {"decision": claim.decision_id, "policy": claim.policy}
        shares = settling.grant(self.session, claim, lot, grams, receiver, who=None, now=self.now, data=data)
        lines = {line.key: line for line in lots_read.lines_of(self.session, lot.key)}
        for share in shares:
            receiver = receiver.holding(lines[share.line_id].category, share.grams)
        self.receivers[claim.site_id] = receiver
        self.given[lot.key] += sum(grams.values())
        del self.pending[claim.key]

    def _refuse(self, claim: Claim, code: str) -> None:
        lot = self.kept[claim.lot_id][0]
        claim.decision_id = self.row.key if self.row else None
        data = {"decision": claim.decision_id, "policy": claim.policy}
        settling.refuse(self.session, claim, lot, code, now=self.now, data=data)
        self.refused.append((claim, lot, refusal_words(code)))
        self.pending.pop(claim.key, None)

    def tell(self) -> None:
        """Tell those whose answers were not kept why, all at once."""
        settling.notify_refused(self.session, self.refused, now=self.now)
        self.refused.clear()

    def _let_go(self, claim: Claim, lot: Lot) -> None:
        """Who said no is done with it; nobody is told what he said himself."""
        before, claim.state, claim.reason = str(claim.state), ClaimState.RELEASED, SAID_NO
        claim.released_at, claim.decision_id = self.now, self.row.key if self.row else None
        self.session.add(claim)
        data = {"grams": 0, "reason": SAID_NO}
        tell(self.session, claim, lot, "released", who=None, now=self.now, from_state=before, data=data)
        self.pending.pop(claim.key, None)
