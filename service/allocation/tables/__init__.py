"""Tables of this room beside the claims, by noun: people served and priorities, automatic answers, standing rounds."""

from service.allocation.tables.answers import AnswerRule, AutomaticAnswer, RuleState
from service.allocation.tables.news import SiteNews
from service.allocation.tables.ramasses import End, Ramasse, RamasseClaim, RamasseRelease, RamasseState
from service.allocation.tables.served import FigureState, Ground, PeopleServed, PeopleSource, SitePriority

__all__ = [
    "AnswerRule",
    "AutomaticAnswer",
    "End",
    "FigureState",
    "Ground",
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
