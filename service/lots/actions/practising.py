"""A donor's practice: the real form and all its refusals, and then nothing that anybody else could meet."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.lots.actions.posting import draw_up
from service.lots.forms import LotIn
from service.lots.words import category_icon, lot_title
from service.practice import actions as practice


def try_posting(session: Session, given: LotIn, *, who: Who, now: datetime) -> None:
    """Check a lot as if it were posted and keep what its practice shows, in the person's own row alone."""
    drawn = draw_up(session, given, who=who, now=now)
    temperatures = {str(line.temperature) for line in drawn.lines}
    shown = {
        "title": lot_title(drawn.lines, who.locale),
        "grams": sum(line.grams for line in drawn.lines),
        "place": drawn.site.name,
        "icon": category_icon(drawn.lines[0].category),
        "temperature": temperatures.pop() if len(temperatures) == 1 else None,
    }
    practice.begin_lot(session, who.must_be_somebody(), shown, now=now)
