"""Tables of this room beside the claims, by noun: people served, automatic answers, standing rounds, errands."""

from service.allocation.tables.answers import AnswerRule, AutomaticAnswer, RuleState
from service.allocation.tables.errands import Errand, ErrandAsk, ErrandState, Helper
from service.allocation.tables.news import SiteNews
from service.allocation.tables.ramasses import End, Ramasse, RamasseClaim, RamasseRelease, RamasseState
from service.allocation.tables.served import FigureState, Ground, PeopleServed, PeopleSource, SitePriority

__all__ = [
    "AnswerRule",
    "AutomaticAnswer",
    "End",
    "Errand",
    "ErrandAsk",
    "ErrandState",
    "FigureState",
    "Ground",
    "Helper",
    "PeopleServed",
    "PeopleSource",
    "Ramasse",
    "RamasseClaim",
    "RamasseRelease",
    "RamasseState",
    "RuleState",
    "SiteNews",
    "SitePriority",
]
