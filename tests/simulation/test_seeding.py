"""The invented region: the same for the same seed, of the right size, and nobody's."""

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from config.settings import Settings
from service.accounts import identifiers
from service.accounts.models import Membership, Organisation, OrganisationKind, Person, ProtectedAddress, Role, Site
from service.agreements.queries import receivers_on
from service.database.engine import Database
from service.observatory.simulations import POLICIES, compare, read_results
from service.rounds.models import Cold, Vehicle, VehicleKind
from tests.simulation.conftest import MORNING, Sow
from workers.simulation.demo_region import show_simulations
from workers.simulation.scales import REFERENCE, SMALL, STRESS

# What the French regulator keeps for works of fiction.
FICTION = re.compile(r"^\+33(26191\d{4}|19900\d{4}|63998\d{4})$")


def rows(database: Database) -> list[tuple[str, dict[str, Any]]]:
    """Everything that was seeded, but for the ciphertexts, which are salted."""
    with database.read() as session:
        found = []
        for table in (Organisation, Site, Person, Membership, Vehicle):
            for row in session.exec(select(table).order_by(col(table.id))).all():
                found.append((table.__name__, row.model_dump(mode="json")))
        return found


def test_the_same_seed_gives_the_same_rows(template: str, tmp_path: Path, sow: Sow, database: Database) -> None:
    """Two machines that seed with one number show the same region; another number shows another."""
    if not database.is_sqlite:
        return
    others = []
    for name in ("second", "third"):
        shutil.copy(template, tmp_path / f"{name}.db")
        others.append(Database(f"sqlite:///{tmp_path / f'{name}.db'}"))
    sow(database, seed=7)
    sow(others[0], seed=7)
    sow(others[1], seed=8)
    try:
        assert rows(database) == rows(others[0])
        assert rows(database) != rows(others[1])
    finally:
        for other in others:
            other.close()


def test_the_region_has_the_size_it_was_asked(database: Database, sow: Sow) -> None:
    """Donors, charities, receiving sites, protected places and vehicles are as many as the scale says."""
    sow(database)
    with database.read() as session:
        kinds = Counter(row.kind for row in session.exec(select(Organisation)).all())
        sites = session.exec(select(Site)).all()
        owners = {row.key: row for row in session.exec(select(Organisation)).all()}
        received = [site for site in sites if owners[site.organisation_id].kind in ("charity", "public_body")]
        vehicles = session.exec(select(Vehicle)).all()
        assert kinds[OrganisationKind.DONOR] == SMALL.donors
        assert (kinds[OrganisationKind.CHARITY], kinds[OrganisationKind.PUBLIC_BODY]) == (9, 2)
        assert len(received) == SMALL.charity_sites
        assert sum(site.protected for site in sites) == SMALL.protected_sites
        assert len(session.exec(select(ProtectedAddress)).all()) == SMALL.protected_sites
        assert len(vehicles) == SMALL.vehicles
        assert Counter(v.kind for v in vehicles)[VehicleKind.BIKE] == SMALL.bikes
        assert sum(v.cold == Cold.REFRIGERATED for v in vehicles) == SMALL.reefer_vans


def test_the_published_sizes_are_those_of_the_sizing() -> None:
    """260 donors, 220 sites, 28 vehicles and 180 lots; 2,600, 450, 150 and 1,800 on the stress day."""
    of = [(s.donors, s.charity_sites, s.vehicles, s.lots) for s in (REFERENCE, STRESS)]
    assert of == [(260, 220, 28, 180), (2600, 450, 150, 1800)]


def test_nobody_is_real(database: Database, sow: Sow) -> None:
    """Phones are of the ranges kept for fiction, e-mails of a domain that cannot exist, SIRET right but unassigned."""
    sow(database)
    with database.read() as session:
        organisations = session.exec(select(Organisation)).all()
        people = session.exec(select(Person)).all()
        sites = session.exec(select(Site)).all()
    phones = [row.phone for row in (*organisations, *people)] + [site.contact_phone for site in sites]
    assert all(FICTION.match(phone) for phone in phones if phone)
    emails = [row.email for row in (*organisations, *people) if row.email]
    assert all(email.endswith(".glane.example") for email in emails)
    assert len(set(emails)) == len(emails)
    for organisation in organisations:
        assert organisation.siret is not None
        assert organisation.siret.startswith("000")
        assert identifiers.siret(organisation.siret) == organisation.siret
        if organisation.rna:
            assert identifiers.rna(organisation.rna).startswith("W000")


def test_played_people_cannot_sign_in_and_charities_may_receive(database: Database, sow: Sow) -> None:
    """Nobody seeded has a password, all are marked as played, and every charity holds its habilitation."""
    sow(database)
    with database.read() as session:
        people = session.exec(select(Person)).all()
        charities = session.exec(
            select(Organisation).where(col(Organisation.kind).in_(["charity", "public_body"]))
        ).all()
        may = receivers_on(session, charities, MORNING.date())
        drivers = session.exec(select(Membership).where(Membership.role == Role.DRIVER)).all()
    assert all(person.played and person.password_hash is None for person in people)
    assert may == {charity.key for charity in charities}
    assert len(drivers) == SMALL.vehicles


def test_the_demonstration_shows_a_comparison(settings: Settings) -> None:
    """A small one that the simulator made, of rules that still exist; a file that is there already is left alone."""
    show_simulations(settings)
    found = read_results(settings.simulations)
    assert found is not None
    assert len(found.policies()) >= 2
    assert set(found.policies()) <= set(POLICIES)
    assert all(line.by_policy for line in compare(found) if line.figure.key in ("saved", "expired", "gini_sites"))
    settings.simulations.write_text("mine", encoding="utf-8")
    show_simulations(settings)
    assert settings.simulations.read_text(encoding="utf-8") == "mine"
