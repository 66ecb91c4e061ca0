"""Lots of food, their lines, windows and photos, and the shares of them granted to receiving sites."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words
from service.lots.errors import LotAlreadyTaken, LotFrozen, LotNotOpen, LotTooLate, ShareNotOpen
from service.lots.kinds import (
    ENDED_LOTS,
    HOLDING,
    OPEN_SHARES,
    PhotoKind,
    RefusalReason,
    ShareState,
    WithdrawalReason,
)
from service.lots.rules.lifecycle import OPEN, LotState

__all__ = [
    "ENDED_LOTS",
    "HOLDING",
    "OPEN",
    "OPEN_SHARES",
    "Lot",
    "LotLine",
    "LotPhoto",
    "LotState",
    "LotWindow",
    "PhotoKind",
    "RefusalReason",
    "Share",
    "ShareState",
    "WithdrawalReason",
]


class Lot(Row, table=True):
    """Food that a donor offers from one place, to be picked up within its windows.

    `version` rises when what a label says is corrected after charities were granted a part; while `frozen`, every
    holder has yet to confirm. `deadline` is the moment after which nothing may be picked up: the end of the last
    window or the last edible moment, whichever comes first.
    """

    __table_args__ = (
        UniqueConstraint("region", "code"),
        Index("ix_lot_region_state", "region", "state", "deadline"),
        CheckConstraint("version >= 1", name="lot_version"),
        CheckConstraint("crates_lent >= 0 AND crates_back >= 0 AND crates_back <= crates_lent", name="lot_crates"),
        CheckConstraint(
            "(announced_min_grams IS NULL) = (announced_max_grams IS NULL) AND "
            "(announced_min_grams IS NULL OR 0 < announced_min_grams) AND "
            "(announced_min_grams IS NULL OR announced_min_grams <= announced_max_grams)",
            name="lot_announced_range",
        ),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="lot_pin_whole"),
        CheckConstraint(
            "state IN ('draft', 'published', 'offered', 'allocated', 'planned', 'collected', 'delivered', 'closed', "
            "'withdrawn', 'expired', 'blocked', 'destroyed')",
            name="lot_state",
        ),
    )

    region: str = Field(index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    code: str
    state: LotState = Field(default=LotState.PUBLISHED, sa_type=words(LotState))
    version: int = 1
    frozen: bool = False
    posted_by: int | None = Field(default=None, foreign_key="person.id")
    posted_at: dt.datetime = Field(sa_type=UtcDateTime)
    deadline: dt.datetime = Field(sa_type=UtcDateTime, index=True)
    note: str = ""
    access_note: str = ""
    # A place other than the site's own point: the field to harvest, the gate at the back.
    latitude: float | None = None
    longitude: float | None = None
    # The lot this one was split from, or whose rest it is.
    parent_id: int | None = Field(default=None, foreign_key="lot.id", index=True)
    # The lot it repeats ("comme hier").
    same_as_id: int | None = Field(default=None, foreign_key="lot.id")
    # Announced days ahead as a range: the lines then carry the least, which is sure.
    announced_min_grams: int | None = None
    announced_max_grams: int | None = None
    crates_lent: int = 0
    crates_back: int = 0
    # Which rules were applied when it was posted: [{"code": …, "valid_from": …}].
    law: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    ended_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def is_open(self) -> bool:
        """Whether charities may still be granted something of it (if anything is free)."""
        return self.state in OPEN and not self.frozen

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED_LOTS

    def must_be_open(self, now: dt.datetime) -> None:
        """Refuse (409) unless something of it may be granted now."""
        if self.state not in OPEN:
            raise LotNotOpen()
        if self.frozen:
            raise LotFrozen()
        if now >= self.deadline:
            raise LotTooLate()


class LotWindow(Row, table=True):
    """A stretch of time within which the lot may be picked up."""

    __table_args__ = (CheckConstraint("starts_at < ends_at", name="lot_window_in_order"),)

    lot_id: int = Field(foreign_key="lot.id", index=True)
    starts_at: dt.datetime = Field(sa_type=UtcDateTime)
    ends_at: dt.datetime = Field(sa_type=UtcDateTime)


class LotLine(Row, table=True):
    """One kind of food of a lot. Weights in grams.

    Mass balance, at any moment: `grams` (posted) = `free_grams` + the grams of the shares that hold some of it
    + `left_grams` (withdrawn, expired, or moved to a lot split from this one).
    """

    __table_args__ = (
        CheckConstraint("grams > 0", name="lot_line_grams"),
        CheckConstraint(
            "0 <= free_grams AND 0 <= left_grams AND free_grams + left_grams <= grams", name="lot_line_balance"
        ),
        CheckConstraint("units IS NULL OR units > 0", name="lot_line_units"),
        CheckConstraint("unit_grams IS NULL OR unit_grams > 0", name="lot_line_unit_grams"),
        CheckConstraint("date_kind IN ('dlc', 'ddm', 'made_on', 'harvested_on', 'none')", name="lot_line_date_kind"),
        CheckConstraint("(date IS NULL) = (date_kind = 'none')", name="lot_line_date"),
        CheckConstraint("temperature IN ('ambient', 'chilled', 'frozen', 'hot')", name="lot_line_temperature"),
        CheckConstraint("allergens_state IN ('known', 'indicative', 'unknown')", name="lot_line_allergens"),
    )

    lot_id: int = Field(foreign_key="lot.id", index=True)
    # The line it was split from.
    from_line_id: int | None = Field(default=None, foreign_key="lotline.id")
    category: str = Field(index=True, description="slug of the catalogue")
    description: str = ""
    grams: int
    free_grams: int
    left_grams: int = 0
    units: int | None = None
    unit_grams: int | None = None
    # What it was counted in where nobody weighed it (config/containers.toml): slug -> how many. The weight is apart.
    containers: dict[str, int] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}")
    )
    date_kind: str = "none"
    date: dt.date | None = None
    # Compartment ("ambient", "chilled", "frozen") and the law's class ("FRAIS_4", …).
    temperature: str = "ambient"
    temperature_code: str = "AMBIANT"
    # slug -> "contains" | "may" | "without" | "unknown"
    allergens: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    allergens_state: str = "unknown"
    lot_number: str = ""
    gtin: str = ""
    prepacked: bool = False
    # Whether the pack, or the crate, carries a whole label.
    labelled: bool = False

    def reserve(self, grams: int) -> None:
        """Take free grams for a share; `LotAlreadyTaken` when less is free."""
        if grams <= 0:
            raise ValueError("a share weighs something")
        if grams > self.free_grams:
            raise LotAlreadyTaken(free=self.free_grams)
        self.free_grams -= grams

    def give_back(self, grams: int) -> None:
        """Offer again what a share held."""
        if grams < 0:
            raise ValueError("a weight is not negative")
        self.free_grams += grams

    def leave(self, grams: int) -> None:
        """Free grams that are withdrawn, expire or move to another lot."""
        if not 0 <= grams <= self.free_grams:
            raise LotAlreadyTaken(free=self.free_grams)
        self.free_grams -= grams
        self.left_grams += grams


class LotPhoto(Row, table=True):
    """A photo of the food, of a label, or of the gate; `number` counts from 1 within the lot."""

    __table_args__ = (
        UniqueConstraint("lot_id", "number"),
        CheckConstraint("kind IN ('food', 'label', 'gate')", name="lot_photo_kind"),
    )

    lot_id: int = Field(foreign_key="lot.id", index=True)
    number: int
    kind: PhotoKind = Field(default=PhotoKind.FOOD, sa_type=words(PhotoKind))
    # The line whose label it shows, and the version of the lot it was taken for.
    line_id: int | None = Field(default=None, foreign_key="lotline.id")
    version: int = 1
    file_key: str
    thumb_key: str
    width: int
    height: int
    taken_at: dt.datetime = Field(sa_type=UtcDateTime)


class Share(Row, table=True):
    """A part of a line granted to a receiving site. Weights in grams.

    `grams` is what was granted, less what left it for another lot; of it `refused_grams` were not taken;
    `received_grams`, weighed by the charity, is the reference of every figure. `lot_version` is the version of the lot
    its holder has agreed to.
    """

    __table_args__ = (
        Index("ix_share_claim", "claim_id"),
        Index("ix_share_state", "state", "lot_id"),
        CheckConstraint("grams >= 0", name="share_grams"),
        CheckConstraint("0 <= refused_grams AND refused_grams <= grams", name="share_refused"),
        CheckConstraint("collected_grams IS NULL OR collected_grams >= 0", name="share_collected"),
        CheckConstraint("received_grams IS NULL OR received_grams >= 0", name="share_received"),
        CheckConstraint(
            "state IN ('reserved', 'collected', 'delivered', 'refused', 'released', 'no_show')", name="share_state"
        ),
        CheckConstraint("refused_at IS NULL OR refused_at IN ('pickup', 'delivery')", name="share_refused_at"),
    )

    region: str = Field(index=True)
    lot_id: int = Field(foreign_key="lot.id", index=True)
    line_id: int = Field(foreign_key="lotline.id", index=True)
    claim_id: int
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    grams: int
    state: ShareState = Field(default=ShareState.RESERVED, sa_type=words(ShareState))
    lot_version: int = 1
    collected_grams: int | None = None
    received_grams: int | None = None
    refused_grams: int = 0
    refusal_reason: str | None = None
    refused_at: str | None = None
    # °C between two packs, at pickup then at delivery; whole tenths are enough.
    temperature_c: float | None = None
    delivered_temperature_c: float | None = None
    release_reason: str | None = None
    reserved_at: dt.datetime = Field(sa_type=UtcDateTime)
    collected_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def due_grams(self) -> int:
        """What is still to be carried: granted, less what was refused on the way."""
        return self.grams - self.refused_grams

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_SHARES

    def must_be(self, *states: ShareState) -> None:
        """Refuse (409) unless the share is in one of these states."""
        if self.state not in states:
            raise ShareNotOpen()

    def must_agree_with(self, lot: Lot) -> None:
        """Refuse (409) while its holder has not confirmed the lot's present version."""
        if self.lot_version < lot.version:
            raise LotFrozen()
