"""Pure decisions about accounts: who may be given which role, what a commune makes of an address."""

from dataclasses import dataclass
from datetime import timedelta

from service.accounts.models import OrganisationKind, Role

SESSION_DAYS = 30
# How long each way of signing in lasts: a shared device forgets by the next morning.
LIFETIMES = {
    "password": timedelta(days=SESSION_DAYS),
    "link": timedelta(days=SESSION_DAYS),
    "code": timedelta(days=SESSION_DAYS),
    "invitation": timedelta(days=SESSION_DAYS),
    "registration": timedelta(days=SESSION_DAYS),
    "card": timedelta(hours=12),
    "tablet": timedelta(hours=8),
    "demo": timedelta(days=SESSION_DAYS),
}
LINK_MINUTES = 15
CODE_MINUTES = 10
CODE_TRIES = 5
INVITATION_DAYS = 30
# What scanning a poster opens: long enough for a photo and a weight, and one lot.
POSTER_MINUTES = 20
POSTER_LOTS_A_DAY = 12
POSTER_VISITS_KEPT = timedelta(days=90)
TOKEN_DAYS = 365

ROLES_OF_KIND: dict[OrganisationKind, tuple[Role, ...]] = {
    OrganisationKind.DONOR: (Role.DONOR, Role.DRIVER),
    OrganisationKind.CHARITY: (Role.CHARITY, Role.DRIVER, Role.DISPATCHER),
    OrganisationKind.PUBLIC_BODY: (Role.CHARITY, Role.DRIVER, Role.DISPATCHER),
    OrganisationKind.CARRIER: (Role.DRIVER, Role.DISPATCHER),
    OrganisationKind.REGION: (Role.DISPATCHER, Role.REGION, Role.ADMINISTRATOR),
}
STAFF = frozenset({Role.DISPATCHER, Role.REGION, Role.ADMINISTRATOR})
# Who may give a role that reaches beyond one organisation; the others are for any colleague to give.
_MAY_GIVE = {
    Role.DISPATCHER: frozenset({Role.REGION, Role.ADMINISTRATOR}),
    Role.REGION: frozenset({Role.REGION, Role.ADMINISTRATOR}),
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR}),
}


def may_give(roles: frozenset[str], role: Role, kind: OrganisationKind) -> bool:
    """Whether somebody with these roles may invite a person in this role to an organisation of this kind."""
    if role not in ROLES_OF_KIND[kind]:
        return False
    return role not in _MAY_GIVE or bool(roles & _MAY_GIVE[role])


def roles_to_give(roles: frozenset[str], kind: OrganisationKind) -> list[Role]:
    """The roles somebody may give in an organisation of this kind, the usual one first."""
    return [role for role in ROLES_OF_KIND[kind] if may_give(roles, role, kind)]


def outranks(roles: frozenset[str], others: frozenset[str]) -> bool:
    """Whether staff may act on somebody's account: never on a role they could not have given."""
    return all(role not in _MAY_GIVE or roles & _MAY_GIVE[Role(role)] for role in map(Role, others))


@dataclass(frozen=True)
class Place:
    """Where an address is: codes of the State, and a point (degrees WGS84) with how exact it is."""

    commune: str
    epci: str | None
    departement: str
    latitude: float
    longitude: float
    precision: str


def local_path(target: str | None, default: str) -> str:
    """Where to go after signing in: a path of ours, or the default. Never another site, however it is dressed up."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return default
    # Browsers drop tabs and line breaks inside an address, so "/\t/evil" would become "//evil".
    if any(ord(character) < 33 or character == "\\" for character in target):
        return default
    return target
