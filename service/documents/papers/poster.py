"""The poster of a back room: a QR code that opens the form of a lot for this place, and how it goes in three steps."""

from dataclasses import dataclass
from datetime import datetime

from service.documents.papers import words
from service.documents.papers.printing import pdf, qr

TEMPLATE = "poster.typ"


@dataclass(frozen=True)
class PosterPaper:
    """What the poster says. `address` is what the code holds, and stands nowhere in letters."""

    region_name: str
    zone: str
    site: str
    label: str
    number: int
    made_at: datetime
    address: str
    help_phone: str

    def printed(self) -> bytes:
        """The PDF, one A4 page."""
        values = {
            "region": self.region_name,
            "site": words.said(self.site),
            "label": words.said(self.label),
            "number": str(self.number),
            "made": words.short_day(self.made_at, self.zone),
            "qr": qr(self.address),
            "phone": words.phone(self.help_phone),
        }
        return pdf(TEMPLATE, values, self.made_at)
