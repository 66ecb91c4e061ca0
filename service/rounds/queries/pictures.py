"""The photos crews took of what they loaded."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from service.rounds.models import Round, Stop, StopTask


def load_photos_before(session: Session, region: str, moment: datetime, limit: int) -> Sequence[StopTask]:
    """The tasks done before a moment whose photo is still kept."""
    return session.exec(
        select(StopTask)
        .join(Stop, col(Stop.id) == col(StopTask.stop_id))
        .join(Round, col(Round.id) == col(Stop.round_id))
        .where(Round.region == region, col(StopTask.photo_key).is_not(None), col(StopTask.done_at) < moment)
        .order_by(col(StopTask.id))
        .limit(limit)
    ).all()


def load_photo_uses(session: Session, file_key: str) -> int:
    """How many tasks name one stored photo."""
    return session.exec(select(func.count()).where(StopTask.photo_key == file_key)).one()
