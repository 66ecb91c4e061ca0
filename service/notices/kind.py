"""What a kind of message is: what it is about, its words, what fills them, and how it travels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from service.kit.i18n import N_
from service.notices.models import Channel

# How a parameter is kept and shown: text as it is, grams as "12,5 kg", metres as "3,2 km", a moment as "18 h 30" or
# "demain à 18 h 30" (with "at": "à 18 h 30", "demain à 18 h 30"), a day as "lundi 23 novembre", names each with its
# moment as "Fourgon 1 (demain à 18 h 30), Fourgon 2 (19 h)", a msgid in the reader's language, or a number.
Shape = Literal["text", "grams", "metres", "moment", "at", "day", "moments", "msgid", "number"]


@dataclass(frozen=True)
class Subject:
    """What messages are about: the params that name it, the page to open (its address filled from them), its button."""

    params: Mapping[str, Shape] = field(default_factory=dict)
    link: str = "/notices"
    action: str = N_("Ouvrir")


@dataclass(frozen=True)
class NoticeKind:
    """A kind of message. `short` is its text message, without a title; `more` are its params beside its subject's."""

    name: str
    about: Subject
    title: str
    text: str
    short: str
    more: Mapping[str, Shape] = field(default_factory=dict)
    # How it is called on the page of preferences; empty when it cannot be chosen.
    called: str = ""
    # Whom it may concern: only they are asked whether they want it.
    roles: frozenset[str] = frozenset()
    channels: tuple[Channel, ...] = (Channel.SCREEN,)
    # What the button says where it is not what the subject's says.
    button: str = ""
    # What a text message says beside, to somebody who may answer it ("OUI 12").
    reply: str = ""
    # Params that a lock screen never shows: a person's name, what somebody wrote.
    private: frozenset[str] = frozenset()
    # Asks something: whom no text message reaches gets it by mail.
    mail_without_text: bool = False
    # Leaves at night too: somebody is waiting for it, or food will be lost.
    urgent: bool = False
    lifetime: timedelta = timedelta(days=2)
    # A line of the journal tells the person's open pages; not for what the pages show by themselves.
    announced: bool = True

    @property
    def params(self) -> dict[str, Shape]:
        """What fills the words and the link, and how each is kept and shown."""
        return {**self.about.params, **self.more}

    @property
    def link(self) -> str:
        """The page to open, or a whole address; empty where there is none."""
        return self.about.link

    @property
    def action(self) -> str:
        """What the button that opens it says."""
        return self.button or self.about.action

    @property
    def choosable(self) -> bool:
        """Whether people are asked on which channels they want it."""
        return bool(self.called)

    @property
    def marked(self) -> bool:
        """Whether it is told as urgent, so that who is woken knows why."""
        return self.urgent

    def usual(self, channel: Channel) -> bool:
        """Whether it travels on this channel unless the person says otherwise. Whoever let a phone be told wants to be
        told there of whatever can be chosen."""
        return channel in self.channels or (channel == Channel.PUSH and self.choosable)
