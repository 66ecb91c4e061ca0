"""Which real or null client stands behind each port, chosen from the settings; made once, in the composition root."""

from dataclasses import dataclass

from config.settings import Settings
from service.clients.files.folder import FolderFiles
from service.clients.files.port import Files
from service.clients.geocoding.port import Geocoder
from service.clients.mail.outbox import OutboxMail
from service.clients.mail.port import Mail
from service.clients.mail.smtp import SmtpMail
from service.clients.sms.gateway import HttpSms
from service.clients.sms.outbox import OutboxSms
from service.clients.sms.port import Sms


@dataclass(frozen=True)
class Clients:
    """The outside services of one process; on `app.state.clients` in the web."""

    mail: Mail
    sms: Sms
    files: Files
    geocoder: Geocoder

    @classmethod
    def of(cls, settings: Settings, geocoder: Geocoder) -> "Clients":
        """The clients these settings ask for; the geocoder needs the region's communes, so it is brought from there."""
        return cls(mail_of(settings), sms_of(settings), files_of(settings), geocoder)


def mail_of(settings: Settings) -> Mail:
    """SMTP, or letters in the data folder."""
    if settings.mail == "folder":
        return OutboxMail(settings.data_dir / "mail")
    return SmtpMail(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        security=settings.smtp_tls,
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() or None,
    )


def sms_of(settings: Settings) -> Sms:
    """A gateway over HTTP, or texts in the data folder."""
    if settings.sms == "folder":
        return OutboxSms(settings.data_dir / "sms")
    return HttpSms(url=settings.sms_url, token=settings.sms_token.get_secret_value())


def files_of(settings: Settings) -> Files:
    """A folder of this machine, or of a disk that several machines mount."""
    return FolderFiles(settings.data_dir / "files")
