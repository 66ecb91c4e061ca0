"""Who has time for an errand: other shifts, at the wheel or along, what they said of their week, and absences."""

from datetime import datetime, timedelta

from sqlmodel import Session

from service.allocation.errands.ways import SLACK, RoundTrip
from service.allocation.tables import Helper
from service.kit.clock import local
from service.lots.facts import zone_of
from service.rounds.models import Vehicle, VehicleKind
from service.rounds.people import Diary, Standing
from service.rounds.queries import fleet, standing

# An errand is over by then: what is known of people is read so far ahead.
AHEAD = timedelta(days=2)


class Times:
    """What a region's people, bikes and cars do in the hours to come, read once."""

    def __init__(self, session: Session, region: str, now: datetime) -> None:
        self.session, zone = session, zone_of(region)
        today = local(now, zone).date()
        self.diary = Diary(session, region, now, now + AHEAD, zone)
        self.away = [row for row in fleet.absences(session, region, now, now + AHEAD) if row.vehicle_id is not None]
        profile = standing.day_profile(session, region, today)
        self.bikes = profile is None or profile.bikes

    def goes_out(self, vehicle: Vehicle) -> bool:
        """Whether what somebody rides goes out on such a day."""
        return self.bikes or vehicle.kind != VehicleKind.BIKE

    def about(self, helper: Helper, way: RoundTrip) -> Standing:
        """How a helper, and what they ride, stand to the hours of a way."""
        start, end = way.leaves_at, way.back_at + SLACK
        if fleet.overlapping_shift(
            self.session, vehicle_id=helper.vehicle_id, person_id=None, start=start, end=end, but=None
        ):
            return Standing.BUSY
        if any(row.vehicle_id == helper.vehicle_id and row.covers(start, end) for row in self.away):
            return Standing.ABSENT
        return self.diary.about(helper.person_id, start, end).standing
