"""Vans drive what was planned, a little slower or faster than planned, and report as their drivers do."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlmodel import Session

from service.rounds.actions.reporting import report
from service.rounds.forms import FailureReason, Report, ReportKind
from service.rounds.models import Round, RoundState, Stop, StopState, StopTask, TaskKind, TaskState
from service.rounds.queries.rounds import stops_of, tasks_of
from workers.simulation import scenes
from workers.simulation.acting import Act, WhoOf
from workers.simulation.drivers import accept, end, leave
from workers.simulation.trial.handling import load, unload
from workers.simulation.trial.mishaps import Mishaps
from workers.simulation.trial.world import World

GIVES_UP_AFTER = 3
AGAIN = timedelta(minutes=2)
SOON = timedelta(seconds=20)
MINUTE = timedelta(minutes=1)
FARTHEST_HOME = timedelta(hours=2)


@dataclass(frozen=True)
class Road:
    """A round under way, the stop it is at or drives to (None: all are made), and the stop made last."""

    round: Round
    stop: Stop | None
    tasks: tuple[StopTask, ...]
    last: Stop | None

    @property
    def left_last(self) -> datetime:
        """When it left the last stop, or home."""
        done = self.last.done_at if self.last is not None else None
        return done or self.round.departed_at or self.round.starts_at


class Driving:
    """Every round of the day, each with the moment at which its driver does something next."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.turn: Counter[int] = Counter()
        self.tries: Counter[str] = Counter()
        self.mishaps = Mishaps(world, lambda key, now: self.look_at([key], now))

    def look(self, now: datetime, since: date) -> None:
        """After a plan: every driver looks at what is to be done now."""
        world = self.world
        with world.database.read() as session:
            found = scenes.driving(session, world.region, world.stage.cast.drivers, since)
            roads = [_road(session, thing.round.key) for thing in found]
        for road in roads:
            self._next(road, now)

    def look_at(self, rounds: Iterable[int], now: datetime) -> None:
        """The same for some rounds that have changed."""
        for key in sorted(rounds):
            with self.world.database.read() as session:
                road = _road(session, key)
            self._next(road, now)

    def _next(self, road: Road | None, now: datetime) -> None:
        """Write down the next thing this driver does; what was written before no longer counts."""
        if road is None:
            return
        key = road.round.key
        self.turn[key] += 1
        what, due = self._due(road)
        self.world.agenda.at(max(now, due), partial(self._do, key, self.turn[key], what))

    def _due(self, road: Road) -> tuple[str, datetime]:
        """What comes next and when."""
        conduct, round_, stop = self.world.conduct, road.round, road.stop
        who = (round_.vehicle_id, round_.day.isoformat())
        random = self.world.chance("round", *who)
        if round_.state == RoundState.PUBLISHED:
            return "accept", round_.starts_at - timedelta(minutes=random.uniform(10, 50))
        if round_.state == RoundState.ACCEPTED:
            return "depart", round_.starts_at + timedelta(minutes=random.uniform(0, 3))
        last = road.left_last
        if stop is None:
            home = round_.ends_at - road.last.planned_departure_at if road.last is not None else timedelta(0)
            factor = random.lognormvariate(0, conduct.leg_spread)
            return "finish", last + min(FARTHEST_HOME, max(MINUTE, home)) * factor
        luck = self.world.chance("stop", *who, stop.site_id)
        leg, stay = luck.lognormvariate(0, conduct.leg_spread), luck.lognormvariate(0, conduct.stop_spread)
        if stop.state == StopState.TODO:
            # Of a long way between two stops the wait gives way first: no more than so much of it is slower.
            drive = min(max(timedelta(0), stop.expected_at - last), timedelta(minutes=40))
            return "arrive", max(last + MINUTE, stop.expected_at + drive * (leg - 1))
        arrived = stop.arrived_at or last
        waits = stop.planned_start_at > stop.planned_arrival_at
        begins = max(arrived, stop.planned_start_at) if waits else arrived
        lasts = max(timedelta(minutes=2), stop.planned_departure_at - stop.planned_start_at)
        return "handle", begins + lasts * stay

    def _do(self, key: int, turn: int, what: str, now: datetime) -> None:
        if self.turn[key] != turn:
            return
        with self.world.database.read() as session:
            road = _road(session, key)
        if road is None:
            return
        name = f"{key}/{what}/{road.stop.key if road.stop is not None else 0}"
        act = self._act(road, what, now)
        if self.tries[name] >= GIVES_UP_AFTER and road.stop is not None:
            form = Report(kind=ReportKind.FAILED, reason=FailureReason.NOTHING_THERE)
            what, act = "failure", partial(_report, stop_id=road.stop.key, form=form, now=now)
        if self.tries[name] > GIVES_UP_AFTER:
            # Left as it is until the next plan makes the driver look again.
            return
        if self.world.play(f"round: {what}", act):
            self.world.news = self.world.news or what in ("handle", "failure")
            if what == "depart":
                self.mishaps.leave(road.round, now)
            with self.world.database.read() as session:
                self._next(_road(session, key), now + SOON)
        else:
            self.tries[name] += 1
            self._next(road, now + AGAIN)

    def _act(self, road: Road, what: str, now: datetime) -> Act:
        key, stop = road.round.key, road.stop
        if what == "accept":
            return partial(accept, key=key, now=now)
        if what == "depart":
            return partial(leave, key=key, now=now)
        if what == "finish" or stop is None:
            return partial(end, key=key, now=now)
        if what == "arrive":
            shut = self.world.chance("shut", stop.site_id, road.round.day.isoformat()).random()
            form = Report(kind=ReportKind.ARRIVED)
            if shut < self.world.conduct.shut:
                form = Report(kind=ReportKind.FAILED, reason=FailureReason.CLOSED)
            return partial(_report, stop_id=stop.key, form=form, now=now)
        todo = [task for task in road.tasks if task.state == TaskState.TODO]
        # What is aboard goes out first; what is to be loaded at the same stop is another report.
        unloads = any(task.kind == TaskKind.UNLOAD for task in todo)
        return partial(unload if unloads else load, world=self.world, stop_id=stop.key, now=now)


def _road(session: Session, key: int) -> Road | None:
    """A round as its driver sees it; None when there is nothing to drive."""
    round_ = session.get(Round, key)
    if round_ is None or round_.is_over or round_.state == RoundState.DRAFT:
        return None
    stops = stops_of(session, [key])[key]
    stop = next((row for row in stops if row.is_ahead), None)
    done = [row for row in stops if row.done_at is not None]
    last = max(done, key=lambda row: (row.done_at, row.sequence), default=None)
    tasks = tasks_of(session, [stop.key])[stop.key] if stop is not None else []
    return Road(round_, stop, tuple(tasks), last)


def _report(session: Session, who_of: WhoOf, *, stop_id: int, form: Report, now: datetime) -> None:
    stop = session.get_one(Stop, stop_id)
    round_ = session.get_one(Round, stop.round_id)
    assert round_.driver_id is not None
    report(session, round_, stop, form, who=who_of(session, round_.driver_id), now=now)
