"""The ways that were really driven: vans from stop to stop, charities there and back; and what stayed cold on them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from config.food_law import law_at
from service.allocation.models import Claim, Way
from service.lots.models import Lot, Share, ShareState
from service.rounds.models import Cold, Round, Stop, StopTask, TaskKind, TaskState, Vehicle
from service.rounds.models.rounds import BEHIND
from service.rounds.planning.places import Places
from service.shipments.models import ShipmentItem
from workers.simulation.trial.world import World

OWN_CAR = "car"
# A share in one of these states was driven to.
CAME = (ShareState.COLLECTED, ShareState.DELIVERED, ShareState.REFUSED)
# At the donor's and back home with what was fetched: getting ready, loading, putting away.
OWN_HANDLING_S = 15 * 60


@dataclass(frozen=True)
class Trip:
    """Metres driven and seconds from leaving to being back."""

    metres: int
    seconds: int


class Ground:
    """Where every place of a trial is, protected ones too: the vans went there."""

    def __init__(self, session: Session, world: World) -> None:
        self.world = world
        self.places = Places(session, world.settings)
        self._known: dict[tuple[str, str, str], tuple[int, int]] = {}

    def between(self, here: str, there: str, profile: str) -> tuple[int, int]:
        """(metres, seconds) by road between two places named as the planner names them."""
        if here == there:
            return 0, 0
        key = (here, there, profile)
        if key not in self._known:
            a, b = self.places.points[here], self.places.points[there]
            self._known[key] = self.world.between((a.latitude, a.longitude), (b.latitude, b.longitude), profile)
        return self._known[key]

    def at(self, site_id: int, latitude: float | None = None, longitude: float | None = None) -> str:
        """The name of a place; every place of a trial is known."""
        pin = (latitude, longitude) if latitude is not None and longitude is not None else None
        key = self.places.key_of(site_id, pin)
        assert key is not None, "an invented site has a point"
        return key


@dataclass(frozen=True)
class Driven:
    """A round that left: its vehicle, how far each stop it made lay on its way, and the whole way."""

    vehicle: Vehicle
    at_metres: dict[int, int]
    trip: Trip


def driven(session: Session, ground: Ground) -> list[Driven]:
    """The rounds that left and stopped somewhere: stops really made, in order, from the depot and back to it."""
    rows = session.exec(
        select(Round, Vehicle)
        .join(Vehicle, col(Vehicle.id) == col(Round.vehicle_id))
        .where(col(Round.departed_at).is_not(None))
        .order_by(col(Round.id))
    ).all()
    made: dict[int, list[Stop]] = {}
    behind = select(Stop).where(col(Stop.state).in_(BEHIND)).order_by(col(Stop.done_at), col(Stop.sequence))
    for stop in session.exec(behind):
        made.setdefault(stop.round_id, []).append(stop)
    return [_driven(round_, vehicle, made[round_.key], ground) for round_, vehicle in rows if round_.key in made]


def _driven(round_: Round, vehicle: Vehicle, stops: Sequence[Stop], ground: Ground) -> Driven:
    here = home = ground.at(vehicle.home_site_id)
    metres = seconds = 0
    at_metres = {}
    for stop in stops:
        there = ground.at(stop.site_id, stop.latitude, stop.longitude)
        leg = ground.between(here, there, vehicle.profile)
        metres, seconds, here = metres + leg[0], seconds + leg[1], there
        at_metres[stop.key] = metres
    leg = ground.between(here, home, vehicle.profile)
    metres, seconds = metres + leg[0], seconds + leg[1]
    assert round_.departed_at is not None
    lasted = (round_.finished_at or round_.ends_at) - round_.departed_at
    return Driven(vehicle, at_metres, Trip(metres, max(seconds, int(lasted.total_seconds()))))


def rides(session: Session, rounds: Sequence[Driven]) -> dict[int, tuple[Vehicle, int]]:
    """For each share a van delivered: the vehicle, and the metres between its two stops."""
    places = {stop: (one.vehicle, metres) for one in rounds for stop, metres in one.at_metres.items()}
    ends: dict[int, dict[TaskKind, tuple[Vehicle, int]]] = {}
    for task in session.exec(select(StopTask).where(col(StopTask.state).in_((TaskState.DONE, TaskState.PARTLY)))):
        if task.stop_id in places:
            ends.setdefault(task.shipment_id, {})[task.kind] = places[task.stop_id]
    found = {}
    for item in session.exec(select(ShipmentItem).where(ShipmentItem.subject == "share")):
        both = ends.get(item.shipment_id, {})
        if TaskKind.LOAD in both and TaskKind.UNLOAD in both:
            vehicle, metres = both[TaskKind.UNLOAD]
            found[item.subject_id] = (vehicle, max(0, metres - both[TaskKind.LOAD][1]))
    return found


def own_trips(session: Session, ground: Ground) -> list[Trip]:
    """One there and back for each claim whose charity came, whether it took the food or refused it at the door."""
    rows = session.exec(
        select(Claim.id, Claim.site_id, Lot.site_id)
        .join(Lot, col(Lot.id) == col(Claim.lot_id))
        .join(Share, col(Share.claim_id) == col(Claim.id))
        .where(Claim.way == Way.COLLECT, col(Share.state).in_(CAME))
        .distinct()
        .order_by(col(Claim.id))
    ).all()
    legs = [ground.between(ground.at(home), ground.at(donor), OWN_CAR) for _, home, donor in rows]
    return [Trip(2 * metres, 2 * seconds + OWN_HANDLING_S) for metres, seconds in legs]


def kept_cold(
    session: Session, world: World, ground: Ground, rounds: Sequence[Driven], cold: Sequence[tuple[Share, str]]
) -> set[int]:
    """Keys of the shares (given with their temperature) carried as the law wants: cooled, in time, not too far."""
    ways = dict(session.exec(select(Claim.id, Claim.way)).all())
    donors = dict(session.exec(select(Lot.id, Lot.site_id)).all())
    ridden = rides(session, rounds)
    safe = set()
    for share, temperature in cold:
        if ways[share.claim_id] == Way.COLLECT:
            metres, _ = ground.between(ground.at(donors[share.lot_id]), ground.at(share.site_id), OWN_CAR)
            boxed = world.chance("cool box", share.site_id).random() < world.conduct.cool_box
            cooled = Cold.BOX if boxed else Cold.NONE
        elif share.key in ridden:
            vehicle, metres = ridden[share.key]
            cooled = vehicle.keeps_cold(temperature)
        else:
            continue
        if cooled is Cold.REFRIGERATED or (cooled is Cold.BOX and _in_time(world, share, metres, temperature)):
            safe.add(share.key)
    return safe


def _in_time(world: World, share: Share, metres: int, temperature: str) -> bool:
    """Whether a closed box was enough: the law's time and way without an approved vehicle."""
    assert share.collected_at is not None
    assert share.delivered_at is not None
    limits = law_at(share.delivered_at, world.zone).transport
    most = limits.max_seconds_frozen_isothermal if temperature == "frozen" else limits.max_seconds_isothermal
    return (share.delivered_at - share.collected_at).total_seconds() <= most and metres <= limits.max_metres_without_atp
