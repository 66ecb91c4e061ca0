"""What a zone looks like now, as plain values that outlive the session they were read with."""

from dataclasses import dataclass, field
from datetime import date, datetime

from service.rounds import rules
from service.rounds.models import Shift, Vehicle
from service.rounds.planning.rows import Rows, nothing
from service.rounds.planning.sentences import Sentence

Windows = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Point:
    """Where a place is. Protected coordinates live in memory only: the text form says nothing."""

    latitude: float
    longitude: float
    protected: bool = False

    def __repr__(self) -> str:
        return "Point(…)" if self.protected else f"Point({self.latitude}, {self.longitude})"


@dataclass(frozen=True)
class Carry:
    """A shipment as the search sees it."""

    id: int
    grams: int
    crates: int
    temperature: str
    pickup: str
    delivery: str
    pickup_windows: Windows
    delivery_windows: Windows
    value: int
    mandatory: bool
    wanted_at: datetime
    ready_at: datetime | None
    expected: tuple[datetime | None, datetime | None]
    pickup_site_id: int


@dataclass(frozen=True)
class Visit:
    """A stop already made or kept: its row, place, shipments, and real times when it is behind."""

    stop_id: int
    place: str
    loads: tuple[int, ...] = ()
    unloads: tuple[int, ...] = ()
    arrived_at: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True)
class Crew:
    """A vehicle in a shift, and how far its round is."""

    shift: Shift
    vehicle: Vehicle
    # Where the round leaves from and where it ends: home, unless the vehicle was left elsewhere or the shift says so.
    start: str
    end: str
    starts_at: datetime
    ends_at: datetime
    round_id: int | None = None
    departed_at: datetime | None = None
    executed: tuple[Visit, ...] = ()
    frozen: tuple[Visit, ...] = ()
    # (shipment, loaded at, place it was loaded at)
    aboard: tuple[tuple[int, datetime, str], ...] = ()
    first_sites: frozenset[int] = frozenset()
    # Not at its next stop, or not leaving, before this: the crew said so.
    held_until: datetime | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether its round leaves from another place than the vehicle's home, or ends at another."""
        home = place_key(self.vehicle.home_site_id)
        return (self.start, self.end) != (home, home)


@dataclass(frozen=True)
class Conditions:
    """How a day differs from the others, in percent of the usual: how fast one drives, how long cold lasts."""

    speed_percent: int = 100
    cold_percent: int = 100


@dataclass(frozen=True)
class Situation:
    """Everything a plan of one zone and day is made of."""

    region: str
    zone: str
    day: date
    now: datetime
    time_zone: str
    origin: datetime
    base_version: int
    cursor: int
    carries: tuple[Carry, ...]
    crews: tuple[Crew, ...]
    places: dict[str, Point] = field(repr=False, default_factory=dict)
    # Shipments that no search could serve, each with its reason.
    hopeless: tuple[tuple[int, Sentence], ...] = ()
    # shipment -> shift that carries it in the plan in force
    promised: dict[int, int] = field(default_factory=dict)
    # shipment -> shift a dispatcher keeps it on
    locked: dict[int, int] = field(default_factory=dict)
    conditions: Conditions = Conditions()
    # What it was read from.
    rows: Rows = field(default_factory=nothing, repr=False, compare=False)

    def fingerprint(self) -> str:
        """The same for the same inputs, whatever the time: a plan made of the same needs no new search."""
        crews = [
            (c.shift.id, c.starts_at, c.ends_at, c.departed_at, c.executed, c.aboard, c.vehicle.model_dump(mode="json"))
            for c in self.crews
        ]
        held = [(c.shift.id, c.held_until) for c in self.crews if c.held_until is not None]
        ends = [(c.shift.id, c.start, c.end) for c in self.crews if c.is_elsewhere]
        particular = [held, sorted(self.locked.items()), self.conditions, *ends]
        return rules.fingerprint([self.carries_known(), crews, self.hopeless, particular])

    def carries_known(self) -> list[object]:
        """What is asked, without what the last plan answered."""
        return [
            (
                c.id,
                c.grams,
                c.crates,
                c.temperature,
                c.pickup,
                c.delivery,
                c.pickup_windows,
                c.delivery_windows,
                c.value,
            )
            for c in self.carries
        ]


def place_key(site_id: int, pin: tuple[float, float] | None = None) -> str:
    """The name of a place in a problem: a site's door, or a pin of its goods."""
    return f"s{site_id}" if pin is None else f"s{site_id}@{pin[0]:.5f},{pin[1]:.5f}"


def site_of(place: str) -> int:
    """The site a place belongs to."""
    return int(place[1:].split("@")[0])


def pin_of(place: str) -> tuple[float, float] | None:
    """The pin of a place that is not the site's door."""
    if "@" not in place:
        return None
    latitude, longitude = place.split("@")[1].split(",")
    return float(latitude), float(longitude)
