"""Part of a lot becomes a lot of its own: every gram that leaves one arrives in the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts.models import Site
from service.accounts.who import Who
from service.lots import queries
from service.lots.actions.building import Window
from service.lots.actions.posting import next_code, put, suggested_windows
from service.lots.errors import LotNotChangeable, LotTooLate, SplitEverything, SplitTooMuch
from service.lots.facts import deadline_of, pairs
from service.lots.models import ENDED_LOTS, HOLDING, Lot, LotLine, LotPhoto, PhotoKind
from service.lots.rules.lifecycle import LotState
from service.lots.stepping import follow, step
from service.lots.telling import line_facts, tell_availability, tell_lot

STILL_WORTH = timedelta(minutes=30)


def split(
    session: Session,
    lot: Lot,
    parts: Sequence[tuple[int, int]],
    *,
    who: Who,
    now: datetime,
    windows: Sequence[Window] = (),
) -> Lot:
    """Move (line id, grams) that are still free to a new lot with the same photos, and windows unless given."""
    if lot.state in ENDED_LOTS or lot.state is LotState.BLOCKED or now >= lot.deadline:
        raise LotNotChangeable()
    lines = {line.key: line for line in queries.lines_of(session, lot.key)}
    moved: dict[int, int] = {}
    for line_id, grams in parts:
        moved[line_id] = moved.get(line_id, 0) + grams
    if not moved or any(key not in lines or not 0 < grams <= lines[key].free_grams for key, grams in moved.items()):
        raise SplitTooMuch(fields={f"parts.{index}.grams": SplitTooMuch.message for index in range(len(parts))})
    rest = sum(line.free_grams for line in lines.values()) - sum(moved.values())
    if rest == 0 and not any(share.state in HOLDING for share in queries.shares_of_lot(session, lot.key)):
        raise SplitEverything()
    for line_id, grams in moved.items():
        lines[line_id].leave(grams)
        session.add(lines[line_id])
    taken = [(lines[line_id], grams) for line_id, grams in moved.items()]
    child = open_part(session, lot, taken, windows=windows, reason="split", who=who, now=now)
    follow(session, lot, who=who, now=now)
    return child


def open_part(
    session: Session,
    lot: Lot,
    parts: Sequence[tuple[LotLine, int]],
    *,
    windows: Sequence[Window],
    reason: str,
    who: Who | None,
    now: datetime,
    site_id: int | None = None,
) -> Lot:
    """A new lot of grams that have just left another one's lines.

    It is told as `lot.opened`, not `lot.posted`: the food was posted once, and is counted once.
    """
    lines = [_copy(line, grams) for line, grams in parts]
    site = session.get_one(Site, site_id or lot.site_id)
    when = list(windows) or _still_open(session, lot, now) or suggested_windows(session, site, now)
    if not when:
        raise LotTooLate()
    deadline = deadline_of(lines, when, region=lot.region, now=now)
    if deadline <= now:
        raise LotTooLate()
    child = Lot(
        region=lot.region,
        organisation_id=lot.organisation_id,
        site_id=site.key,
        code=next_code(session, lot.region, lot.organisation_id, now),
        version=1,
        posted_by=who.person_id if who else None,
        posted_at=now,
        deadline=deadline,
        note=lot.note,
        access_note=lot.access_note if site.key == lot.site_id else site.access_note,
        latitude=lot.latitude if site.key == lot.site_id else None,
        longitude=lot.longitude if site.key == lot.site_id else None,
        parent_id=lot.key,
        law=lot.law,
    )
    put(session, child, lines, when)
    _same_photos(session, lot, child)
    moved = [{**line_facts(line, line.grams), "from_line": line.from_line_id} for line in lines]
    tell_lot(session, lot, "lot.split", who=who, now=now, data={"into": child.key, "reason": reason, "lines": moved})
    opened = {"from": lot.key, "reason": reason, "lines": moved, "deadline": deadline.isoformat()}
    tell_lot(session, child, "lot.opened", who=who, now=now, from_state=str(LotState.DRAFT), data=opened)
    tell_availability(session, child, lines, who=who, now=now)
    return child


def _still_open(session: Session, lot: Lot, now: datetime) -> list[Window]:
    """The lot's own windows as far as they still lie ahead."""
    ahead = [(max(start, now), end) for start, end in pairs(queries.windows_of(session, lot.key))]
    return [(start, end) for start, end in ahead if end - start >= STILL_WORTH]


def _copy(line: LotLine, grams: int) -> LotLine:
    whole_units = line.unit_grams is not None and grams % line.unit_grams == 0
    return LotLine(
        lot_id=0,
        from_line_id=line.key,
        category=line.category,
        description=line.description,
        grams=grams,
        free_grams=grams,
        units=grams // line.unit_grams if whole_units and line.unit_grams else None,
        unit_grams=line.unit_grams if whole_units else None,
        date_kind=line.date_kind,
        date=line.date,
        temperature=line.temperature,
        temperature_code=line.temperature_code,
        allergens=dict(line.allergens),
        allergens_state=line.allergens_state,
        lot_number=line.lot_number,
        gtin=line.gtin,
        prepacked=line.prepacked,
        labelled=line.labelled,
    )


def _same_photos(session: Session, lot: Lot, child: Lot) -> None:
    for photo in queries.photos_of(session, lot.key):
        if photo.kind == PhotoKind.GATE and child.site_id != lot.site_id:
            continue  # The food is elsewhere now: that door would mislead.
        session.add(
            LotPhoto(
                lot_id=child.key,
                number=photo.number,
                kind=photo.kind,
                file_key=photo.file_key,
                thumb_key=photo.thumb_key,
                width=photo.width,
                height=photo.height,
                taken_at=photo.taken_at,
            )
        )
    session.flush()


@dataclass(frozen=True)
class _Back:
    line: LotLine
    to: LotLine


def unsplit(session: Session, child: Lot, *, who: Who, now: datetime) -> Lot:
    """Undo a split nobody has touched: its grams go back to the lot they came from, which is returned."""
    parent = session.get(Lot, child.parent_id) if child.parent_id is not None else None
    lines = queries.lines_of(session, child.key)
    untouched = all(line.free_grams == line.grams for line in lines)
    closed = ENDED_LOTS | {LotState.BLOCKED, LotState.DELIVERED}
    if parent is None or not untouched or child.state in closed or parent.state in closed or now >= parent.deadline:
        raise LotNotChangeable()
    pairs_back = [_Back(line, session.get_one(LotLine, line.from_line_id)) for line in lines if line.from_line_id]
    if any(back.to.left_grams < back.line.grams or back.to.lot_id != parent.key for back in pairs_back):
        raise LotNotChangeable()
    for back in pairs_back:
        back.to.left_grams -= back.line.grams
        back.to.give_back(back.line.grams)
        back.line.leave(back.line.grams)
        session.add_all([back.line, back.to])
    before = step(child, LotState.WITHDRAWN, now)
    session.add(child)
    moved = [line_facts(back.line, back.line.grams) for back in pairs_back]
    data = {"reason": "merged", "into": parent.key, "whole": True, "lines": []}
    tell_lot(session, child, "lot.withdrawn", who=who, now=now, from_state=before, data=data)
    tell_availability(session, child, lines, who=who, now=now)
    tell_lot(session, parent, "lot.merged", who=who, now=now, data={"from": child.key, "lines": moved})
    follow(session, parent, who=who, now=now)
    return parent
