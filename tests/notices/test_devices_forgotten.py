"""The address of a browser that is told nothing any more does not stay among us."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from config.settings import Settings
from service.accounts.models import WebSession
from service.accounts.tokens import new_token, token_hash
from service.clients.parts import clients_from
from service.database.engine import Database
from service.kit.clock import real_now
from service.notices.actions import forget_devices
from service.notices.models import PushDevice
from service.web.clock import DomainClock
from workers.jobs import forget_notices
from workers.queue import Work

pytestmark = pytest.mark.database
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("signed_out", "expired", "kept"),
    [
        (None, -DAY, True),
        # Still told: a browser goes on being told until its sign-in is taken away.
        (None, 89 * DAY, True),
        (None, 91 * DAY, False),
        # Whoever signs in there again within a week is told as before.
        (6 * DAY, -DAY, True),
        (8 * DAY, -DAY, False),
    ],
)
def test_browsers_are_forgotten_in_their_time(
    database: Database, make: Any, signed_out: timedelta | None, expired: timedelta, kept: bool
) -> None:
    """A week after signing out, ninety days after the sign-in ended; what an API key asked for stays."""
    person, now = make.charity(habilitated=False).person, real_now()
    with database.transaction() as session:
        here = WebSession(
            token_hash=token_hash(new_token()), person_id=person.key, created_at=now - 200 * DAY,
            expires_at=now - expired, revoked_at=now - signed_out if signed_out else None,
        )  # fmt: skip
        session.add(here)
        session.flush()
        for number, session_id in enumerate((here.key, None)):
            session.add(
                PushDevice(
                    person_id=person.key, session_id=session_id, endpoint=f"https://fcm.googleapis.com/{number}",
                    p256dh="k", auth="a", created_at=now - 200 * DAY,
                )
            )  # fmt: skip
    with database.transaction() as session:
        assert forget_devices(session, real_now=now) == (0 if kept else 1)
    with database.read() as session:
        assert len(session.exec(select(PushDevice)).all()) == (2 if kept else 1)


def test_the_retention_job_does_it(settings: Settings, database: Database, make: Any) -> None:
    """The job that forgets old messages forgets these too."""
    work = Work(database, settings, clients_from(settings), DomainClock(database, False))
    test_browsers_are_forgotten_in_their_time(database, make, None, 89 * DAY, True)
    with database.transaction() as session:
        row = session.exec(select(WebSession)).one()
        row.revoked_at = real_now() - 8 * DAY
        session.add(row)
    assert forget_notices.run(work) == 1
