"""Tables of this room beside the claims, by noun: how many people a site serves, and what puts it first."""

from service.allocation.tables.served import FigureState, Ground, PeopleServed, PeopleSource, SitePriority

__all__ = ["FigureState", "Ground", "PeopleServed", "PeopleSource", "SitePriority"]
