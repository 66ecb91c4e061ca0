"""Writing an imported list of partners: all the lines that stand, and an invitation for each contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.settings import Settings
from service.accounts.actions.inviting import Invited, invite
from service.accounts.actions.organisations import add_organisation
from service.accounts.actions.placing import NOT_HERE, put_in_place
from service.accounts.forms import AddressIn, InvitationIn, OrganisationIn
from service.accounts.importing import Line, PartnerIn, mark_known, mark_unplaced
from service.accounts.models import Organisation, Site
from service.accounts.queries import ROLE_OF_KIND, organisations_by_numbers
from service.accounts.who import Who
from service.journal.actions import append
from service.territory.queries import commune_of_address


@dataclass(frozen=True)
class Imported:
    """A partner that was written, and the invitation of its contact."""

    organisation: Organisation
    site: Site
    invited: Invited


def check_lines(session: Session, region: str, lines: Sequence[Line]) -> None:
    """Mark the lines whose organisation is known, or whose commune is not of the region. Writes nothing."""
    partners = [line.partner for line in lines if line.partner is not None]
    numbers = [number for partner in partners for number in (partner.siret, partner.rna) if number]
    known = set(organisations_by_numbers(session, region, numbers))
    mark_known(list(lines), lambda partner: partner.siret in known or partner.rna in known)
    placed: dict[tuple[str, str], bool] = {}

    def is_placed(address: AddressIn) -> bool:
        key = (address.postcode, address.city)
        if key not in placed:
            placed[key] = commune_of_address(session, region, *key) is not None
        return placed[key]

    mark_unplaced(list(lines), is_placed, NOT_HERE)


def import_partners(
    session: Session, settings: Settings, lines: Sequence[Line], *, who: Who, now: datetime, real_now: datetime
) -> list[Imported]:
    """Write every line that stands; lines known or wrong are left out."""
    done = []
    for line in lines:
        if line.partner is not None and not line.known:
            done.append(_import(session, settings, line.partner, who=who, now=now, real_now=real_now))
    if done:
        append(
            session, region=who.region, kind="partners.imported", at=now, actor=who,
            subject=("organisation", done[0].organisation.key),
            data={"partners": len(done)}, audience=["role:dispatcher", "role:region", "role:administrator"],
        )  # fmt: skip
    return done


def _import(
    session: Session, settings: Settings, partner: PartnerIn, *, who: Who, now: datetime, real_now: datetime
) -> Imported:
    asked = OrganisationIn(**partner.model_dump(include=set(OrganisationIn.model_fields)))
    organisation = add_organisation(session, asked, who=who, now=now)
    site = Site(
        region=who.region,
        organisation_id=organisation.key,
        name=partner.name,
        commune="",
        departement="",
        opening_hours=partner.opening_hours,
        contact_name=partner.person_name or "",
        contact_phone=partner.person_phone,
    )
    put_in_place(session, settings, site, partner)
    invitation = InvitationIn(
        name=partner.person_name or partner.name,
        email=partner.person_email,
        phone=partner.person_phone,
        role=ROLE_OF_KIND[organisation.kind],
    )
    invited = invite(session, organisation, invitation, who=who, real_now=real_now, site_ids={site.key})
    return Imported(organisation, site, invited)
