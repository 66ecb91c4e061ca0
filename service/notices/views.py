"""Messages as pages and machines show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.notices import queries, rules
from service.notices.choosing import CHOOSABLE
from service.notices.kinds import KINDS
from service.notices.models import Channel, OutgoingNotice, PushDevice
from service.notices.wording import Words, words_of

ICONS = {
    "lot_posted_nearby": "package-plus",
    "claim_granted": "package-check",
    "claim_granted_fetch": "footprints",
    "claim_refused": "package-x",
    "ramasse_asked": "handshake",
    "ramasse_changed": "repeat",
    "usual_gift_asked": "circle-help",
    "posted_by_poster": "qr-code",
    "lot_withdrawn": "package-x",
    "lot_corrected_confirm": "tag",
    "lot_changed": "pencil",
    "pickup_planned": "truck",
    "round_changed": "route",
    "round_needs_call": "phone",
    "driver_away": "calendar-x",
    "own_shift": "calendar-days",
    "text_to_call_back": "phone",
    "no_show_recorded": "calendar-x",
    "first_lot_to_review": "package-search",
    "lot_unclaimed": "clock-alert",
    "errand_offered": "bike",
    "errand_taken": "check",
    "errand_over": "circle-x",
    "charity_to_approve": "user-check",
    "acted_on_behalf": "phone",
}


@dataclass(frozen=True)
class Shown:
    """One message in the reader's language."""

    id: int
    kind: str
    icon: str
    words: Words
    at: datetime
    new: bool
    urgent: bool


@dataclass(frozen=True)
class Choice:
    """One line of the page of preferences: a kind, whether each channel is wanted, and whether it passes at night."""

    kind: str
    called: str
    wanted: dict[Channel, bool]
    urgent: bool


@dataclass(frozen=True)
class Manner:
    """How a person is told, for all kinds at once; hours in minutes after midnight."""

    quiet: tuple[int, int]
    digest: int | None
    texts_stopped_at: datetime | None
    devices: list[PushDevice]


def shown(rows: Iterable[OutgoingNotice], *, locale: str, zone: str, now: datetime) -> list[Shown]:
    """The messages with their words; a kind that no longer exists is left out."""
    return [
        Shown(
            id=row.key,
            kind=row.kind,
            icon=ICONS.get(row.kind, "bell"),
            words=words_of(row.kind, row.params, locale=locale, zone=zone, now=now),
            at=row.created_at,
            new=row.read_at is None,
            urgent=KINDS[row.kind].marked,
        )
        for row in rows
        if row.kind in KINDS
    ]


def choices(session: Session, who: Who) -> list[Choice]:
    """What concerns a person's roles and may be chosen, as it stands."""
    person_id = who.person_id or 0
    chosen = queries.preferences(session, [person_id])
    lines = []
    for kind in KINDS.values():
        if kind.choosable and kind.roles & who.roles:
            own = chosen.get((person_id, kind.name), {})
            wanted = {channel: own.get(channel, kind.usual(channel)) for channel in CHOOSABLE}
            lines.append(Choice(kind.name, kind.called, wanted, kind.urgent))
    return lines


def manner(session: Session, who: Who) -> Manner:
    """A person's quiet hours, the hour of their digest, and the phones that are told."""
    person_id = who.person_id or 0
    quiet = queries.quiet_hours(session, [person_id]).get(person_id)
    habits = queries.habits(session, [person_id]).get(person_id)
    return Manner(
        quiet=(quiet.start_minute, quiet.end_minute) if quiet else rules.QUIET,
        digest=habits.digest_minute if habits else None,
        texts_stopped_at=habits.texts_stopped_at if habits else None,
        devices=queries.devices(session, [person_id]).get(person_id, []),
    )
