"""Photos and signatures of a report, made harmless and kept before its transaction begins."""

import base64
import binascii

from config.settings import Settings
from service.clients.files.port import Files
from service.documents.actions import drawn_signature
from service.kit.i18n import N_
from service.kit.pictures import CONTENT_TYPE
from service.kit.refusals import Invalid
from service.lots.stored import unsigned
from service.rounds.actions.reporting import Proofs
from service.rounds.errors import SignatureUnreadable
from service.rounds.forms import Report

DATA_URL = "data:image/png;base64,"


def proofs_of(settings: Settings, files: Files, form: Report) -> Proofs:
    """The keys of what a report brings along; refuses a photo that is not ours and a signature nobody can read."""
    photo_key = signature_key = None
    if form.photo:
        photo = unsigned(settings, form.photo)
        if photo is None:
            raise Invalid(fields={"photo": N_("Cette photo n'est plus disponible. Reprenez-la.")})
        photo_key = photo.file_key
    if form.signature:
        signature_key = files.put(drawn_signature(_bytes(form.signature)), CONTENT_TYPE)
    return Proofs(photo_key=photo_key, signature_key=signature_key)


def _bytes(data_url: str) -> bytes:
    if not data_url.startswith(DATA_URL):
        raise SignatureUnreadable(fields={"signature": SignatureUnreadable.message})
    try:
        return base64.b64decode(data_url.removeprefix(DATA_URL), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureUnreadable(fields={"signature": SignatureUnreadable.message}) from None
