"""Correcting what was typed. What the label says is corrected with a photo of it; a label itself is never altered."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from config.catalogue import AllergenState, catalogue
from config.food_law import TemperatureClass, law_at
from service.accounts.models import Organisation, Site
from service.accounts.who import Who
from service.kit.i18n import N_
from service.lots import queries
from service.lots.actions.building import check_law, check_windows, law_data
from service.lots.actions.photographing import add_photo
from service.lots.actions.posting import TOO_LATE
from service.lots.errors import BelowGranted, LabelPhotoNeeded, LotChanged, LotInvalid, LotNotChangeable
from service.lots.facts import deadline_of, pairs, zone_of
from service.lots.forms import Correction, LineCorrection
from service.lots.messages import tell_changed, tell_to_confirm
from service.lots.models import HOLDING, Lot, LotLine, LotWindow, PhotoKind, Share
from service.lots.rules.corrections import check_correction
from service.lots.rules.lifecycle import AT_DONOR, LotState
from service.lots.secrecy import demand_no_place
from service.lots.stepping import follow
from service.lots.stored import StoredPhoto
from service.lots.telling import lot_audience, tell_lot

WRONG_LINE = N_("Cette ligne n'appartient pas au lot.")
ALREADY_STATED = N_("Ce lot n'a pas été annoncé par une fourchette, ou son poids est déjà connu.")
PLAIN = ("description", "units", "unit_grams", "containers", "prepacked", "labelled", "gtin", "date", "lot_number")
# Said in the journal with their old and new values; the others are only named, since they may hold anything.
TOLD_WHOLE = frozenset(
    {"grams", "units", "unit_grams", "date_kind", "date", "temperature_code", "allergens", "allergens_state"}
)

Changes = dict[str, tuple[Any, Any]]


def correct(
    session: Session,
    lot: Lot,
    given: Correction,
    *,
    who: Who,
    now: datetime,
    label_photo: StoredPhoto | None = None,
) -> Lot:
    """Change what is given, all of it or nothing.

    The date, its kind, the lot number and the allergens need a photo of the label (`LabelPhotoNeeded`, 422). If
    somebody was already granted a part, the lot gets a new version and stays frozen until each holder confirms.
    """
    if lot.state not in AT_DONOR | {LotState.DRAFT}:
        raise LotNotChangeable()
    if given.version is not None and given.version != lot.version:
        raise LotChanged()
    lines = {line.key: line for line in queries.lines_of(session, lot.key)}
    shares = queries.shares_of_lot(session, lot.key)
    changed = _changes_of_lines(given.lines, lines)
    photo_known = label_photo is not None or _is_label(session, lot, given.label_photo)
    claimed = any(share.state in HOLDING for share in shares)
    law = law_at(now, zone_of(lot.region))
    fields = {field for changes in changed.values() for field in _guarded_names(changes)}
    decision = check_correction(fields, label_photo=photo_known, claimed=claimed, law=law)
    if not decision.allowed:
        raise LabelPhotoNeeded(fields={"label_photo": decision.verdicts[0].text(who.locale)})
    for key, changes in changed.items():
        _apply(lines[key], changes)
        session.add(lines[key])
    about = _apply_to_lot(session, lot, given, now)
    if not changed and not about and label_photo is None:
        return lot
    session.flush()
    _check_again(session, lot, list(lines.values()), [line.id for line in given.lines], who=who, now=now)
    if decision.new_version:
        lot.version += 1
        lot.frozen = any(share.is_open for share in shares)
    session.add(lot)
    if label_photo is not None:
        line_id = given.lines[0].id if len(given.lines) == 1 else None
        add_photo(session, lot, label_photo, kind=PhotoKind.LABEL, who=who, now=now, line_id=line_id, tell=False)
    _tell(session, lot, changed, about, shares, who=who, now=now)
    if decision.new_version:
        tell_to_confirm(session, lot, shares, now=now)
    else:
        colder = [key for key, changes in changed.items() if "temperature_code" in changes]
        tell_changed(session, lot, shares, about, colder, now=now)
    follow(session, lot, who=who, now=now)
    return lot


def state_quantity(session: Session, lot: Lot, *, grams: int, who: Who, now: datetime) -> Lot:
    """What an announced lot weighs after all: the range gives way to the weight, never below what is promised."""
    lines = queries.lines_of(session, lot.key)
    if lot.announced_max_grams is None or len(lines) != 1:
        raise LotInvalid(fields={"grams": ALREADY_STATED})
    lot.announced_min_grams = lot.announced_max_grams = None
    session.add(lot)
    given = Correction(lines=[LineCorrection(id=lines[0].key, grams=grams)])
    if lines[0].grams == grams:
        data = {"version": lot.version, "frozen": lot.frozen, "lot": ["announced"], "lines": []}
        tell_lot(session, lot, "lot.corrected", who=who, now=now, data=data)
        return lot
    return correct(session, lot, given, who=who, now=now)


def _is_label(session: Session, lot: Lot, number: int | None) -> bool:
    """Whether a photo already sent is of a label, and was not used for an earlier version."""
    if number is None:
        return False
    photo = queries.photo_of(session, lot.key, number)
    return photo.kind == PhotoKind.LABEL and photo.version == lot.version


def _changes_of_lines(given: Sequence[LineCorrection], lines: dict[int, LotLine]) -> dict[int, Changes]:
    """For each line that really changes: field -> (before, after)."""
    found: dict[int, Changes] = {}
    for index, asked in enumerate(given):
        line = lines.get(asked.id)
        if line is None:
            raise LotInvalid(fields={f"lines.{index}.id": WRONG_LINE})
        changes = _changes_of(asked, line)
        if changes:
            found[line.key] = changes
    return found


def _changes_of(asked: LineCorrection, line: LotLine) -> Changes:
    wanted: dict[str, Any] = {name: getattr(asked, name) for name in PLAIN if getattr(asked, name) is not None}
    if asked.grams is not None:
        wanted["grams"] = asked.grams
        if asked.units is None and asked.grams != line.grams:
            wanted |= {"units": None, "unit_grams": None}
    elif asked.units is not None and (unit := asked.unit_grams or line.unit_grams):
        wanted["grams"] = asked.units * unit
    if asked.date_kind is not None:
        wanted["date_kind"] = asked.date_kind.value
        if asked.date_kind.value == "none":
            wanted["date"] = None
    if asked.temperature_code is not None:
        wanted["temperature_code"] = asked.temperature_code.value
    if asked.allergens_state == "unknown":
        wanted |= {"allergens": {}, "allergens_state": "unknown"}
    elif asked.allergens is not None:
        said = {slug: state.value for slug, state in asked.allergens.items() if state is not AllergenState.UNKNOWN}
        wanted |= {"allergens": said, "allergens_state": (asked.allergens_state or "known") if said else "unknown"}
    elif asked.allergens_state == "indicative" and line.allergens_state != "indicative":
        template = {slug: state.value for slug, state in catalogue().category(line.category).allergens.items()}
        wanted |= {"allergens": template, "allergens_state": "indicative" if template else "unknown"}
    elif asked.allergens_state == "known" and line.allergens:
        wanted["allergens_state"] = "known"
    return {name: (getattr(line, name), value) for name, value in wanted.items() if getattr(line, name) != value}


def _guarded_names(changes: Changes) -> set[str]:
    """The names of changed fields as food law knows them: saying less of allergens is saying something of them."""
    return {"allergens" if name == "allergens_state" else name for name in changes}


def _apply(line: LotLine, changes: Changes) -> None:
    for name, (_before, after) in changes.items():
        if name != "grams":
            setattr(line, name, after)
    if "temperature_code" in changes:
        line.temperature = TemperatureClass(line.temperature_code).band.value
    if "grams" in changes:
        before, after = changes["grams"]
        free = line.free_grams + after - before
        if free < 0:
            raise BelowGranted()
        line.grams, line.free_grams = after, free
    if line.date_kind != "none" and line.date is None:
        raise LotInvalid(fields={"lines.0.date": N_("Indiquez la date.")})
    if line.date_kind == "none" and line.date is not None:
        line.date = None


def _apply_to_lot(session: Session, lot: Lot, given: Correction, now: datetime) -> list[str]:
    """The names of what changed about the lot itself."""
    demand_no_place(session.get_one(Site, lot.site_id), given.pin, given.access_note)
    about = []
    for name in ("note", "access_note"):
        value = getattr(given, name)
        if value is not None and value != getattr(lot, name):
            setattr(lot, name, value)
            about.append(name)
    if given.pin is not None and (given.pin.latitude, given.pin.longitude) != (lot.latitude, lot.longitude):
        lot.latitude, lot.longitude = given.pin.latitude, given.pin.longitude
        about.append("pin")
    if given.windows is not None:
        windows = check_windows(given.windows, now)
        old = queries.windows_of(session, lot.key)
        if windows != pairs(old):
            for row in old:
                session.delete(row)
            session.add_all([LotWindow(lot_id=lot.key, starts_at=start, ends_at=end) for start, end in windows])
            about.append("windows")
    return about


def _check_again(
    session: Session, lot: Lot, lines: list[LotLine], asked: list[int], *, who: Who, now: datetime
) -> None:
    """The law as if it were posted now, and the deadline anew."""
    windows = [pair for pair in pairs(queries.windows_of(session, lot.key)) if pair[1] > now]
    if not windows:
        return
    pickup_at = max(windows[0][0], now)
    organisation = session.get_one(Organisation, lot.organisation_id)
    places = [f"lines.{asked.index(line.key)}" if line.key in asked else "lot" for line in lines]
    verdicts = check_law(
        lines, organisation, pickup_at=pickup_at, region=lot.region, now=now, locale=who.locale, places=places
    )
    lot.law = law_data(verdicts)
    lot.deadline = deadline_of(lines, windows, region=lot.region, now=now)
    if lot.deadline <= pickup_at:
        raise LotInvalid(fields={"windows.0.starts_at": TOO_LATE})


def _tell(
    session: Session,
    lot: Lot,
    changed: dict[int, Changes],
    about: list[str],
    shares: Sequence[Share],
    *,
    who: Who,
    now: datetime,
) -> None:
    data = {
        "version": lot.version,
        "frozen": lot.frozen,
        "lot": about,
        "deadline": lot.deadline.isoformat(),
        "lines": [
            {
                "line": key,
                "fields": sorted(changes),
                "values": {
                    name: [_plain(before), _plain(after)]
                    for name, (before, after) in changes.items()
                    if name in TOLD_WHOLE
                },
            }
            for key, changes in changed.items()
        ],
    }
    holders = {f"org:{share.organisation_id}" for share in shares if share.state in HOLDING}
    tell_lot(session, lot, "lot.corrected", who=who, now=now, data=data, audience=lot_audience(lot, *holders))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
