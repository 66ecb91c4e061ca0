"""Papers that people send, as a PDF or as a photo: looked at before they are kept, whatever their name says."""

import re
from dataclasses import dataclass

from service.kit.i18n import N_
from service.kit.pictures import MAX_BYTES, PhotoUnreadable, clean_photo
from service.kit.refusals import Refusal

PDF = "application/pdf"
# A scanned order holds none of these. It is a first sieve only: papers are also handed out to be saved, never shown
# among our pages.
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile)\b")


class PaperTooLarge(Refusal):
    status = 413
    code = "paper-too-large"
    message = N_("Ce document est trop lourd (%(megabytes)s Mo). La limite est de %(most)s Mo.")


class PaperUnreadable(Refusal):
    status = 422
    code = "paper-unreadable"
    message = N_("Ce fichier n'est ni un PDF ni une photo lisible. Envoyez un PDF, ou une photo JPEG, PNG ou HEIF.")


class PaperIncomplete(Refusal):
    status = 422
    code = "paper-incomplete"
    message = N_("Ce PDF est arrivé incomplet. Envoyez-le de nouveau.")


class PaperActive(Refusal):
    status = 422
    code = "paper-active"
    message = N_("Ce PDF contient des programmes ou d'autres fichiers. Imprimez-le en PDF, ou photographiez-le.")


@dataclass(frozen=True)
class CleanPaper:
    """A paper ready to keep: a PDF as it came, or a photo encoded anew."""

    data: bytes
    content_type: str


def clean_paper(data: bytes) -> CleanPaper:
    """Check a PDF, or clean a photo as `clean_photo` does. Raises the refusals above and those of `kit.pictures`."""
    if len(data) > MAX_BYTES:
        raise PaperTooLarge(megabytes=round(len(data) / 1e6), most=MAX_BYTES // 1_000_000)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:]:
            raise PaperIncomplete()
        if _ACTIVE.search(data):
            raise PaperActive()
        return CleanPaper(data, PDF)
    try:
        photo = clean_photo(data)
    except PhotoUnreadable as refusal:
        raise PaperUnreadable() from refusal
    return CleanPaper(photo.data, photo.content_type)
