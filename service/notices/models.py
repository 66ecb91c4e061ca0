"""Messages on their way to people, and how each person wants to be told."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class Channel(StrEnum):
    SCREEN = "screen"
    MAIL = "mail"
    SMS = "sms"
    PUSH = "push"


class NoticeState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    # Refused for good, or too often; `last_error` says why.
    FAILED = "failed"
    # No longer worth sending: out of date, or the person cannot be reached this way.
    ABANDONED = "abandoned"


class OutgoingNotice(Row, table=True):
    """One message to one person on one channel.

    The words are not kept: they are made of `kind` and `params` when they are shown or sent, in the person's language.
    `params` never holds a protected address.
    """

    __tablename__ = "outgoing_notice"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="notice_sent_at_a_time"),
        Index("ix_notice_due", "state", "due_at"),
        Index("ix_notice_person", "person_id", "channel", "id"),
        # "Has anybody been told this of that lot?" is asked every few seconds.
        Index("ix_notice_subject", "kind", "subject", "subject_id"),
    )

    region: str = Field(index=True)
    person_id: int = Field(foreign_key="person.id")
    channel: Channel = Field(sa_type=words(Channel))
    kind: str
    params: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    # What it is about: ("lot", 12); the page that a tap opens is made of it or of the params
    subject: str | None = None
    subject_id: int | None = None
    locale: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    # After this it says something that is no longer true.
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # It waits for the end of quiet hours or for the person's hour, and leaves together with what waits then.
    held: bool = False
    state: NoticeState = Field(default=NoticeState.PENDING, sa_type=words(NoticeState))
    attempts: int = 0
    # A worker has it until then; a worker that died gives it back by letting this pass.
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = None
    # The same message is never told twice: NULL for messages that may repeat.
    dedupe: str | None = Field(default=None, unique=True)

    def sent(self, now: datetime) -> None:
        self.state, self.sent_at, self.claimed_until, self.last_error = NoticeState.SENT, now, None, None

    def failed(self, reason: str) -> None:
        self.state, self.claimed_until, self.last_error = NoticeState.FAILED, None, reason

    def abandoned(self, reason: str) -> None:
        self.state, self.claimed_until, self.last_error = NoticeState.ABANDONED, None, reason

    def later(self, due_at: datetime, reason: str) -> None:
        """Try again then."""
        self.due_at, self.claimed_until, self.last_error = due_at, None, reason


class NoticePreference(Row, table=True):
    """A person wants, or does not want, one kind of message on one channel; without a row the default holds."""

    __tablename__ = "notice_preference"
    __table_args__ = (UniqueConstraint("person_id", "kind", "channel"),)

    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str
    channel: Channel = Field(sa_type=words(Channel))
    wanted: bool


class QuietHours(Row, table=True):
    """When a person's phone stays silent, in minutes after midnight in the region; equal ends mean never."""

    __tablename__ = "quiet_hours"
    __table_args__ = (
        CheckConstraint("start_minute BETWEEN 0 AND 1439 AND end_minute BETWEEN 0 AND 1439", name="quiet_within_a_day"),
    )

    person_id: int = Field(foreign_key="person.id", unique=True)
    start_minute: int
    end_minute: int


class NoticeHabits(Row, table=True):
    """What a person settled for all kinds at once; without a row: every message by itself, texts as chosen."""

    __tablename__ = "notice_habits"
    __table_args__ = (
        CheckConstraint("digest_minute IS NULL OR digest_minute BETWEEN 0 AND 1439", name="digest_within_a_day"),
    )

    person_id: int = Field(foreign_key="person.id", unique=True)
    # Minutes after midnight in the region: what can wait is told then, in one message. Empty: as it happens.
    digest_minute: int | None = None
    # "STOP" was sent by text message: no text but sign-in codes since.
    texts_stopped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PushDevice(Row, table=True):
    """One browser of one person that asked for messages; `endpoint` is a key to it and stays among us."""

    __tablename__ = "push_device"

    person_id: int = Field(foreign_key="person.id", index=True)
    # Signing out there ends it; empty when it was asked for with an API key.
    session_id: int | None = Field(default=None, foreign_key="websession.id", index=True)
    endpoint: str = Field(unique=True)
    p256dh: str
    auth: str
    device: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
