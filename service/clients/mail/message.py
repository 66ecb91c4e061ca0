"""The message itself, built once so that every carrier sends the same one."""

from email.message import EmailMessage
from email.utils import localtime, make_msgid, parseaddr

from service.clients.mail.port import checked


def compose(sender: str, to: str, subject: str, text: str, html: str | None) -> EmailMessage:
    """Build the message. ``sender`` may carry a name: ``Glane <bonjour@example.org>``."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = checked(to, subject)
    message["Subject"] = subject
    message["Date"] = localtime()
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message["Message-ID"] = make_msgid(domain=domain or None)
    # Asks holiday responders to keep quiet: nobody reads the sender's box.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message
