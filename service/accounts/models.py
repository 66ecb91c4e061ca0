"""Organisations, their sites, and the people who act for them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class Role(StrEnum):
    DONOR = "donor"
    CHARITY = "charity"
    DRIVER = "driver"
    DISPATCHER = "dispatcher"
    REGION = "region"
    ADMINISTRATOR = "administrator"


class OrganisationKind(StrEnum):
    DONOR = "donor"
    CHARITY = "charity"
    PUBLIC_BODY = "public_body"
    REGION = "region"
    CARRIER = "carrier"


class Activity(StrEnum):
    """What a donor is, which decides the law that applies (a farm is not a shop) and the figures' breakdown."""

    BAKERY = "bakery"
    GREENGROCER = "greengrocer"
    SUPERMARKET = "supermarket"
    BUTCHER = "butcher"
    CHEESE = "cheese"
    RESTAURANT = "restaurant"
    FISH = "fish"
    FARM = "farm"
    MARKET_STALL = "market_stall"
    OTHER = "other"


class AccountState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"


class Organisation(Row, table=True):
    """A shop, a farm, a charity, a public body, the Region, a carrier."""

    region: str = Field(index=True)
    kind: OrganisationKind = Field(sa_type=words(OrganisationKind))
    activity: Activity | None = Field(default=None, sa_type=words(Activity))
    name: str
    siret: str | None = Field(default=None, index=True)
    rna: str | None = Field(default=None, index=True)
    phone: str | None = None
    email: str | None = None
    state: AccountState = Field(default=AccountState.PENDING, sa_type=words(AccountState))
    created_at: datetime = Field(sa_type=UtcDateTime)
    # The dispatcher looks at a new donor's first lot; empty until somebody has.
    first_lot_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # A food bank that may approve its own members, when the Region delegates it.
    approves_members: bool = False
    parent_id: int | None = Field(default=None, foreign_key="organisation.id")


class Site(Row, table=True):
    """A place where food is picked up or received.

    A protected site keeps `street`, `postcode`, `latitude` and `longitude` empty: its address is a `ProtectedAddress`,
    read through `protected.py` only, and `name` is what everyone may see ("Point relais 07").
    """

    __table_args__ = (
        CheckConstraint(
            "NOT protected OR (street IS NULL AND postcode IS NULL AND latitude IS NULL AND longitude IS NULL)",
            name="protected_site_has_no_address",
        ),
    )

    region: str = Field(index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    name: str
    protected: bool = False
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    commune: str = Field(description="INSEE code")
    epci: str | None = None
    departement: str
    latitude: float | None = None
    longitude: float | None = None
    # "address", "street", "pin" (placed by hand) or "commune"
    precision: str = "commune"
    access_note: str = ""
    contact_name: str = ""
    contact_phone: str | None = None
    # OSM opening_hours syntax, public holidays included
    opening_hours: str = ""
    distribution_hours: str = ""
    fridge_litres: int = 0
    freezer_litres: int = 0
    # 0: no limit stated
    min_grams: int = 0
    max_grams_day: int = 0
    people_per_week: int | None = None
    # Empty: every category of the catalogue
    accepted_categories: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    exclusions: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    # "DLC courte": the charity undertakes to hand out before the DLC
    takes_short_dlc: bool = False
    collects_itself: bool = True
    active: bool = True


class ProtectedAddress(Row, table=True):
    """The encrypted address of a place that must stay secret."""

    site_id: int = Field(foreign_key="site.id", unique=True)
    ciphertext: str


class Shut(Protocol):
    """Days on which nothing is taken or handed over somewhere, first and last included."""

    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date: ...
    def covers(self, day: date) -> bool:
        """Whether it is shut on this day."""


class ClosedDay(Row, table=True):
    """A day on which a whole region is shut, with its name ("Noël"): every site of it is."""

    __table_args__ = (UniqueConstraint("region", "day"),)

    region: str
    day: date
    name: str
    set_by: int | None = Field(default=None, foreign_key="person.id")
    set_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def first_day(self) -> date:
        return self.day

    @property
    def last_day(self) -> date:
        return self.day

    def covers(self, day: date) -> bool:
        """Whether it is this day."""
        return self.day == day


class Closure(Row, table=True):
    """Days on which a site is shut, first and last included."""

    __table_args__ = (CheckConstraint("first_day <= last_day", name="closure_in_order"),)

    site_id: int = Field(foreign_key="site.id", index=True)
    first_day: date
    last_day: date

    def covers(self, day: date) -> bool:
        """Whether the site is shut on this day."""
        return self.first_day <= day <= self.last_day


class Person(Row, table=True):
    """Somebody who signs in, with whatever they have: an e-mail address, a phone, a card, a shared tablet."""

    region: str = Field(index=True)
    name: str
    email: str | None = Field(default=None, unique=True, description="in lower case")
    phone: str | None = Field(default=None, unique=True, description="E.164")
    locale: str = "fr"
    password_hash: str | None = None
    # A link sent to the address was opened: until then nobody has proved to read it.
    email_verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # A code sent to the number was typed: until then nobody has proved to hold that phone.
    phone_verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: AccountState = Field(default=AccountState.ACTIVE, sa_type=words(AccountState))
    created_at: datetime = Field(sa_type=UtcDateTime)
    # Invented people whom the demonstration plays; never true of a visitor's account.
    played: bool = False


class Membership(Row, table=True):
    """A person acts for an organisation in one role, at one site or at all of them."""

    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "role", "site_id"),)

    person_id: int = Field(foreign_key="person.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    role: Role = Field(sa_type=words(Role))
    site_id: int | None = Field(default=None, foreign_key="site.id")


class WebSession(Row, table=True):
    """A signed-in browser; only the hash of its token is kept."""

    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    # A shared tablet is signed in to one site only.
    site_id: int | None = Field(default=None, foreign_key="site.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    device: str = ""


class ApiToken(Row, table=True):
    """A machine's key; only its hash is kept."""

    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
