"""The dispatcher sees on the board that somebody is to be called about a text, calls, and may take "done" back."""

import pytest
from playwright.sync_api import expect
from sqlmodel import Session

from service.interop.models import AnswerState, InboundText, Outcome
from service.interop.parsing import Asked, Doubt
from service.journal.actions import append
from service.kit.clock import real_now
from tests.journeys.screens import Screens
from tests.journeys.world import World


def doubtful(world: World, session: Session, words: str, number: int) -> None:
    """A text that nobody but a person can answer has come in."""
    row = InboundText(
        region=world.cast.dispatcher.who.region, reference=f"m{number}", phone="+33612345678", text=words,
        at=world.now(), arrived_at=real_now(), asked=Asked.UNCLEAR, outcome=Outcome.CALL_BACK,
        call_reason=Doubt.UNREADABLE, answer_state=AnswerState.NONE, answer_due_at=real_now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    append(session, region=row.region, kind="text.received", at=row.at, subject=("text", row.key),
           to_state="call_back", data={}, audience=["role:dispatcher"])  # fmt: skip


@pytest.mark.parametrize("width", [390, 1280])
def test_a_text_in_doubt_is_counted_called_and_taken_back(world: World, screens: Screens, width: int) -> None:
    """Counted on the board as it comes, listed live, off the list by one tap and on it again by another."""
    open_ = screens.phone if width == 390 else screens.desk
    board = open_(world.cast.dispatcher, "/dispatch")
    count = board.locator("#calls-count")
    expect(count).to_be_empty()
    calls = open_(world.cast.dispatcher, "/calls")
    expect(calls.get_by_text("Personne à rappeler")).to_be_visible()
    listed = calls.locator("blockquote", has_text="euh peut-être demain")
    with world.database.transaction() as session:
        doubtful(world, session, "euh peut-être demain", 1)
    expect(count).to_contain_text("1")
    expect(listed).to_be_visible()
    calls.get_by_role("button", name="C'est fait").click()
    expect(calls.get_by_text("L'appel est noté.")).to_be_visible()
    expect(listed).to_have_count(0)
    expect(count).to_be_empty()
    calls.get_by_role("button", name="Annuler").click()
    expect(listed).to_be_visible()
    expect(count).to_contain_text("1")
    assert calls.evaluate("document.documentElement.scrollWidth <= innerWidth")
