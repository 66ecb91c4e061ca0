"""The person a request comes from, as plain values that outlive the session they were read with."""

from dataclasses import dataclass

from config.regions import load_region_config
from service.accounts import policy
from service.kit.refusals import SignInNeeded


@dataclass(frozen=True)
class Who:
    """Who acts: nobody signed in has no `person_id` and the one role "anyone".

    `on_behalf_of` is the organisation a dispatcher speaks for ("saisi pour …").
    """

    region: str
    person_id: int | None = None
    name: str = ""
    locale: str = "fr"
    roles: frozenset[str] = frozenset()
    organisation_ids: frozenset[int] = frozenset()
    site_ids: frozenset[int] = frozenset()
    on_behalf_of: int | None = None
    # The organisation's name, for the banner "Vous saisissez pour …".
    on_behalf_name: str = ""
    session_id: int | None = None
    # The one site a shared tablet is signed in to.
    tablet_site: int | None = None
    played: bool = False
    # Nobody in person, but whoever scanned a site's poster: the visit that may post one lot.
    visit_id: int | None = None

    @property
    def zone(self) -> str:
        """The time zone of this person's region."""
        return load_region_config(self.region).time_zone

    @property
    def scopes(self) -> frozenset[str]:
        """The audiences this person belongs to."""
        if self.person_id is None:
            return frozenset()
        return frozenset(
            {"all", f"person:{self.person_id}"}
            | {f"role:{role}" for role in self.roles}
            | {f"org:{key}" for key in self.organisation_ids}
            | {f"site:{key}" for key in self.site_ids}
        )

    @property
    def scope(self) -> str:
        """Whose the things kept on a phone are: "12", or "12-7" while 12 speaks for organisation 7; "" for nobody."""
        if self.person_id is None:
            return ""
        return f"{self.person_id}-{self.on_behalf_of}" if self.on_behalf_of is not None else str(self.person_id)

    def must_be_somebody(self) -> int:
        """The number of the person; SignInNeeded when nobody is signed in."""
        if self.person_id is None:
            raise SignInNeeded()
        return self.person_id

    def relations(self, resource: str, verb: str) -> frozenset[str]:
        """Through which relations the policy lets this person do it; empty: not at all."""
        everybody = {"anyone"} if self.person_id is None else {"anyone", "person"}
        return policy.relations(self.roles | everybody, resource, verb)

    def may(self, resource: str, verb: str) -> bool:
        """Whether the policy lets this person do it to anything at all (which links to show)."""
        return bool(self.relations(resource, verb))
