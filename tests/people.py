"""One way to put organisations, sites and people in a test: short names, sensible defaults, everything overridable."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session

from service.accounts.models import (
    AccountState,
    Activity,
    ApiToken,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Site,
    WebSession,
)
from service.accounts.queries import who_is
from service.accounts.tokens import new_token, token_hash
from service.accounts.who import Who
from service.agreements.models import Habilitation
from service.database.engine import Database
from service.kit.clock import real_now

REGION = "pays-de-la-loire"
# Real town centres: name -> (INSEE code, EPCI, département, latitude, longitude)
TOWNS = {
    "Nantes": ("44109", "244400404", "44", 47.2184, -1.5536),
    "Rezé": ("44143", "244400404", "44", 47.1917, -1.5694),
    "Saint-Herblain": ("44162", "244400404", "44", 47.2122, -1.6497),
    "Angers": ("49007", "244900015", "49", 47.4736, -0.5542),
    "Laval": ("53130", "200083392", "53", 48.0733, -0.7689),
    "Le Mans": ("72181", "247200132", "72", 48.0042, 0.1969),
}


@dataclass
class Party:
    """An organisation with one site and one person who acts for it."""

    organisation: Organisation
    site: Site
    person: Person
    who: Who

    @property
    def id(self) -> int:
        return self.organisation.key


@dataclass
class Make:
    """Puts rows in the test's database, each call in its own transaction."""

    database: Database
    now: datetime
    _numbers: Any = field(default_factory=lambda: count(1))

    def row(self, row: Any) -> Any:
        with self.database.transaction() as session:
            return _kept(session, row)

    def party(
        self,
        kind: OrganisationKind,
        role: Role,
        name: str,
        town: str = "Nantes",
        habilitated: bool = False,
        **site: Any,
    ) -> Party:
        activity = site.pop("activity", Activity.BAKERY if kind == OrganisationKind.DONOR else None)
        state = site.pop("state", AccountState.ACTIVE)
        made = Organisation(region=REGION, kind=kind, activity=activity, name=name, state=state, created_at=self.now)
        # One transaction for all of it: thousands of tests begin with these rows.
        with self.database.transaction() as session:
            organisation = _kept(session, made)
            place = _kept(session, self._site(organisation, town, **site))
            party = self._member(session, organisation, role, place)
            if habilitated:
                _kept(session, self._habilitation(organisation))
        return party

    def site(self, organisation: Organisation, town: str = "Nantes", **given: Any) -> Site:
        return self.row(self._site(organisation, town, **given))

    def _site(self, organisation: Organisation, town: str, **given: Any) -> Site:
        insee, epci, departement, latitude, longitude = TOWNS[town]
        values: dict[str, Any] = {
            "name": organisation.name,
            "street": "1 rue de la Paix",
            "postcode": f"{departement}000",
            "city": town,
            "latitude": latitude,
            "longitude": longitude,
            "opening_hours": "Mo-Sa 08:00-20:00",
            "fridge_litres": 400,
            "freezer_litres": 200,
            **given,
        }
        if values.get("protected"):
            values |= {"street": None, "postcode": None, "city": None, "latitude": None, "longitude": None}
        place = {"commune": insee, "epci": epci, "departement": departement}
        return Site(region=REGION, organisation_id=organisation.key, **place, **values)

    def member(self, organisation: Organisation, role: Role, site: Site | None = None) -> Party:
        with self.database.transaction() as session:
            place = site or _kept(session, self._site(organisation, "Nantes"))
            return self._member(session, organisation, role, place)

    def _member(self, session: Session, organisation: Organisation, role: Role, site: Site) -> Party:
        number = next(self._numbers)
        name, email = f"Personne {number}", f"p{number}@example.org"
        person = _kept(session, Person(region=REGION, name=name, email=email, created_at=self.now))
        _kept(session, Membership(person_id=person.key, organisation_id=organisation.key, role=role))
        who = who_is(session, person.key)
        assert who is not None
        return Party(organisation, site, person, who)

    def donor(self, name: str = "Boulangerie Martin", town: str = "Nantes", **site: Any) -> Party:
        return self.party(OrganisationKind.DONOR, Role.DONOR, name, town, **site)

    def charity(
        self, name: str = "Restos de Nantes", town: str = "Nantes", habilitated: bool = True, **site: Any
    ) -> Party:
        return self.party(OrganisationKind.CHARITY, Role.CHARITY, name, town, habilitated, **site)

    def habilitate(self, organisation: Organisation) -> None:
        self.row(self._habilitation(organisation))

    def _habilitation(self, organisation: Organisation) -> Habilitation:
        return Habilitation(
            region=REGION,
            organisation_id=organisation.key,
            level="regional",
            number="2024-52-001",
            starts_on=(self.now - timedelta(days=300)).date(),
            ends_on=(self.now + timedelta(days=600)).date(),
        )

    def staff(self, role: Role, name: str = "Région") -> Party:
        return self.party(OrganisationKind.REGION, role, name)

    def dispatcher(self) -> Party:
        return self.staff(Role.DISPATCHER, "Régulation")

    def driver(self, name: str = "Transports solidaires", **given: Any) -> Party:
        return self.party(OrganisationKind.CARRIER, Role.DRIVER, name, **given)

    def who(self, person_id: int) -> Who:
        with self.database.read() as session:
            who = who_is(session, person_id)
        assert who is not None
        return who

    def token(self, person_id: int) -> str:
        """An API token: `headers={"Authorization": f"Bearer {token}"}`."""
        token = new_token()
        self.row(ApiToken(token_hash=token_hash(token), person_id=person_id, name="test", created_at=real_now()))
        return token

    def signed_in(self, client: TestClient, person_id: int) -> TestClient:
        """The client as a browser of this person; forms need no token field, the header carries it."""
        token = new_token()
        self.row(
            WebSession(
                token_hash=token_hash(token),
                person_id=person_id,
                created_at=real_now(),
                expires_at=real_now() + timedelta(hours=1),
            )
        )
        # Under the domain the client files our answers' cookies, so that a later sign-in replaces this one.
        client.cookies.set("glane_session", token, domain="testserver.local")
        client.cookies.set("glane_csrf", "a browser's own secret", domain="testserver.local")
        client.headers["x-csrf-token"] = self.csrf(client)
        return client

    def csrf(self, client: TestClient) -> str:
        import hashlib
        import hmac

        app: Any = client.app
        key = app.state.parts.settings.secret_key.get_secret_value().encode()
        return hmac.new(key, b"csrf:a browser's own secret", hashlib.sha256).hexdigest()


def _kept(session: Session, row: Any) -> Any:
    """The row with its number, as the database has it."""
    session.add(row)
    session.flush()
    session.refresh(row)
    return row
