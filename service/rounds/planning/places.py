"""Where the places of a situation are, each read once."""

from collections.abc import Iterable

from sqlmodel import Session

from config.settings import Settings
from service.accounts.models import Site
from service.accounts.protected import read_address
from service.accounts.queries import sites_by_id
from service.rounds.planning.situation import Point, place_key
from service.territory.queries import commune_by_insee


def approximate_point(session: Session, site: Site) -> Point | None:
    """Where a site is, for a guess: a protected one, or one without a point, stands at its commune's centre."""
    if not site.protected and site.latitude is not None and site.longitude is not None:
        return Point(site.latitude, site.longitude)
    commune = commune_by_insee(session, site.region, site.commune)
    if commune is None or commune.latitude is None or commune.longitude is None:
        return None
    return Point(commune.latitude, commune.longitude)


class Places:
    """Sites and the points asked of them, by the keys of `situation.place_key`. Without settings protected places are
    known roughly.

    `sites` and `known` (points found out before) are added to where they are given.
    """

    def __init__(
        self,
        session: Session,
        settings: Settings | None,
        sites: dict[int, Site] | None = None,
        known: dict[str, Point] | None = None,
    ) -> None:
        self.session, self.settings = session, settings
        self.points: dict[str, Point] = {}
        self.sites: dict[int, Site] = {} if sites is None else sites
        self._known: dict[str, Point] = {} if known is None else known

    def learn(self, site_ids: Iterable[int]) -> None:
        """Read at once those of some sites that are not known yet."""
        new = set(site_ids) - self.sites.keys()
        if new:
            self.sites |= sites_by_id(self.session, new)

    def key_of(self, site_id: int, pin: tuple[float, float] | None = None) -> str | None:
        """The key of a place whose point is now known; None when nobody knows where it is."""
        if site_id not in self.sites:
            self.learn([site_id])
        site = self.sites[site_id]
        # A pin would say where a protected place is, and its address is known anyway.
        pinned = pin if not site.protected else None
        key = place_key(site_id, pinned)
        if key not in self.points:
            point = self._known.get(key) or (Point(*pinned) if pinned is not None else self._point_of(site))
            if point is None:
                return None
            self.points[key] = self._known[key] = point
        return key

    def _point_of(self, site: Site) -> Point | None:
        if site.protected:
            if self.settings is None:
                return approximate_point(self.session, site)
            address = read_address(self.session, self.settings, site.key)
            return Point(address.latitude, address.longitude, protected=True)
        if site.latitude is None or site.longitude is None:
            return None
        return Point(site.latitude, site.longitude)
