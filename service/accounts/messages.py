"""The letters and texts this room sends itself: sign-in links, codes and invitations, after the transaction."""

import structlog

from service.accounts.identifiers import takes_sms
from service.accounts.rules import CODE_MINUTES, INVITATION_DAYS, LINK_MINUTES
from service.clients.mail.port import MailNotSent
from service.clients.parts import Clients
from service.clients.sms.port import SmsNotSent
from service.kit.i18n import N_, gettext

log = structlog.get_logger()

LINK_SUBJECT = N_("Votre lien pour vous connecter à Glane")
LINK_TEXT = N_(
    "Bonjour,\n\nPour vous connecter à Glane, ouvrez ce lien :\n\n%(url)s\n\nIl sert une seule fois, dans les"
    " %(minutes)s minutes.\nVous n'avez rien demandé ? Ne faites rien : sans ce lien, personne n'entre.\n"
)
CODE_TEXT = N_("Glane : votre code est %(code)s. Il est valable %(minutes)s minutes. Ne le donnez à personne.")
INVITATION_SUBJECT = N_("%(organisation)s vous invite sur Glane")
INVITATION_TEXT = N_(
    "Bonjour %(name)s,\n\n%(organisation)s vous invite sur Glane, où les invendus alimentaires trouvent le chemin des"
    " associations.\n\nPour commencer, ouvrez ce lien :\n\n%(url)s\n\nIl est valable %(days)s jours.\n"
)
INVITATION_SMS = N_("%(organisation)s vous invite sur Glane : %(url)s")


def send_link(clients: Clients, to: str, url: str, locale: str) -> None:
    """E-mail a sign-in link."""
    _mail(clients, to, gettext(LINK_SUBJECT, locale), gettext(LINK_TEXT, locale, url=url, minutes=LINK_MINUTES), "link")


def send_code(clients: Clients, to: str, digits: str, locale: str) -> None:
    """Send a sign-in code by SMS."""
    _sms(clients, to, gettext(CODE_TEXT, locale, code=digits, minutes=CODE_MINUTES), "code")


def send_invitation(
    clients: Clients, *, email: str | None, phone: str | None, url: str, name: str, organisation: str, locale: str
) -> None:
    """Invite by e-mail where there is an address, else by SMS; with neither, the QR code is all there is."""
    if email:
        text = gettext(INVITATION_TEXT, locale, name=name, organisation=organisation, url=url, days=INVITATION_DAYS)
        _mail(clients, email, gettext(INVITATION_SUBJECT, locale, organisation=organisation), text, "invitation")
    elif phone and takes_sms(phone):
        _sms(clients, phone, gettext(INVITATION_SMS, locale, organisation=organisation, url=url), "invitation")


def _mail(clients: Clients, to: str, subject: str, text: str, what: str) -> None:
    try:
        clients.mail.send(to, " ".join(subject.split()), text)
    except MailNotSent as problem:
        # Neither the address nor the link: only what a person needs to repair the carrier.
        log.warning("mail not sent", what=what, reason=str(problem), permanent=problem.permanent)


def _sms(clients: Clients, to: str, text: str, what: str) -> None:
    try:
        clients.sms.send(to, text)
    except SmsNotSent as problem:
        log.warning("text not sent", what=what, reason=str(problem), permanent=problem.permanent)
