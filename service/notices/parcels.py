"""What leaves: a message, or several that waited together, with everything the carrier needs and no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.regions import load_region_config
from service.accounts.models import Person
from service.clients.push.port import PushMessage, Subscription
from service.notices.digests import digest_of
from service.notices.kinds import KINDS
from service.notices.models import Channel, OutgoingNotice, PushDevice
from service.notices.wording import Words, lock_screen, mail_html, mail_text, marked, words_of

LONGEST_PUSH_S = 24 * 3600


@dataclass(frozen=True)
class Sending:
    """What all parcels of a turn share: the product's address, whether texts may be answered, both clocks."""

    now: datetime
    real_now: datetime
    address: str
    answers: bool = False


@dataclass(frozen=True)
class Parcel:
    """Claimed messages of one person on one channel, ready to leave as one."""

    notice_ids: tuple[int, ...]
    channel: Channel
    to: str
    words: Words
    text: str
    html: str | None = None
    push: PushMessage | None = None
    # The person's browsers by key.
    devices: tuple[tuple[int, Subscription], ...] = ()

    @property
    def reference(self) -> str:
        """The same at each try: a carrier that knows of such a thing then delivers once."""
        return f"notice-{self.notice_ids[0]}" + (f"-{self.notice_ids[-1]}" if len(self.notice_ids) > 1 else "")


def address_of(person: Person, channel: Channel, devices: Sequence[PushDevice]) -> str:
    """Where this channel reaches the person today: an address that changed since is the new one."""
    reached: Mapping[Channel, str | None] = {
        Channel.MAIL: person.email,
        Channel.SMS: person.phone,
        Channel.PUSH: devices[0].endpoint if devices else None,
    }
    return reached.get(channel) or ""


def parcel_of(
    rows: Sequence[OutgoingNotice], person: Person, to: str, devices: Sequence[PushDevice], sending: Sending
) -> Parcel:
    """One parcel of one message, or of several that waited for the same moment."""
    channel, zone = rows[0].channel, load_region_config(rows[0].region).time_zone
    words = [_words(row, person, zone, sending) for row in rows]
    told = words[0] if len(words) == 1 else digest_of(words, person.locale)
    keys = tuple(row.key for row in rows)
    if channel == Channel.SMS:
        # Whoever has proved to hold this phone may answer from it.
        asks = sending.answers and person.phone_verified_at is not None and told.reply
        return Parcel(keys, channel, to, told, f"{told.short} {told.reply}" if asks else told.short)
    if channel == Channel.PUSH:
        listening = tuple((one.key, Subscription(one.endpoint, one.p256dh, one.auth)) for one in devices)
        push = _push(rows, told, sending)
        return Parcel(keys, channel, to, told, told.short, push=push, devices=listening)
    text = mail_text(told, address=sending.address, locale=person.locale, name=person.name)
    now = sending.now
    html = mail_html(told, address=sending.address, locale=person.locale, name=person.name, zone=zone, now=now)
    return Parcel(keys, channel, to, told, text, html)


def _words(row: OutgoingNotice, person: Person, zone: str, sending: Sending) -> Words:
    now = sending.now
    if row.channel == Channel.PUSH:
        return lock_screen(row.kind, row.params, locale=person.locale, zone=zone, now=now)
    words = words_of(row.kind, row.params, locale=person.locale, zone=zone, now=now)
    return marked(row.kind, words, person.locale)


def _push(rows: Sequence[OutgoingNotice], told: Words, sending: Sending) -> PushMessage:
    ends = [row.expires_at for row in rows if row.expires_at is not None]
    left = round((min(ends) - sending.now).total_seconds()) if ends else LONGEST_PUSH_S
    several = len(rows) > 1
    return PushMessage(
        title=told.title,
        # The title has said what it is; a phone shows the sentence beneath.
        text="\n".join(part.title for part in told.parts) if several else told.text,
        url=told.link if told.link.startswith("/") else "/notices",
        tag="digest" if several else f"notice-{rows[0].key}",
        urgent=any(KINDS[row.kind].marked for row in rows),
        lifetime_s=max(60, min(left, LONGEST_PUSH_S)),
    )
