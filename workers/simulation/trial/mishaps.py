"""What may happen to a whole round: late by half an hour, a breakdown, a driver who must go home. One tap each."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from service.rounds.actions.incidents import report_incident
from service.rounds.forms import Incident, IncidentForm
from service.rounds.models import Round
from workers.simulation.acting import WhoOf
from workers.simulation.trial.world import World

# Minutes from leaving until it happens.
AFTER = (10.0, 120.0)
LATE_MINUTES = 30


class Mishaps:
    """Draws for each round that leaves what happens to it, mostly nothing; `then` hears which is other now."""

    def __init__(self, world: World, then: Callable[[int, datetime], None]) -> None:
        self.world, self.then = world, then

    def leave(self, round_: Round, now: datetime) -> None:
        """A round has left: what its luck holds for it is written down."""
        conduct = self.world.conduct
        random = self.world.chance("mishap", round_.vehicle_id, round_.day.isoformat(), round_.shift_id)
        fate, after = random.random(), timedelta(minutes=random.uniform(*AFTER))
        odds = (
            (Incident.LATE, conduct.half_hour_late),
            (Incident.BREAKDOWN, conduct.breakdown),
            (Incident.GOING_HOME, conduct.goes_home),
        )
        for kind, share in odds:
            if fate < share:
                self.world.agenda.at(now + after, partial(self._happen, round_.key, kind))
                return
            fate -= share

    def _happen(self, key: int, kind: Incident, now: datetime) -> None:
        if self.world.play(f"round: {kind}", partial(_report, key=key, kind=kind, now=now)):
            self.world.news = True
            self.then(key, now)


def _report(session: Session, who_of: WhoOf, *, key: int, kind: Incident, now: datetime) -> None:
    round_ = session.get_one(Round, key)
    assert round_.driver_id is not None
    form = IncidentForm(kind=kind, minutes=LATE_MINUTES)
    report_incident(session, round_, form, who=who_of(session, round_.driver_id), now=now)
