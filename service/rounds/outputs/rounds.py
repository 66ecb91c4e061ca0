"""Rounds, stops and arrivals as other programs read them."""

from datetime import date, datetime

from pydantic import BaseModel

from service.accounts.models import Site
from service.rounds.models import Round, RoundCall, Stop
from service.rounds.outputs.listed import Listed
from service.rounds.showing import Called, Handled, Shown


class GoodsOut(BaseModel):
    item_id: int
    label: str
    grams: int
    temperature: str
    lot_code: str


class TaskOut(BaseModel):
    kind: str
    state: str
    shipment_id: int
    grams_planned: int
    grams_done: int | None
    refused_grams: int
    temperature: str
    goods: list[GoodsOut]

    @classmethod
    def of(cls, handled: Handled) -> "TaskOut":
        task = handled.task
        goods = [
            GoodsOut(item_id=g.item_id, label=g.label, grams=g.grams, temperature=g.temperature, lot_code=g.lot_code)
            for g in handled.goods
        ]
        return cls(
            kind=task.kind,
            state=task.state,
            shipment_id=task.shipment_id,
            grams_planned=task.grams_planned,
            grams_done=task.grams_done,
            refused_grams=task.refused_grams,
            temperature=handled.shipment.temperature,
            goods=goods,
        )


class PlaceOut(BaseModel):
    """Where a stop is; a protected place has a label and nothing else."""

    id: int
    name: str
    protected: bool
    address: list[str]
    latitude: float | None
    longitude: float | None
    contact_name: str
    contact_phone: str | None
    notes: list[str]


class EndOut(BaseModel):
    """Where a round leaves from, or where it ends."""

    site_id: int
    name: str

    @classmethod
    def of(cls, site: Site) -> "EndOut":
        return cls(site_id=site.key, name=site.name)


class StopOut(BaseModel):
    number: int
    sequence: int
    state: str
    frozen: bool
    place: PlaceOut
    planned_arrival_at: datetime
    planned_departure_at: datetime
    expected_at: datetime
    arrived_at: datetime | None
    done_at: datetime | None
    failed_reason: str | None
    late: bool
    tasks: list[TaskOut]

    @classmethod
    def of(cls, called: Called) -> "StopOut":
        stop, site, point = called.stop, called.site, called.point
        place = PlaceOut(
            id=site.key,
            name=site.name,
            protected=site.protected,
            address=list(called.address),
            latitude=point[0] if point else None,
            longitude=point[1] if point else None,
            contact_name="" if site.protected else site.contact_name,
            contact_phone=None if site.protected else site.contact_phone,
            notes=list(called.notes),
        )
        return cls(
            number=stop.number,
            sequence=stop.sequence,
            state=stop.state,
            frozen=stop.frozen,
            place=place,
            planned_arrival_at=stop.planned_arrival_at,
            planned_departure_at=stop.planned_departure_at,
            expected_at=stop.expected_at,
            arrived_at=stop.arrived_at,
            done_at=stop.done_at,
            failed_reason=stop.failed_reason,
            late=stop.late,
            tasks=[TaskOut.of(handled) for handled in (*called.unloads, *called.loads)],
        )


class RoundOut(BaseModel):
    id: int
    day: date
    zone: str
    state: str
    plan_version: int
    vehicle_id: int
    driver_id: int | None
    mate_id: int | None
    starts_at: datetime
    ends_at: datetime
    departed_at: datetime | None
    finished_at: datetime | None
    metres: int
    grams: int

    @classmethod
    def of(cls, row: Round) -> "RoundOut":
        return cls.model_validate(row, from_attributes=True)


class RoundWithStopsOut(RoundOut):
    vehicle: str
    start: EndOut
    end: EndOut
    stops: list[StopOut]

    @classmethod
    def shown(cls, shown: Shown) -> "RoundWithStopsOut":
        head = RoundOut.of(shown.round).model_dump()
        return cls(
            **head,
            vehicle=shown.vehicle.name,
            start=EndOut.of(shown.start),
            end=EndOut.of(shown.end),
            stops=[StopOut.of(called) for called in shown.stops],
        )


class StopStateOut(BaseModel):
    """What a report changed."""

    round_id: int
    round_state: str
    number: int
    state: str
    arrived_at: datetime | None
    done_at: datetime | None
    proof: str | None
    late: bool

    @classmethod
    def of(cls, round_: Round, stop: Stop) -> "StopStateOut":
        return cls(
            round_id=round_.key,
            round_state=round_.state,
            number=stop.number,
            state=stop.state,
            arrived_at=stop.arrived_at,
            done_at=stop.done_at,
            proof=stop.proof,
            late=stop.late,
        )


class ArrivalOut(BaseModel):
    """A visit a site may expect. `code` is shown to who receives, never to the driver."""

    site_id: int
    kind: str
    expected_at: datetime
    round_id: int
    stop: int
    stop_state: str
    vehicle: str
    shipment_ids: list[int]
    grams: int
    code: str | None


class AddressOut(BaseModel):
    street: str
    postcode: str
    city: str
    latitude: float
    longitude: float


class CallOut(BaseModel):
    """A telephone call about a round that could not wait."""

    id: int
    round_id: int
    reason: str
    stop_number: int
    raised_at: datetime
    done_at: datetime | None

    @classmethod
    def of(cls, row: RoundCall) -> "CallOut":
        return cls.model_validate(row, from_attributes=True)


class PhotoOut(BaseModel):
    photo: str


class Rounds(Listed):
    items: list[RoundOut]


class Arrivals(Listed):
    items: list[ArrivalOut]
