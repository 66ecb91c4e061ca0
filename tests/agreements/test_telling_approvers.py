"""Who may approve hears that an organisation waits, once; and nothing more once somebody has said yes or no."""

from datetime import datetime

import pytest

from service.accounts.actions.organisations import approve
from service.accounts.models import AccountState, Organisation, Role
from service.agreements.approvals import due, tell_approvers
from service.database.engine import Database
from service.notices.models import Channel, NoticeState
from tests.heard import messages, people, said
from tests.people import REGION, Make, Party


def tell(database: Database, now: datetime) -> int:
    """The job, once."""
    with database.read() as session:
        what = due(session, REGION)
    with database.transaction() as session:
        return tell_approvers(session, what, now)


@pytest.fixture
def waiting(make: Make) -> Party:
    return make.charity("Les Paniers", state=AccountState.PENDING)


def test_those_who_may_approve_are_told_once(database: Database, make: Make, waiting: Party, now: datetime) -> None:
    """The Region and an administrator: not a dispatcher, not another charity, not who waits."""
    region, administrator = make.staff(Role.REGION), make.staff(Role.ADMINISTRATOR)
    make.dispatcher()
    make.charity("Voisine")
    assert tell(database, now) > 0
    assert tell(database, now) == 0
    assert people(database, "charity_to_approve") == sorted([region.person.key, administrator.person.key])
    row = messages(database, "charity_to_approve")[0]
    assert "Les Paniers demande à recevoir des dons." in said(row)
    assert "Les Paniers" in said(row, "en")


def test_a_network_head_hears_of_its_members_where_the_region_trusts_it(
    database: Database, make: Make, waiting: Party, now: datetime
) -> None:
    """Put under a head after the Region was told: the head is told then, nobody twice."""
    region, head, other = make.staff(Role.REGION), make.charity("Banque alimentaire"), make.charity("Autre réseau")
    tell(database, now)
    with database.transaction() as session:
        session.get_one(Organisation, waiting.id).parent_id = head.id
        session.get_one(Organisation, head.id).approves_members = True
        session.get_one(Organisation, other.id).approves_members = True
    tell(database, now)
    assert people(database, "charity_to_approve") == sorted([region.person.key, head.person.key])


def test_what_waits_is_kept_back_once_somebody_has_approved(
    database: Database, make: Make, waiting: Party, now: datetime
) -> None:
    """A mail that has not left says something that is no longer true."""
    region = make.staff(Role.REGION)
    tell(database, now)
    with database.transaction() as session:
        approve(session, session.get_one(Organisation, waiting.id), who=region.who, now=now)
    assert tell(database, now) == 0
    [mail] = messages(database, "charity_to_approve", channel=Channel.MAIL)
    assert mail.state == NoticeState.ABANDONED
    with database.read() as session:
        assert not due(session, REGION)
