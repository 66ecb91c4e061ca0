"""What the rest of the service may ask of a geocoder, and what it may never show it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NewType, Protocol

Precision = Literal["address", "street", "commune"]
Source = Literal["ban", "communes"]

_Token = NewType("_Token", object)
_PUBLIC = _Token(object())


class AddressIsProtected(Exception):
    """Somebody tried to geocode a protected address: a mistake in the code, never shown to a person.

    It carries nothing of the address, since it ends in a log.
    """


@dataclass(frozen=True)
class PublicAddress:
    """An address that may leave this machine. It is made by `of` alone, which asks whether the site is protected.

    The address of a protected site is read through one function of the room that keeps it, and must never come here:
    no outside service, map or log may learn it. So a geocoder takes no plain text: whoever calls it says
    `protected=site.is_protected`, and a protected one is refused. Its `repr` hides the street, so that logging an
    address by accident tells only the city.
    """

    street: str = field(repr=False)
    postcode: str
    city: str
    token: _Token = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.token is not _PUBLIC:
            raise AddressIsProtected("a PublicAddress is made by PublicAddress.of, which asks if it is protected")

    @classmethod
    def of(cls, street: str, postcode: str, city: str, *, protected: bool) -> "PublicAddress":
        """The address as it is written, one line each; AddressIsProtected when it is."""
        if protected:
            raise AddressIsProtected("the address of a protected site is never geocoded")
        return cls(" ".join(street.split()), postcode.strip(), " ".join(city.split()), _PUBLIC)


@dataclass(frozen=True)
class CommunePoint:
    """A commune as a geocoder needs it: INSEE code and the degrees (WGS84) of its point."""

    insee: str
    latitude: float
    longitude: float


CommuneLookup = Callable[[str, str], CommunePoint | None]
"""(postcode, city) -> the commune, None when it is not of the region."""


@dataclass(frozen=True)
class Located:
    """Where an address is (degrees WGS84), how precisely, in which commune, and who says so.

    `precision` "commune" is the commune's point: good enough for a map of the region, not to knock at a door; a person
    should be asked to put the pin in its place.
    """

    latitude: float
    longitude: float
    precision: Precision
    insee: str
    source: Source


class Geocoder(Protocol):
    """Finds where public addresses are."""

    def locate(self, address: PublicAddress) -> Located | None:
        """Where the address is, as precisely as this geocoder can tell today; None when not even its commune is known.

        Never raises for lack of a network or for a strange answer: the reason is logged (without the address), and the
        commune's point is the answer. May take a few seconds: call it outside any transaction.
        """
        ...
