"""What the rest of the service may ask of a source of communes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from service.kit.i18n import DEFAULT_LOCALE, N_, gettext
from service.kit.refusals import Refusal


@dataclass(frozen=True)
class CommuneRecord:
    """One commune as a source tells it; degrees WGS84. `epci_*` are empty for a commune that belongs to none.

    `epci_name` and `epci_kind` may be empty although `epci_code` is not: the source does not know them.
    `coordinates` says where the point comes from: "geonames", "geonames-town", "epci-centre", "geo-api" or "csv".
    """

    insee: str
    name: str
    postcodes: tuple[str, ...]
    departement: str
    epci_code: str
    epci_name: str
    epci_kind: str
    population: int
    latitude: float
    longitude: float
    coordinates: str


class CommuneSource(Protocol):
    """Somewhere that lists the communes of a region."""

    def communes(self, region_code: str) -> Sequence[CommuneRecord]:
        """Every commune of the region (INSEE code of the region), in INSEE order, each once.

        Raises BadCommunes when what it says cannot be used, SourceUnreachable when it cannot be asked.
        """
        ...


class BadCommunes(Refusal):
    """A source said something that cannot be used; it names the place and the reason, and nothing is kept."""

    status = 422
    code = "bad-communes"
    message = N_("%(where)s : %(why)s")

    def __init__(self, where: "Where", why: str, **params: object) -> None:
        super().__init__()
        self.where = where
        self.why = why
        self.why_params = params

    def text(self, locale: str = DEFAULT_LOCALE) -> str:
        """The place and the reason, in the reader's language."""
        why = gettext(self.why, locale, **self.why_params)
        return gettext(self.message, locale, where=self.where.text(locale), why=why)


@dataclass(frozen=True)
class Where:
    """A place in a source: a file or an address, and inside it a line (from 1) and a column, or a commune."""

    source: str
    line: int | None = None
    column: str | None = None

    def text(self, locale: str = DEFAULT_LOCALE) -> str:
        """In words."""
        if self.line is None:
            return self.source
        if self.column is None:
            return gettext(N_("%(source)s, ligne %(line)s"), locale, source=self.source, line=self.line)
        return gettext(
            N_("%(source)s, ligne %(line)s, colonne « %(column)s »"),
            locale, source=self.source, line=self.line, column=self.column,
        )  # fmt: skip


class SourceUnreachable(Refusal):
    """The official service did not answer; the communes already known stay."""

    status = 503
    code = "communes-unreachable"
    message = N_("Le service des communes ne répond pas (%(source)s). Les communes déjà connues restent en place.")
