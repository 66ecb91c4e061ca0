"""What waited is told in one message, at the end of the quiet hours or at the person's hour, and nothing is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from service.accounts.models import Person
from service.clients.mail.outbox import OutboxMail
from service.clients.parts import Clients
from service.clients.sms.alphabet import segments
from service.clients.sms.outbox import OutboxSms
from service.database.engine import Database
from service.kit.clock import local
from service.notices import actions, choosing, rules
from service.notices.delivery import deliver_due
from service.notices.digests import digest_of
from service.notices.kinds import KINDS
from service.notices.models import Channel, NoticeState, OutgoingNotice
from service.notices.wording import Words

Samples = dict[str, dict[str, Any]]
ZONE, ADDRESS = "Europe/Paris", "http://glane.example"
NUMBER = "+33612345678"
GRANTED, URGENT = KINDS["claim_granted"], KINDS["lot_withdrawn"]


@pytest.fixture
def person(make: Any, database: Database) -> Person:
    """Somebody who chose texts for three kinds."""
    found: Person = make.charity(habilitated=False).person
    with database.transaction() as session:
        kept = session.get_one(Person, found.key)
        kept.phone = NUMBER
        session.add(kept)
        session.flush()
        wanted = {(kind, Channel.SMS): True for kind in ("claim_granted", "claim_refused", "ramasse_changed")}
        choosing.choose(session, who=make.who(found.key), wanted=wanted, quiet=None)
    return kept


def tell(database: Database, person: Person, kind: str, samples: Samples, now: datetime, **given: Any) -> None:
    with database.transaction() as session:
        actions.tell(
            session, region=person.region, person_ids=[person.key], kind=kind, params=samples[kind], now=now, **given
        )


def deliver(database: Database, clients: Clients, now: datetime, limit: int = 50) -> int:
    return deliver_due(database, clients, now=now, real_now=now, address=ADDRESS, limit=limit)


def texts(clients: Clients) -> list[str]:
    assert isinstance(clients.sms, OutboxSms)
    return [kept.text for kept in clients.sms.texts(NUMBER)]


def test_the_night_is_told_in_one_message(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime
) -> None:
    """Three things of the night, one text at seven, each named; the worker's limit does not tear it apart."""
    night = now + timedelta(hours=6)
    for kind in ("claim_granted", "claim_refused", "ramasse_changed"):
        tell(database, person, kind, samples, night)
    deliver(database, clients, night)
    assert texts(clients) == []
    morning = night + timedelta(hours=8)
    deliver(database, clients, morning, limit=1)
    (text,) = texts(clients)
    assert text.startswith("Glane, 3 messages vous attendent")
    assert "pain et viennoiseries" in text
    deliver(database, clients, morning)
    assert len(texts(clients)) == 1
    with database.read() as session:
        assert {row.state for row in session.exec(select(OutgoingNotice)).all()} == {NoticeState.SENT}


def test_one_that_waited_alone_is_told_as_itself(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime
) -> None:
    """No list of one."""
    night = now + timedelta(hours=6)
    tell(database, person, "claim_granted", samples, night)
    deliver(database, clients, night + timedelta(hours=8))
    (text,) = texts(clients)
    assert text.startswith("Attribué")


def test_a_daily_hour_gathers_the_mail_too(
    database: Database, clients: Clients, person: Person, make: Any, samples: Samples, now: datetime
) -> None:
    """At eight in the morning one mail tells both, with the page of each; what is urgent did not wait."""
    with database.transaction() as session:
        choosing.choose_digest(session, who=make.who(person.key), minute=8 * 60)
    tell(database, person, "claim_granted", samples, now)
    tell(database, person, "ramasse_asked", samples, now + timedelta(minutes=1))
    tell(database, person, "lot_withdrawn", samples, now + timedelta(minutes=2))
    deliver(database, clients, now + timedelta(minutes=3))
    assert isinstance(clients.mail, OutboxMail)
    assert [letter.subject.startswith("Urgent") for letter in clients.mail.letters()] == [True]
    eight = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    deliver(database, clients, eight - timedelta(minutes=1))
    assert len(clients.mail.letters()) == 1
    deliver(database, clients, eight)
    digest = clients.mail.letters()[0]
    assert len(clients.mail.letters()) == 2
    assert "2 messages" in digest.subject.replace("\u00a0", " ")
    for page in ("/lots/12", "/ramasses/4"):
        assert f"{ADDRESS}{page}" in digest.text


def test_one_failure_is_everybodys_and_all_are_tried_again(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime
) -> None:
    """A gateway that is away loses nothing of what waited."""

    class Away:
        tries: list[str] = []

        def send(self, to_e164: str, text: str, reference: str = "") -> None:
            from service.clients.sms.port import SmsNotSent

            self.tries.append(reference)
            raise SmsNotSent("away", permanent=False)

    away = Away()
    broken = Clients(mail=clients.mail, sms=away, push=clients.push, files=clients.files)
    night = now + timedelta(hours=6)
    for kind in ("claim_granted", "claim_refused"):
        tell(database, person, kind, samples, night)
    morning = night + timedelta(hours=8)
    deliver(database, broken, morning)
    deliver(database, broken, morning + rules.wait_after(1))
    # Under the same name both times, so that a gateway which did take it sends no second one.
    assert len(away.tries) == 2
    assert len(set(away.tries)) == 1
    deliver(database, clients, morning + timedelta(minutes=10))
    assert len(texts(clients)) == 1
    assert "2 messages" in texts(clients)[0]


def test_stop_ends_texts_and_not_the_rest(
    database: Database, clients: Clients, person: Person, make: Any, samples: Samples, now: datetime
) -> None:
    """Mail and screen go on; resumed, texts come again."""
    with database.transaction() as session:
        choosing.stop_texts(session, who=make.who(person.key), now=now)
        choosing.stop_texts(session, who=make.who(person.key), now=now)
    tell(database, person, "lot_withdrawn", samples, now)
    deliver(database, clients, now)
    assert texts(clients) == []
    assert isinstance(clients.mail, OutboxMail)
    assert len(clients.mail.letters()) == 1
    with database.transaction() as session:
        choosing.resume_texts(session, who=make.who(person.key), now=now)
    tell(database, person, "lot_withdrawn", samples, now)
    deliver(database, clients, now)
    assert len(texts(clients)) == 1


@given(
    minute=st.integers(0, 60 * 24 * 400),
    quiet=st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
    digest=st.none() | st.integers(0, 1439),
    lifetime=st.integers(1, 60 * 72),
    channel=st.sampled_from([Channel.MAIL, Channel.SMS, Channel.PUSH]),
)
def test_nothing_waits_past_its_time_because_of_a_daily_hour(
    minute: int, quiet: tuple[int, int], digest: int | None, lifetime: int, channel: Channel
) -> None:
    """With an hour of one's own a message leaves then, or as it would have without; urgent ones leave now."""
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    ends = now + timedelta(minutes=lifetime)
    at, held = rules.leaves_at(GRANTED, channel, now, ZONE, quiet=quiet, digest=digest, expires_at=ends)
    plain = rules.due_at(GRANTED, channel, now, ZONE, quiet)
    assert at >= now
    assert at == plain or (held and at < ends)
    assert held or at == now
    if digest is not None and at != plain and channel == Channel.MAIL:
        here = local(at, ZONE)
        # The hour that the spring skips is read as the hour after.
        assert here.hour * 60 + here.minute == digest or here.month == 3
    assert rules.leaves_at(URGENT, channel, now, ZONE, quiet=quiet, digest=digest, expires_at=ends) == (now, False)


@given(st.lists(st.text(max_size=120), min_size=2, max_size=40), st.sampled_from(["fr", "en"]))
def test_a_text_of_many_stays_two_texts_long(titles: list[str], locale: str) -> None:
    """However many waited and however long they are; it always says how many there are."""
    words = digest_of([Words(title, title, title, "/lots/1", "Voir") for title in titles], locale)
    assert segments(words.short) <= 2
    assert str(len(titles)) in words.short
    assert len(words.parts) == len(titles)
