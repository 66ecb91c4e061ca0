"""Plays the day: at each tick of the domain's clock, everything that is due is done through the real actions.

What somebody does, and when, depends on the seed and on the thing alone, never on the order of ticks, and what was
already done is read from the tables: so the player may stop at any moment and go on later. Every act is a transaction
of its own. People who really sign in are never played, and their lots are left to them.
"""

from collections import deque
from datetime import date, datetime, timedelta
from functools import partial

from sqlmodel import Session

from service.database.engine import Database
from service.kit.clock import local
from service.lots.actions import post
from workers.simulation import scenes
from workers.simulation.acting import Stage, WhoOf, played
from workers.simulation.cast import read_cast
from workers.simulation.charities import next_claim_at, play_collection, play_forsaken, try_lot
from workers.simulation.day import Posting, lots_on, postings
from workers.simulation.drivers import play_round
from workers.simulation.fleet_seed import open_shifts

# A tick does so much at most, so that a clock that jumped is caught up with step by step.
MOST_ACTS = 60
# What should have been posted longer ago than this is no longer posted.
FORGET_AFTER = timedelta(hours=2)


class Player:
    """Plays the invented people of one region."""

    def __init__(self, database: Database, region: str, zone: str, *, seed: int) -> None:
        with database.read() as session:
            cast = read_cast(session, region)
        self.stage = Stage(database, cast, seed, zone)
        self.region, self.zone, self.seed = region, zone, seed
        self._day: date | None = None
        self._waiting: deque[Posting] = deque()

    def tick(self, now: datetime) -> int:
        """Do what is due at `now`, a bounded number of acts; how many were tried."""
        if local(now, self.zone).date() != self._day:
            self._begin(local(now, self.zone).date(), now)
        done = self._post(now)
        done += self._drive(now, MOST_ACTS - done)
        done += self._receive(now, MOST_ACTS - done)
        return done + self._claim(now, MOST_ACTS - done)

    def _begin(self, day: date, now: datetime) -> None:
        """A new day: who posts what, and which vehicles drive, today and tomorrow."""
        cast = self.stage.cast
        with self.stage.database.read() as session:
            already = scenes.lots_posted(session, self.region, day, self.zone)
        reference = round(len(cast.donors) * 180 / 260)
        wanted = postings(cast.donors, day, self.zone, seed=self.seed, lots=lots_on(day, reference))
        self._waiting = deque(one for one in wanted if one.number >= already.get(one.donor.organisation_id, 0))
        with self.stage.database.transaction() as session:
            for ahead in (0, 1):
                open_shifts(
                    session, self.region, day + timedelta(days=ahead), self.zone,
                    seed=self.seed, now=now, played=sorted(cast.drivers),
                )  # fmt: skip
        self._day = day

    def _post(self, now: datetime) -> int:
        done = 0
        while self._waiting and self._waiting[0].at <= now and done < MOST_ACTS:
            posting = self._waiting.popleft()
            form_windows = [window for window in posting.windows if window[1] > now + timedelta(minutes=15)]
            if now - posting.at <= FORGET_AFTER and form_windows:
                played(self.stage, "lot", partial(_post, posting=posting, now=now))
                done += 1
        return done

    def _claim(self, now: datetime, most: int) -> int:
        with self.stage.database.read() as session:
            found = scenes.offered(session, self.region, now, self.stage.cast.people)
        done = 0
        for thing in found:
            due = next_claim_at(self.stage, thing.lot)
            if due is not None and due <= now and done < most:
                try_lot(self.stage, thing, now)
                done += 1
        return done

    def _receive(self, now: datetime, most: int) -> int:
        with self.stage.database.read() as session:
            fetching = scenes.collections(session, self.region)
            forsaken = scenes.forsaken(session, self.region, now)
        done = 0
        for thing in fetching:
            if done < most:
                done += play_collection(self.stage, thing, now)
        for claim, lot in forsaken:
            if done < most:
                done += play_forsaken(self.stage, claim, lot, now)
        return done

    def _drive(self, now: datetime, most: int) -> int:
        assert self._day is not None
        with self.stage.database.read() as session:
            driving = scenes.driving(session, self.region, self.stage.cast.drivers, self._day - timedelta(days=1))
        done = 0
        for thing in driving:
            if done < most:
                done += play_round(self.stage, thing, now)
        return done


def _post(session: Session, who_of: WhoOf, *, posting: Posting, now: datetime) -> None:
    post(session, posting.form(now), who=who_of(session, posting.donor.person_id), now=now)
