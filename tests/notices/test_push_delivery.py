"""A message reaches each phone that asked for it, opens its page, and a phone that is gone is forgotten."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from service.accounts.models import Person, Role
from service.accounts.queries import who_is
from service.clients.parts import Clients
from service.clients.push.port import PushMessage, PushNotSent, Subscription
from service.clients.push.vapid import VapidKey
from service.clients.push.webpush import WebPush
from service.clients.sms.outbox import OutboxSms
from service.database.engine import Database
from service.kit.clock import real_now
from service.notices import actions, choosing, queries, rules
from service.notices.delivery import deliver_due
from service.notices.models import Channel, NoticeState, OutgoingNotice
from tests.clients.browsers import BrowserSide, Vendor, vendor_server
from tests.clients.conftest import Certificate, certificate, served  # noqa: F401  a fixture

Samples = dict[str, dict[str, Any]]
ADDRESS = "http://glane.example"


@pytest.fixture
def vendor(certificate: Certificate) -> Iterator[Vendor]:  # noqa: F811  the fixture
    memory = Vendor()
    server = vendor_server(memory, certificate.server)
    with server, served(server):
        yield memory


@pytest.fixture
def clients(certificate: Certificate) -> Clients:  # noqa: F811  the fixture
    """The real way to a vendor, nothing else."""
    from service.clients.files.memory import MemoryFiles
    from service.clients.mail.outbox import OutboxMail

    push = WebPush(
        key=VapidKey.made(), contact="mailto:a@example.org", hosts=["127.0.0.1"], tls=certificate.client, timeout_s=3
    )
    return Clients(mail=OutboxMail(), sms=OutboxSms(), push=push, files=MemoryFiles())


@pytest.fixture
def person(make: Any) -> Person:
    found: Person = make.charity(habilitated=False).person
    return found


def listen(database: Database, clients: Clients, person: Person, to: Subscription) -> int:
    """This browser asks for messages, as its page does."""
    with database.transaction() as session:
        who = who_is(session, person.key)
        assert who is not None
        return choosing.listen(session, to, clients.push, who=who, device="Firefox", real_now=real_now()).key


def tell(database: Database, person: Person, kind: str, samples: Samples, now: datetime, **given: Any) -> None:
    with database.transaction() as session:
        actions.tell(
            session, region=person.region, person_ids=[person.key], kind=kind, params=samples[kind], now=now, **given
        )


def deliver(database: Database, clients: Clients, now: datetime) -> int:
    return deliver_due(database, clients, now=now, real_now=now, address=ADDRESS)


def pushed(database: Database) -> list[OutgoingNotice]:
    with database.read() as session:
        rows = session.exec(select(OutgoingNotice).where(OutgoingNotice.channel == Channel.PUSH)).all()
        session.expunge_all()
    return list(rows)


def devices(session: Session, person: Person) -> list[Any]:
    return queries.devices(session, [person.key]).get(person.key, [])


def test_each_phone_is_told_once(
    database: Database, clients: Clients, vendor: Vendor, person: Person, samples: Samples, now: datetime
) -> None:
    """Two browsers, one message each, sealed for each; a tap opens the lot."""
    one, two = BrowserSide(), BrowserSide(secret=b"another sixteen.")
    listen(database, clients, person, one.subscription(f"{vendor.address}/one"))
    listen(database, clients, person, two.subscription(f"{vendor.address}/two"))
    tell(database, person, "claim_granted", samples, now)
    deliver(database, clients, now)
    deliver(database, clients, now)
    bodies = {path: body for path, _, body in vendor.requests}
    assert len(vendor.requests) == 2
    for browser, path in ((one, "/one"), (two, "/two")):
        told = json.loads(browser.opened(bodies[path]))
        assert told["url"] == "/lots/12"
        assert told["title"] == "Attribué\u00a0: pain et viennoiseries"
    assert [row.state for row in pushed(database)] == [NoticeState.SENT]


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_forgotten(
    database: Database,
    clients: Clients,
    vendor: Vendor,
    person: Person,
    samples: Samples,
    now: datetime,
    status: int,
) -> None:
    """Once the vendor says so nobody knocks again, and the next message is not even written for it."""
    listen(database, clients, person, BrowserSide().subscription(f"{vendor.address}/one"))
    tell(database, person, "claim_granted", samples, now)
    vendor.status = status
    deliver(database, clients, now)
    with database.read() as session:
        assert devices(session, person) == []
    assert pushed(database)[0].state == NoticeState.FAILED
    tell(database, person, "claim_refused", samples, now)
    assert len(pushed(database)) == 1


def test_a_vendor_that_is_busy_is_tried_again(
    database: Database, clients: Clients, vendor: Vendor, person: Person, samples: Samples, now: datetime
) -> None:
    """The phone stays, the message leaves later, once."""
    listen(database, clients, person, BrowserSide().subscription(f"{vendor.address}/one"))
    tell(database, person, "claim_granted", samples, now)
    vendor.status = 503
    deliver(database, clients, now)
    vendor.status = 201
    deliver(database, clients, now)
    assert len(vendor.requests) == 1
    deliver(database, clients, now + rules.wait_after(1))
    deliver(database, clients, now + timedelta(minutes=20))
    assert len(vendor.requests) == 2
    assert pushed(database)[0].state == NoticeState.SENT


def test_a_phone_that_was_signed_out_is_told_nothing(
    database: Database, clients: Clients, vendor: Vendor, client: Any, make: Any, samples: Samples, now: datetime
) -> None:
    """Whoever has the phone next reads nothing of whom had it; signed in anew, it goes on."""
    party = make.charity(habilitated=False)
    make.signed_in(client, party.person.key)
    client.app.state.clients = clients
    browser = BrowserSide()
    to = browser.subscription(f"{vendor.address}/one")
    body = {"endpoint": to.endpoint, "expirationTime": None, "keys": {"p256dh": to.p256dh, "auth": to.auth}}
    assert client.post("/api/v1/notices/devices", json=body).status_code == 201
    assert len(client.get("/api/v1/notices/devices").json()) == 1
    client.post("/sign-out")
    tell(database, party.person, "claim_granted", samples, now)
    deliver(database, clients, now)
    assert vendor.requests == []
    other = make.charity("Autre", habilitated=False)
    make.signed_in(client, other.person.key)
    here = {"endpoint": to.endpoint}
    assert client.post("/api/v1/notices/devices/here", json=here).json() == {"listening": False}
    make.signed_in(client, party.person.key)
    assert client.post("/api/v1/notices/devices/here", json=here).json() == {"listening": True}
    tell(database, party.person, "claim_refused", samples, now)
    deliver(database, clients, now)
    assert len(vendor.requests) == 1


def test_who_asks_last_holds_the_phone(
    database: Database, clients: Clients, vendor: Vendor, make: Any, person: Person, samples: Samples, now: datetime
) -> None:
    """Two people at one browser: it belongs to the second."""
    second = make.charity("Autre", habilitated=False).person
    to = BrowserSide().subscription(f"{vendor.address}/one")
    listen(database, clients, person, to)
    listen(database, clients, second, to)
    tell(database, person, "claim_granted", samples, now)
    tell(database, second, "claim_refused", samples, now)
    assert [row.person_id for row in pushed(database)] == [second.key]


def test_a_tablet_of_many_is_nobodys(database: Database, make: Any, now: datetime, clients: Clients) -> None:
    """Its lock screen is everybody's."""
    party = make.charity(habilitated=False)
    to = BrowserSide().subscription("https://127.0.0.1/x")
    with database.transaction() as session:
        who = who_is(session, party.person.key, party.site.key)
        assert who is not None
        with pytest.raises(choosing.NotOnSharedTablet):
            choosing.listen(session, to, clients.push, who=who, device="", real_now=now)


@pytest.mark.parametrize(
    "change",
    [{"endpoint": "https://elsewhere.example/x"}, {"endpoint": "http://127.0.0.1/x"}, {"keys": {}},
     {"keys": {"p256dh": "x", "auth": "y"}}, {"endpoint": "https://127.0.0.1/" + "x" * 3000}, {"endpoint": 7}],
)  # fmt: skip
def test_what_is_no_browser_is_refused(client: Any, make: Any, clients: Clients, change: dict[str, Any]) -> None:
    """An address of nobody we know, keys that are none: in words, and nothing is kept."""
    party = make.charity(habilitated=False)
    make.signed_in(client, party.person.key)
    client.app.state.clients = clients
    to = BrowserSide().subscription("https://127.0.0.1/x")
    body = {"endpoint": to.endpoint, "keys": {"p256dh": to.p256dh, "auth": to.auth}, **change}
    assert client.post("/api/v1/notices/devices", json=body).status_code == 422
    assert client.get("/api/v1/notices/devices").json() == []


def test_a_browser_whose_address_changed_says_both(
    database: Database, clients: Clients, client: Any, person: Person
) -> None:
    """Nobody is signed in then: who knows the one before is believed, anybody else changes nothing."""
    client.app.state.clients = clients
    before, after = (BrowserSide().subscription(f"https://127.0.0.1/{path}") for path in ("before", "after"))
    listen(database, clients, person, before)
    fresh = {"endpoint": after.endpoint, "keys": {"p256dh": after.p256dh, "auth": after.auth}}
    unknown = {"before": "https://127.0.0.1/unknown", "now": fresh}
    renewal = "/api/v1/notices/devices/renewal"
    assert client.post(renewal, json=unknown).json() == {"listening": False}
    assert client.post(renewal, json={"before": before.endpoint, "now": fresh}).json() == {"listening": True}
    with database.read() as session:
        assert [row.endpoint for row in devices(session, person)] == [after.endpoint]
    elsewhere = {**fresh, "endpoint": "https://elsewhere.example/x"}
    assert client.post(renewal, json={"before": after.endpoint, "now": elsewhere}).json() == {"listening": False}


def test_a_lock_screen_shows_nobodys_words(
    database: Database, clients: Clients, person: Person, samples: Samples, now: datetime, sent: Callable[..., Any]
) -> None:
    """No name of a person, no address, whatever the kind: only what `private` leaves in."""
    for kind, params in samples.items():
        message = sent(kind, params)
        if message is None:
            continue
        shown = f"{message.title} {message.text}"
        assert "Zoé" not in shown
        assert "@" not in shown
        assert "http" not in shown
        assert message.url.startswith("/")


@pytest.fixture
def sent(database: Database, person: Person, clients: Clients, now: datetime) -> Callable[..., PushMessage | None]:
    """What would be pushed of one message; None for a kind that is never pushed."""

    class Kept:
        public_key = "key"
        messages: list[PushMessage] = []

        def accepts(self, to: Subscription) -> bool:
            return True

        def send(self, to: Subscription, message: PushMessage) -> None:
            self.messages.append(message)
            raise PushNotSent("only read", permanent=True)

    kept = Kept()
    instead = Clients(mail=clients.mail, sms=clients.sms, push=kept, files=clients.files)
    listen(database, instead, person, Subscription("https://127.0.0.1/x", "p", "a"))

    def read(kind: str, params: dict[str, Any]) -> PushMessage | None:
        kept.messages.clear()
        with database.transaction() as session:
            actions.tell(session, region=person.region, person_ids=[person.key], kind=kind, params=params, now=now)
        deliver(database, instead, now)
        return kept.messages[0] if kept.messages else None

    return read


def test_what_cannot_wait_passes_at_night_and_says_so(
    database: Database, clients: Clients, vendor: Vendor, make: Any, samples: Samples, now: datetime
) -> None:
    """A driver's changed round rings at 23:00 and is marked urgent; a changed collection waits for 7:00."""
    party = make.party(make.driver().organisation.kind, Role.DRIVER, "Chauffeurs")
    browser = BrowserSide()
    listen(database, clients, party.person, browser.subscription(f"{vendor.address}/one"))
    night = now + timedelta(hours=6)
    tell(database, party.person, "round_changed", samples, night)
    tell(database, party.person, "ramasse_changed", samples, night)
    deliver(database, clients, night)
    ((_, headers, body),) = vendor.requests
    told = json.loads(browser.opened(body))
    assert told["title"].startswith("Urgent")
    assert told["urgent"] is True
    assert headers["urgency"] == "high"
    deliver(database, clients, night + timedelta(hours=8))
    told = json.loads(browser.opened(vendor.requests[1][2]))
    assert told["urgent"] is False
    assert vendor.requests[1][1]["urgency"] == "normal"
