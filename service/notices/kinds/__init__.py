"""Every kind of message, one entry each: its words first, then whom it concerns and how it travels."""

from service.notices.kind import NoticeKind
from service.notices.kinds import lots, people, rounds

KINDS: dict[str, NoticeKind] = {kind.name: kind for kind in (*lots.KINDS, *rounds.KINDS, *people.KINDS)}
