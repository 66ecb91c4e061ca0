"""People, organisations and sites as other programs read them. None of them holds a secret or a protected address."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from service.accounts.forms import Shape
from service.accounts.keys import Invitation
from service.accounts.models import (
    AccountState,
    Activity,
    ApiToken,
    Closure,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Site,
    WebSession,
)


class Out(BaseModel):
    model_config = {"from_attributes": True}


class OrganisationOut(Out):
    id: int
    kind: OrganisationKind
    activity: Activity | None
    name: str
    siret: str | None
    rna: str | None
    phone: str | None
    email: str | None
    state: AccountState
    approves_members: bool
    parent_id: int | None
    first_lot_seen_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, organisation: Organisation) -> "OrganisationOut":
        return cls.model_validate(organisation)


class OrganisationPage(BaseModel):
    items: list[OrganisationOut]
    next: int | None


class SiteOut(Out):
    """A site; of a protected one neither street nor point are ever given, and its commune is its EPCI's first."""

    id: int
    organisation_id: int
    name: str
    protected: bool
    street: str | None
    postcode: str | None
    city: str | None
    commune: str
    epci: str | None
    departement: str
    latitude: float | None
    longitude: float | None
    precision: str
    access_note: str
    contact_name: str
    contact_phone: str | None
    opening_hours: str
    distribution_hours: str
    fridge_litres: int
    freezer_litres: int
    min_grams: int
    max_grams_day: int
    people_per_week: int | None
    accepted_categories: list[str]
    exclusions: list[str]
    takes_short_dlc: bool
    collects_itself: bool
    active: bool

    @classmethod
    def of(cls, site: Site) -> "SiteOut":
        return cls.model_validate(site)


class SitePage(BaseModel):
    items: list[SiteOut]
    next: int | None = None


class ClosureOut(Out):
    id: int
    site_id: int
    first_day: date
    last_day: date

    @classmethod
    def of(cls, closure: Closure) -> "ClosureOut":
        return cls.model_validate(closure)


class ClosurePage(BaseModel):
    items: list[ClosureOut]
    next: int | None = None


class MembershipOut(Out):
    id: int
    organisation_id: int
    role: Role
    site_id: int | None

    @classmethod
    def of(cls, membership: Membership) -> "MembershipOut":
        return cls.model_validate(membership)


class PersonOut(Out):
    id: int
    name: str
    email: str | None
    phone: str | None
    locale: str
    state: AccountState

    @classmethod
    def of(cls, person: Person) -> "PersonOut":
        return cls.model_validate(person)


class MemberOut(BaseModel):
    membership: MembershipOut
    person: PersonOut


class MemberPage(BaseModel):
    items: list[MemberOut]
    next: int | None = None


class MeOut(PersonOut):
    """Who one is, and what one may act as."""

    region: str
    roles: list[str]
    organisation_ids: list[int]
    site_ids: list[int]
    on_behalf_of: int | None = None
    memberships: list[MembershipOut] = []


class SessionOut(Out):
    id: int
    device: str
    site_id: int | None
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, row: WebSession) -> "SessionOut":
        return cls.model_validate(row)


class SessionPage(BaseModel):
    items: list[SessionOut]
    next: int | None = None


class TokenOut(Out):
    id: int
    name: str
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, row: ApiToken) -> "TokenOut":
        return cls.model_validate(row)


class TokenPage(BaseModel):
    items: list[TokenOut]
    next: int | None = None


class NewTokenOut(BaseModel):
    """A key just made; `token` is told this once."""

    id: int
    token: str
    token_type: str = "bearer"  # noqa: S105  the scheme's name, not a secret
    expires_at: datetime | None


class InvitationOut(Out):
    id: int
    organisation_id: int
    role: Role
    site_id: int | None
    name: str
    expires_at: datetime

    @classmethod
    def of(cls, row: Invitation) -> "InvitationOut":
        return cls.model_validate(row)


class InvitationPage(BaseModel):
    items: list[InvitationOut]
    next: int | None = None


class NewInvitationOut(InvitationOut):
    """An invitation just made; `url` is told this once."""

    url: str = Field(description="What the invited person opens, also good as a QR code.")


class RegisteredOut(BaseModel):
    """What a registration made."""

    organisation: OrganisationOut
    site: SiteOut
    person: PersonOut


class ReasonIn(Shape):
    reason: str = Field("", max_length=200)
