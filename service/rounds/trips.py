"""What may be brought from one site to another, and what is answered about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.kit.i18n import DEFAULT_LOCALE, gettext
from service.rounds.models import Cold
from service.rounds.planning.sentences import Sentence
from service.rounds.planning.situation import place_key
from service.rounds.words import COLDS

Windows = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Trip:
    """What a question is about: so many grams from one site to another. A pin stands for the pickup site's door."""

    pickup_site_id: int
    delivery_site_id: int
    pickup_windows: Windows
    delivery_windows: Windows
    grams: int
    temperature: str
    crates: int | None = None
    pickup_pin: tuple[float, float] | None = None

    @property
    def places(self) -> tuple[str, str]:
        """The names of its two places in a problem."""
        return place_key(self.pickup_site_id, self.pickup_pin), place_key(self.delivery_site_id)


@dataclass(frozen=True)
class Reach:
    """Whether a round could bring it, which vehicle, about when, what it adds in cents; else why not.

    `kept_by` is what keeps cold goods cold on that vehicle; nothing for ambient ones. `planned`: rounds of that day
    stand, so that a detour too long is not the way of a first round that others would share.
    """

    possible: bool
    vehicle: str = ""
    pickup_at: datetime | None = None
    delivery_at: datetime | None = None
    cold_ok: bool = True
    reason: Sentence | None = None
    added_cents: int | None = None
    kept_by: Cold | None = None
    temperature: str = "ambient"
    planned: bool = True

    @property
    def cold_kept(self) -> str:
        """How cold goods are kept cold on the way, as a msgid; empty for ambient ones and where no round comes."""
        return COLDS[self.kept_by] if self.possible and self.kept_by and self.temperature != "ambient" else ""

    def reason_in(self, locale: str = DEFAULT_LOCALE) -> str:
        """Why not, in the reader's language; empty when it is possible."""
        return gettext(self.reason.msgid, locale, **self.reason.params) if self.reason else ""
