"""`/answer-rules`: what a charity answers by itself, as JSON. Weights in grams."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from service.accounts.guard import Guard
from service.accounts.queries import the_site
from service.accounts.who import Who
from service.allocation.answers import actions, queries
from service.allocation.answers.forms import PauseIn, RuleIn
from service.allocation.models import Way
from service.allocation.offers import own_site
from service.allocation.tables import RuleState
from service.kit.clock import local
from service.kit.ids import Id
from service.web.deps import Now, ReadSession, WriteSession

router = APIRouter(tags=["answers"])
Changer = Annotated[Who, Depends(Guard("answers", "change"))]


class RuleOut(BaseModel):
    model_config = {"from_attributes": True}

    id: int
    site_id: int
    version: int
    state: RuleState
    paused_until: date | None = Field(description="answers again from this local day on")
    categories: list[str] = Field(description="categories and headings; empty: all the site accepts")
    weekdays: list[int] = Field(description="of the pick-up; 0 is Monday")
    least_grams: int
    most_grams: int | None
    most_metres: int | None
    way: Way
    else_collect: bool = Field(description="with way=bring: what no round can bring is fetched")
    since: datetime = Field(description="lots posted before are left to people")


class RulesOut(BaseModel):
    items: list[RuleOut]


@router.get("/answer-rules")
def read_rules(who: Annotated[Who, Depends(Guard("answers", "read"))], session: ReadSession) -> RulesOut:
    """Your sites' automatic answers."""
    return RulesOut(items=[RuleOut.model_validate(rule) for rule in queries.rules_of(session, who.site_ids)])


@router.post("/answer-rules", status_code=201)
def set_rule(asked: RuleIn, who: Changer, session: WriteSession, now: Now) -> RuleOut:
    """A new rule: it answers of lots posted from now on, as you would by hand."""
    site = own_site(session, who, asked.site_id)
    return RuleOut.model_validate(actions.set_rule(session, site, asked, who=who, now=now))


@router.put("/answer-rules/{rule_id}")
def change_rule(rule_id: Id, asked: RuleIn, who: Changer, session: WriteSession, now: Now) -> RuleOut:
    """The rule as it is from now on. Its site stays."""
    rule = queries.own_rule(session, who, rule_id)
    site = the_site(session, who, rule.site_id)
    return RuleOut.model_validate(actions.change_rule(session, rule, site, asked, who=who, now=now))


@router.post("/answer-rules/{rule_id}/pause")
def pause_rule(rule_id: Id, asked: PauseIn, who: Changer, session: WriteSession, now: Now) -> RuleOut:
    """Answer nothing until a day comes, or until it is resumed."""
    rule = queries.own_rule(session, who, rule_id)
    actions.pause(session, rule, asked, who=who, now=now, today=local(now, who.zone).date())
    return RuleOut.model_validate(rule)


@router.post("/answer-rules/{rule_id}/resumption")
def resume_rule(rule_id: Id, who: Changer, session: WriteSession, now: Now) -> RuleOut:
    """Answer again, of lots posted from now on."""
    rule = queries.own_rule(session, who, rule_id)
    actions.resume(session, rule, who=who, now=now)
    return RuleOut.model_validate(rule)


@router.delete("/answer-rules/{rule_id}", status_code=204)
def end_rule(rule_id: Id, who: Changer, session: WriteSession, now: Now) -> Response:
    """Delete it; what it claimed stands."""
    actions.end(session, queries.own_rule(session, who, rule_id), who=who, now=now)
    return Response(status_code=204)
