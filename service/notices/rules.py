"""Pure decisions: on which channels, when, and when to give up."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from service.kit.clock import from_local, local
from service.notices.kind import NoticeKind
from service.notices.models import Channel

MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
# Phones are silent from nine in the evening to seven in the morning unless the person says otherwise.
QUIET = (21 * 60, 7 * 60)
# Equal ends: no hour is silent.
NEVER = (0, 0)


def channels(
    kind: NoticeKind,
    *,
    has_mail: bool,
    has_phone: bool,
    has_device: bool = False,
    texts_stopped: bool = False,
    played: bool,
    wanted: Mapping[Channel, bool],
) -> tuple[Channel, ...]:
    """The channels of one message to one person.

    Defaults, then what the person chose, then what reaches them: who has no mail gets the text message instead. The
    screen is always kept for what has a page, so that nothing is told and then impossible to find again. Invented
    people of a demonstration get nothing but the screen.
    """
    chosen = {channel for channel in Channel if kind.usual(channel)}
    if kind.choosable:
        chosen |= {channel for channel, yes in wanted.items() if yes}
        chosen -= {channel for channel, yes in wanted.items() if not yes and channel != Channel.SCREEN}
    if Channel.MAIL in chosen and not has_mail:
        chosen.discard(Channel.MAIL)
        # Not against a wish: somebody who refused texts for this kind reads it on the screen.
        if wanted.get(Channel.SMS, True):
            chosen.add(Channel.SMS)
    if not has_device:
        chosen.discard(Channel.PUSH)
    if not has_phone or texts_stopped:
        if Channel.SMS in chosen and kind.mail_without_text and has_mail and wanted.get(Channel.MAIL, True):
            chosen.add(Channel.MAIL)
        chosen.discard(Channel.SMS)
    if played:
        chosen &= {Channel.SCREEN}
    return tuple(channel for channel in Channel if channel in chosen)


def due_at(kind: NoticeKind, channel: Channel, now: datetime, zone: str, quiet: tuple[int, int] = QUIET) -> datetime:
    """When it leaves: now, or at the end of the person's quiet hours for what makes a phone ring."""
    if kind.urgent or channel not in (Channel.SMS, Channel.PUSH):
        return now
    start, end = quiet
    here = local(now, zone)
    minute = here.hour * 60 + here.minute
    silent = start <= minute < end if start <= end else minute >= start or minute < end
    if not silent:
        return now
    day = here.date() + timedelta(days=1 if minute >= end else 0)
    return from_local(day, time(end // 60, end % 60), zone)


def leaves_at(
    kind: NoticeKind,
    channel: Channel,
    now: datetime,
    zone: str,
    *,
    quiet: tuple[int, int] = QUIET,
    digest: int | None = None,
    expires_at: datetime,
) -> tuple[datetime, bool]:
    """When it leaves, and whether it waits until then together with others.

    What can wait is told at the person's hour (`digest`, minutes after midnight), unless it would say something untrue
    by then: such a message is told as if there were no hour.
    """
    if digest is not None and kind.choosable and not (kind.urgent or channel == Channel.SCREEN):
        at = due_at(kind, channel, _next(digest, now, zone), zone, quiet)
        if at < expires_at:
            return at, True
    due = due_at(kind, channel, now, zone, quiet)
    return due, due > now


def _next(minute: int, now: datetime, zone: str) -> datetime:
    """The next time a region's clock shows this minute of the day."""
    day, hour = local(now, zone).date(), time(minute // 60, minute % 60)
    today = from_local(day, hour, zone)
    return today if today > now else from_local(day + timedelta(days=1), hour, zone)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 30 s, 1, 2, 4 … minutes, an hour at most."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempts - 1, 12)
    return min(doubled, LONGEST_WAIT)
