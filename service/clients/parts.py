"""Which client of each outside service runs, by the settings, and how a route asks for it."""

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from config.settings import Settings
from service.clients.files.folder import FolderFiles
from service.clients.files.port import Files
from service.clients.mail.outbox import OutboxMail
from service.clients.mail.port import Mail
from service.clients.mail.smtp import SmtpMail
from service.clients.products.openfoodfacts import OpenFoodFacts
from service.clients.products.port import Products
from service.clients.products.remembered import RememberedProducts
from service.clients.products.shelf import ShelfProducts
from service.clients.push.outbox import OutboxPush
from service.clients.push.port import Push
from service.clients.push.vapid import VapidKey
from service.clients.push.webpush import WebPush
from service.clients.sms.gateway import HttpSms
from service.clients.sms.outbox import OutboxSms
from service.clients.sms.port import Sms


@dataclass(frozen=True)
class Clients:
    """The outside world as this installation reaches it; `app.state.clients` in the web process."""

    mail: Mail
    sms: Sms
    push: Push
    files: Files
    products: Products = field(default_factory=ShelfProducts)


def clients_from(settings: Settings) -> Clients:
    """The clients the settings ask for; by default all of them stay in the data folder."""
    return Clients(
        mail=_mail(settings),
        sms=_sms(settings),
        push=_push(settings),
        files=FolderFiles(settings.data_dir / "files"),
        products=_products(settings),
    )


def clients_of(connection: HTTPConnection) -> Clients:
    return cast(Clients, connection.app.state.clients)


OutsideClients = Annotated[Clients, Depends(clients_of)]


def _mail(settings: Settings) -> Mail:
    if settings.mail == "folder":
        return OutboxMail(settings.data_dir / "outbox" / "mail")
    return SmtpMail(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        security=settings.smtp_tls,
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() or None,
    )


def _sms(settings: Settings) -> Sms:
    if settings.sms == "folder":
        return OutboxSms(settings.data_dir / "outbox" / "sms")
    return HttpSms(
        url=settings.sms_url,
        token=settings.sms_token.get_secret_value(),
        body=settings.sms_body,
        headers=settings.sms_headers,
        encoding=settings.sms_encoding,
        sender=settings.sms_sender,
    )


def _products(settings: Settings) -> Products:
    if settings.products == "shelf":
        return ShelfProducts()
    return RememberedProducts(OpenFoodFacts(url=settings.products_url, contact=settings.address))


def _push(settings: Settings) -> Push:
    """Web Push where the installation has a key: said in the environment, else in the file `glane push keys` wrote."""
    written = settings.push_key.get_secret_value()
    if not written and settings.push_key_path.is_file():
        written = settings.push_key_path.read_text(encoding="utf-8")
    if not written.strip():
        return OutboxPush()
    contact = settings.push_contact or settings.address
    return WebPush(key=VapidKey.from_text(written), contact=contact, hosts=settings.push_hosts)
