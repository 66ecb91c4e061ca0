"""Donors post what the day brings them, and their neighbours are told."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from sqlmodel import Session, col, func, select

from service.allocation.actions.announcing import announce_new_lots
from service.allocation.queries import NEARBY
from service.lots.actions import post
from service.lots.models import Lot
from service.notices.models import Channel, OutgoingNotice
from workers.simulation.acting import WhoOf
from workers.simulation.day import Posting, lots_on, postings
from workers.simulation.trial.agenda import Act, moment_after
from workers.simulation.trial.world import World

# (person, lot, its tracing code, when)
Told = Callable[[int, int, str, datetime], None]
# The sizing of a reference day: 180 lots of 260 donors.
LOTS, DONORS = 180, 260


class Giving:
    """Posts, and tells `told` of each person who learnt of a lot."""

    def __init__(self, world: World, told: Told, posted: Act) -> None:
        self.world, self.told, self.posted = world, told, posted
        self.seen = 0
        # The moment at whose end neighbours are told.
        self.telling: datetime | None = None

    def begin(self, day: date) -> None:
        """Write down everything a day brings."""
        world = self.world
        lots = lots_on(day, round(len(world.stage.cast.donors) * LOTS / DONORS))
        wanted = postings(world.stage.cast.donors, day, world.zone, seed=world.stage.seed, lots=lots)
        by_donor: dict[int, list[Posting]] = {}
        for posting in wanted:
            by_donor.setdefault(posting.donor.organisation_id, []).append(posting)
        for of_donor in by_donor.values():
            world.agenda.at(moment_after(of_donor[0].at), partial(self._post, of_donor))

    def _post(self, together: Sequence[Posting], now: datetime) -> None:
        """A donor posts all it has in one go; once every donor of the moment has, their neighbours are told."""
        posted = sum(self.world.play("lot", partial(_post, posting=posting, now=now)) for posting in together)
        if posted and self.telling != now:
            self.telling = now
            self.world.agenda.at(now, self.tell)

    def tell(self, now: datetime) -> None:
        """What the job of production does every few seconds."""
        world = self.world
        world.news = False
        self.posted(now)
        with world.database.transaction() as session:
            announce_new_lots(session, world.region, now=now)
            fresh = session.exec(
                select(OutgoingNotice.person_id, Lot.id, Lot.code)
                .join(Lot, col(Lot.id) == col(OutgoingNotice.subject_id))
                .where(
                    col(OutgoingNotice.id) > self.seen,
                    OutgoingNotice.kind == NEARBY,
                    OutgoingNotice.channel == Channel.SCREEN,
                )
                .order_by(col(OutgoingNotice.id))
            ).all()
            self.seen = session.exec(select(func.max(OutgoingNotice.id))).one() or 0
        for person, lot, code in fresh:
            if lot is not None:
                self.told(person, lot, code, now)


def _post(session: Session, who_of: WhoOf, *, posting: Posting, now: datetime) -> None:
    post(session, posting.form(now), who=who_of(session, posting.donor.person_id), now=now)
