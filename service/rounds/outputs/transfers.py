"""What waits in broken vehicles, as other programs read it."""

from datetime import datetime

from pydantic import BaseModel

from service.rounds.models import Transfer
from service.rounds.outputs.listed import Listed
from service.rounds.waiting import Waiting


class TransferOut(BaseModel):
    """A load of a vehicle that broke down. `cold_until` is empty for ambient food; `exact` says whether somebody there
    said where it is; `taken_by` is the round that has it."""

    id: int
    state: str
    round_id: int
    shipment_id: int
    relay_id: int
    latitude: float
    longitude: float
    exact: bool
    broke_down_at: datetime
    warm_since: datetime | None
    cold_until: datetime | None
    ended_at: datetime | None
    taken_by: int | None

    @classmethod
    def of(cls, transfer: Transfer) -> "TransferOut":
        return cls.model_validate(transfer, from_attributes=True)


class WaitingOut(TransferOut):
    """One that still waits: how much it is, and who comes for it when."""

    grams: int
    temperature: str
    comes_round_id: int | None
    comes_at: datetime | None

    @classmethod
    def waiting(cls, one: Waiting) -> "WaitingOut":
        return cls(
            **TransferOut.of(one.transfer).model_dump(),
            grams=one.relay.grams,
            temperature=one.relay.temperature,
            comes_round_id=one.comes.round.key if one.comes is not None else None,
            comes_at=one.comes_at,
        )


class Transfers(Listed):
    items: list[WaitingOut]
