"""What the worker of production does about answers: gives those charities give by rule, decides when windows close."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import process_time

from sqlmodel import Session, col, select

import routing
from routing.allocation import Offering, Policy
from routing.decision import Decision
from service.accounts.models import Site
from service.allocation import queries
from service.allocation.answers.actions import set_rule
from service.allocation.answers.answering import answer_lots
from service.allocation.answers.forms import RuleIn
from service.allocation.deciding.work import decide_region
from service.allocation.models import Claim, ClaimState
from service.allocation.windows import window_of
from workers.simulation.acting import WhoOf
from workers.simulation.cast import Receiver
from workers.simulation.trial.agenda import Act, moment_after
from workers.simulation.trial.world import World

# (a claim that was not kept, when)
Refused = Callable[[Claim, datetime], None]


class Deciding:
    """The worker's turns, each at the first common moment after a window closes."""

    def __init__(self, world: World, granted: Act, refused: Refused) -> None:
        self.world, self.granted, self.refused = world, granted, refused
        self.written: set[datetime] = set()

    def let_answer(self, now: datetime) -> None:
        """Some places let the product answer for them from the first day on."""
        world, conduct = self.world, self.world.conduct
        for receiver in world.stage.cast.receivers:
            if world.chance("automatic", receiver.site_id).random() < conduct.automatic:
                most = max(conduct.least_share, receiver.people * conduct.grams_a_person)
                asked = RuleIn(
                    site_id=receiver.site_id, most_grams=most, most_metres=conduct.automatic_metres,
                )  # fmt: skip
                world.play("rule", partial(_set_rule, receiver=receiver, asked=asked, now=now))

    def look(self, now: datetime) -> None:
        """Give the answers that rules give to new lots, and write down when the windows of these close."""
        world = self.world
        self._answer(now)
        with world.database.read() as session:
            closing = {
                window.closes_at
                for lot in queries.lots_without_window(session, world.region, now)
                if (window := window_of(session, lot)).is_sealed
            }
        for moment in sorted({moment_after(one) for one in closing if one is not None} - self.written):
            self.written.add(moment)
            world.agenda.at(moment, self.decide)

    def decide(self, now: datetime) -> None:
        """Decide what is due; who fetches what they got sets out, who did not get it hears why."""
        world = self.world
        began = process_time()
        decided = decide_region(world.database, world.region, now, solve=_solve)
        world.seconds["deciding"] += process_time() - began
        if not decided:
            return
        self.granted(now)
        with world.database.read() as session:
            claims = session.exec(
                select(Claim).where(Claim.state == ClaimState.REFUSED, Claim.decided_at == now).order_by(col(Claim.id))
            ).all()
        for claim in claims:
            self.refused(claim, now)

    def _answer(self, now: datetime) -> None:
        """As the job of production does: so many at once, and again until none was."""
        world = self.world
        began = process_time()
        made, given = 1, 0
        while made:
            with world.database.transaction() as session:
                made = answer_lots(session, world.region, now=now)
            given += made
        world.stage.counts["automatic answer"] += given
        world.seconds["answering"] += process_time() - began
        if given:
            self.granted(now)


def _set_rule(session: Session, who_of: WhoOf, *, receiver: Receiver, asked: RuleIn, now: datetime) -> None:
    site = session.get_one(Site, receiver.site_id)
    set_rule(session, site, asked, who=who_of(session, receiver.person_id), now=now)


def _solve(offering: Offering, policy: Policy, _cancelled: Callable[[], bool]) -> Decision:
    """In this process, however large: the work of a decision is bounded by counts, not by time."""
    return routing.allocate(offering, policy)
