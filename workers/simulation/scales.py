"""How large an invented region is, and how much is given there on a day (sizing of the reference and stress days)."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Scale:
    """Counts of a region and of its reference day."""

    name: str
    donors: int
    charity_sites: int
    charities: int
    public_bodies: int
    protected_sites: int
    reefer_vans: int
    box_vans: int
    bikes: int
    cars: int
    lots: int

    @property
    def vehicles(self) -> int:
        return self.reefer_vans + self.box_vans + self.bikes + self.cars

    @property
    def organisations(self) -> int:
        """Organisations that receive."""
        return self.charities + self.public_bodies


SMALL = Scale("small", 26, 22, 9, 2, 1, 1, 2, 2, 2, 18)
REFERENCE = Scale("reference", 260, 220, 92, 18, 3, 7, 9, 6, 6, 180)
STRESS = Scale("stress", 2600, 450, 190, 35, 6, 38, 48, 32, 32, 1800)
SCALES = {scale.name: scale for scale in (SMALL, REFERENCE, STRESS)}

# Mon low, Fri and Sat high, Sunday noon bread: shares of the reference day by weekday, Monday first.
WEEKDAYS = (
    Fraction(7, 10), Fraction(9, 10), Fraction(19, 20), Fraction(1), Fraction(23, 20), Fraction(6, 5), Fraction(3, 10),
)  # fmt: skip
