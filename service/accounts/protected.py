"""The one way to a protected address: encrypted at rest, never geocoded, mapped, listed or logged."""

import base64
import json
from dataclasses import asdict, dataclass

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlmodel import Session, select

from config.settings import Settings
from service.accounts.models import ProtectedAddress
from service.kit.refusals import NotFound


@dataclass(frozen=True)
class SecretAddress:
    """Where a protected site is. Its text form says nothing, so that no log can leak it."""

    street: str
    postcode: str
    city: str
    latitude: float
    longitude: float

    def __repr__(self) -> str:
        return "SecretAddress(…)"


def _cipher(settings: Settings) -> Fernet:
    secret = settings.address_key.get_secret_value() or settings.secret_key.get_secret_value()
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"glane protected address").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def keep_address(session: Session, settings: Settings, site_id: int, address: SecretAddress) -> None:
    """Store or replace the address of a protected site."""
    row = session.exec(select(ProtectedAddress).where(ProtectedAddress.site_id == site_id)).one_or_none()
    ciphertext = _cipher(settings).encrypt(json.dumps(asdict(address)).encode()).decode()
    if row is None:
        row = ProtectedAddress(site_id=site_id, ciphertext=ciphertext)
    row.ciphertext = ciphertext
    session.add(row)
    session.flush()


def forget_address(session: Session, site_id: int) -> None:
    """A site that is no longer protected keeps nothing encrypted."""
    row = session.exec(select(ProtectedAddress).where(ProtectedAddress.site_id == site_id)).one_or_none()
    if row is not None:
        session.delete(row)


def read_address(session: Session, settings: Settings, site_id: int) -> SecretAddress:
    """The address of a protected site. Callers check first that this person may know it now, and journal it."""
    row = session.exec(select(ProtectedAddress).where(ProtectedAddress.site_id == site_id)).one_or_none()
    if row is None:
        raise NotFound()
    return SecretAddress(**json.loads(_cipher(settings).decrypt(row.ciphertext.encode())))
