"""Loading a region: what its folder and a source of communes say becomes rows, as often as one likes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session

from config.regions import RegionConfig
from service.clients.gazetteer.port import CommuneRecord
from service.journal.actions import Actor, append
from service.territory import queries
from service.territory.errors import CommuneElsewhere, CommuneOffTheMap, EpciUnnamed
from service.territory.models import Commune, Departement, Epci, Region


@dataclass(frozen=True)
class LoadReport:
    """What a load did to the communes: all the counts but `retired` add up to what was there or was told."""

    added: int
    changed: int
    unchanged: int
    absent: int
    retired: int

    @property
    def did_something(self) -> bool:
        """Whether any commune differs from before."""
        return bool(self.added or self.changed or self.retired)


def load_region(
    session: Session,
    config: RegionConfig,
    records: Sequence[CommuneRecord],
    *,
    now: datetime,
    actor: Actor | None = None,
    retire_absent: bool = False,
) -> LoadReport:
    """Bring the territory to what the folder and the source say; a second load changes nothing.

    Communes the source does not list are left as they are, or retired with `retire_absent` (for a complete list).
    A point is never replaced by a coarser one. Raises CommuneElsewhere, CommuneOffTheMap or EpciUnnamed before anything
    is written.
    """
    known_epcis = {epci.code: epci for epci in queries.epcis(session, config.slug)}
    _check(config, records, known_epcis)
    region_changed = _load_region_row(session, config, now)
    departements_changed = _load_departements(session, config)
    epcis_changed = _load_epcis(session, config.slug, records, known_epcis)
    report = _load_communes(session, config.slug, records, now=now, retire_absent=retire_absent)
    row = queries.region_row(session, config.slug)
    if row is not None and (report.did_something or region_changed or departements_changed or epcis_changed):
        row.loaded_at = now
        session.flush()
        append(
            session, region=config.slug, kind="territory.loaded", at=now, actor=actor, subject=("region", row.key),
            data=asdict(report), audience=["role:region", "role:administrator"],
        )  # fmt: skip
    return report


def _check(config: RegionConfig, records: Sequence[CommuneRecord], epcis: Mapping[str, Epci]) -> None:
    departements = {departement.code for departement in config.departements}
    named = {record.epci_code for record in records if record.epci_name} | set(epcis)
    for record in records:
        if record.departement not in departements:
            raise CommuneElsewhere(insee=record.insee, departement=record.departement, region=config.name)
        if not config.map.bounds.holds(record.latitude, record.longitude):
            raise CommuneOffTheMap(
                insee=record.insee, region=config.name, latitude=record.latitude, longitude=record.longitude
            )
        if record.epci_code and record.epci_code not in named:
            raise EpciUnnamed(insee=record.insee, epci=record.epci_code)


def _load_region_row(session: Session, config: RegionConfig, now: datetime) -> bool:
    told = {"code": config.code, "name": config.name, "time_zone": config.time_zone}
    row = queries.region_row(session, config.slug)
    if row is None:
        session.add(
            Region(region=config.slug, code=config.code, name=config.name, time_zone=config.time_zone, loaded_at=now)
        )
        session.flush()
        return True
    return _take(row, told)


def _load_departements(session: Session, config: RegionConfig) -> bool:
    known = {row.code: row for row in queries.departements(session, config.slug)}
    changed = False
    for departement in config.departements:
        row = known.get(departement.code)
        if row is None:
            session.add(Departement(region=config.slug, code=departement.code, name=departement.name))
            changed = True
        else:
            changed |= _take(row, {"name": departement.name})
    session.flush()
    return changed


def _load_epcis(session: Session, region: str, records: Sequence[CommuneRecord], known: dict[str, Epci]) -> bool:
    told: dict[str, dict[str, str]] = {}
    for record in records:
        if record.epci_code:
            # A source that does not know the name or the kind leaves those that are known.
            parts = {"name": record.epci_name, "kind": record.epci_kind}
            told.setdefault(record.epci_code, {}).update({key: value for key, value in parts.items() if value})
    changed = False
    for code, values in sorted(told.items()):
        row = known.get(code)
        if row is None:
            session.add(Epci(region=region, code=code, name=values["name"], kind=values.get("kind", "")))
            changed = True
        else:
            changed |= _take(row, values)
    session.flush()
    return changed


def _load_communes(
    session: Session, region: str, records: Sequence[CommuneRecord], *, now: datetime, retire_absent: bool
) -> LoadReport:
    known = {row.insee: row for row in queries.communes(session, region, retired=True)}
    added = changed = retired = absent = 0
    for record in records:
        row = known.pop(record.insee, None)
        if row is None:
            session.add(Commune.of(region, record))
            added += 1
        elif row.learn(record):
            changed += 1
    for row in known.values():
        if row.retired_at is None:
            absent += 1
            if retire_absent:
                row.retired_at = now
                retired += 1
    session.flush()
    return LoadReport(added, changed, len(records) - added - changed, absent, retired)


def _take(row: Region | Departement | Epci, told: Mapping[str, str]) -> bool:
    changed = {name: value for name, value in told.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)
