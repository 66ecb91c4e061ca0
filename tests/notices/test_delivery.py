"""Messages are written with what they tell, leave once, are tried again, and end with a reason."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlmodel import Session, select

from service.accounts.models import AccountState, Person
from service.clients.mail.outbox import OutboxMail
from service.clients.mail.port import MailNotSent
from service.clients.parts import Clients
from service.clients.sms.outbox import OutboxSms
from service.database.engine import Database
from service.journal.models import Entry
from service.notices import actions, choosing, rules
from service.notices.delivery import LEASE, claim_due, deliver_due
from service.notices.models import Channel, NoticeState, OutgoingNotice
from service.notices.parcels import Sending

Samples = dict[str, dict[str, Any]]
ADDRESS = "http://glane.example"


class BrokenMail:
    """A mail server that refuses, for now or for good."""

    def __init__(self, permanent: bool) -> None:
        self.permanent, self.tries = permanent, 0

    def send(self, to: str, subject: str, text: str, html: str | None = None) -> None:
        self.tries += 1
        raise MailNotSent("mailbox unavailable", permanent=self.permanent)


@pytest.fixture
def person(make: Any, database: Database) -> Person:
    """Somebody with an e-mail address and a phone."""
    found: Person = make.charity(habilitated=False).person
    with database.transaction() as session:
        kept = session.get(Person, found.key)
        assert kept is not None
        kept.phone = "+33612345678"
        session.add(kept)
    return kept


def tell(session: Session, person: Person, kind: str, samples: Samples, now: datetime, **given: Any) -> Any:
    """Tell one person an example of a kind."""
    return actions.tell(
        session,
        region=person.region,
        person_ids=[person.key],
        kind=kind,
        params=samples[kind],
        now=now,
        **given,
    )


def rows(database: Database, channel: Channel | None = None) -> list[OutgoingNotice]:
    """What is in the outbox."""
    with database.read() as session:
        found = session.exec(select(OutgoingNotice).order_by(OutgoingNotice.id)).all()  # type: ignore[arg-type]  # a column
        session.expunge_all()
    return [row for row in found if channel is None or row.channel == channel]


def deliver(database: Database, clients: Clients, now: datetime, real_now: datetime | None = None) -> int:
    """One turn of the worker."""
    return deliver_due(database, clients, now=now, real_now=real_now or now, address=ADDRESS)


def test_a_message_leaves_on_its_channels(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime
) -> None:
    """On the screen at once, in the mail with the worker's next turn, told to the person's open pages."""
    with database.transaction() as session:
        tell(session, person, "claim_granted", samples, now, subject=("lot", 12))
    assert deliver(database, clients, now) == 1
    assert isinstance(clients.mail, OutboxMail)
    (letter,) = clients.mail.letters(person.email)
    assert "Boulangerie Martin" in letter.text
    assert f"{ADDRESS}/lots/12" in letter.text
    assert {row.channel: row.state for row in rows(database)} == {
        Channel.SCREEN: NoticeState.SENT,
        Channel.MAIL: NoticeState.SENT,
    }
    with database.read() as session:
        (entry,) = session.exec(select(Entry).where(Entry.kind == "notice.told")).all()
        assert entry.audience == [f"person:{person.id}"]
        assert "Martin" not in str(entry.data)


def test_nothing_leaves_of_a_transaction_that_fails(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime
) -> None:
    """What was not kept is not told."""

    def failing() -> None:
        with database.transaction() as session:
            tell(session, person, "claim_granted", samples, now)
            raise RuntimeError("the claim was not kept")

    with pytest.raises(RuntimeError):
        failing()
    assert deliver(database, clients, now) == 0
    assert rows(database) == []


def test_a_second_turn_sends_nothing_again(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime
) -> None:
    """The worker may run as often as it likes."""
    with database.transaction() as session:
        tell(session, person, "claim_granted", samples, now)
    assert [deliver(database, clients, now) for _ in range(3)] == [1, 0, 0]


def test_workers_side_by_side_send_each_message_once(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime
) -> None:
    """Forty messages, four workers, forty mails."""
    with database.transaction() as session:
        for number in range(40):
            tell(session, person, "claim_granted", samples, now, dedupe=f"lot:{number}")
    start = Barrier(4)

    def work() -> None:
        start.wait()
        while deliver_due(database, clients, now=now, real_now=now, address=ADDRESS, limit=3):
            pass

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert isinstance(clients.mail, OutboxMail)
    assert len(clients.mail.letters()) == 40
    assert {row.attempts for row in rows(database, Channel.MAIL)} == {1}


def test_told_twice_is_told_once(database: Database, person: Person, samples: Samples, now: datetime) -> None:
    """With the same key a person is told once, in one transaction or in two."""
    with database.transaction() as session:
        assert len(tell(session, person, "claim_granted", samples, now, dedupe="claim:7")) == 2
        assert tell(session, person, "claim_granted", samples, now, dedupe="claim:7") == []
    with database.transaction() as session:
        assert tell(session, person, "claim_granted", samples, now, dedupe="claim:7") == []
        assert len(tell(session, person, "claim_granted", samples, now)) == 2


def test_many_are_told_at_once(database: Database, person: Person, make: Any, samples: Samples, now: datetime) -> None:
    """Each reads its own words; with one key a person is told once, the first message said counts."""
    other = make.charity("Voisine").person
    near, far = ({**samples["claim_granted"], "grams": grams} for grams in (1000, 2000))
    with database.transaction() as session:
        messages = [
            actions.Told([person.key], near, dedupe="lot:1"),
            actions.Told([person.key, other.key], far, dedupe="lot:1"),
        ]
        actions.tell_each(session, region=person.region, kind="claim_granted", messages=messages, now=now)
    shown = {row.person_id: row.params["grams"] for row in rows(database, Channel.SCREEN)}
    assert shown == {person.key: 1000, other.key: 2000}
    assert len(rows(database, Channel.SCREEN)) == 2


def test_a_carrier_that_is_down_is_tried_again_then_given_up(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime
) -> None:
    """Eight tries, each after a longer wait, then the reason stays to be read."""
    broken = BrokenMail(permanent=False)
    with_broken = Clients(mail=broken, sms=clients.sms, push=clients.push, files=clients.files)
    with database.transaction() as session:
        tell(session, person, "charity_to_approve", samples, now)
    at = now
    for tries in range(1, rules.MOST_ATTEMPTS + 1):
        assert deliver(database, with_broken, at) == 0
        assert deliver(database, with_broken, at) == 0
        assert broken.tries == tries
        at += rules.wait_after(tries)
    (mail,) = rows(database, Channel.MAIL)
    assert mail.state == NoticeState.FAILED
    assert mail.last_error == "mailbox unavailable"
    assert deliver(database, clients, at + timedelta(hours=2)) == 0


def test_a_refusal_for_good_is_not_tried_again(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime
) -> None:
    """A mailbox that does not exist is asked once."""
    broken = BrokenMail(permanent=True)
    with_broken = Clients(mail=broken, sms=clients.sms, push=clients.push, files=clients.files)
    with database.transaction() as session:
        tell(session, person, "claim_granted", samples, now)
    deliver(database, with_broken, now)
    deliver(database, with_broken, now + timedelta(hours=1))
    assert broken.tries == 1
    assert rows(database, Channel.MAIL)[0].state == NoticeState.FAILED


def test_a_worker_that_dies_gives_its_messages_back(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime
) -> None:
    """Claimed and never recorded: nobody takes it while the lease runs, then somebody does."""
    with database.transaction() as session:
        tell(session, person, "claim_granted", samples, now)
    with database.transaction() as session:
        assert len(claim_due(session, Sending(now, now, ADDRESS))) == 1
    assert deliver(database, clients, now + LEASE - timedelta(seconds=1)) == 0
    assert deliver(database, clients, now + LEASE) == 1


def test_out_of_date_is_not_sent(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime
) -> None:
    """A lot that is gone is no news; the row says why nothing left."""
    with database.transaction() as session:
        tell(session, person, "claim_granted", samples, now, expires_at=now + timedelta(hours=1))
    assert deliver(database, clients, now + timedelta(hours=1)) == 0
    assert rows(database, Channel.MAIL)[0].state == NoticeState.ABANDONED


def test_a_text_message_waits_for_the_morning(
    database: Database, clients: Clients, person: Person, make: Any, samples: Samples, now: datetime
) -> None:
    """A message chosen by text at 23:00 rings at 7:00; one that saves food rings at once."""
    night = now + timedelta(hours=6)
    with database.transaction() as session:
        who = make.who(person.key)
        choosing.choose(session, who=who, wanted={("claim_granted", Channel.SMS): True}, quiet=None)
        tell(session, person, "claim_granted", samples, night)
        tell(session, person, "lot_withdrawn", samples, night)
    assert isinstance(clients.sms, OutboxSms)
    deliver(database, clients, night)
    assert len(clients.sms.texts()) == 1
    deliver(database, clients, night + timedelta(hours=8))
    assert len(clients.sms.texts()) == 2


def test_the_suspended_and_strangers_are_told_nothing(
    database: Database, person: Person, samples: Samples, now: datetime
) -> None:
    """Nobody reads news of a place they may no longer enter, or of another region."""
    with database.transaction() as session:
        kept = session.get(Person, person.key)
        assert kept is not None
        assert (
            actions.tell(
                session,
                region="ile-de-france",
                person_ids=[person.key],
                kind="claim_granted",
                params=samples["claim_granted"],
                now=now,
            )
            == []
        )
        kept.state = AccountState.SUSPENDED
        session.add(kept)
        session.flush()
        assert tell(session, person, "claim_granted", samples, now) == []


def test_old_messages_are_forgotten(database: Database, person: Person, samples: Samples, now: datetime) -> None:
    """After ninety days nothing tells any more who was told what."""
    with database.transaction() as session:
        tell(session, person, "claim_granted", samples, now)
    with database.transaction() as session:
        assert actions.forget_old(session, now=now + timedelta(days=90)) == 0
        assert actions.forget_old(session, now=now + timedelta(days=91)) == 2
    assert rows(database) == []
