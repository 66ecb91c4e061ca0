"""What opens the door: sign-in links and codes, cards, shared tablets, invitations. Only hashes of secrets are kept."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from service.accounts.models import Role
from service.database.columns import Row, UtcDateTime, words


class SignInLink(Row, table=True):
    """A link sent by e-mail that signs in once."""

    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def opens(self, real_now: datetime) -> bool:
        """Whether it still signs in."""
        return self.used_at is None and real_now < self.expires_at


class SignInCode(Row, table=True):
    """Six digits sent by SMS. They are few, so what is kept is keyed with the server's secret, and tries count."""

    __table_args__ = (CheckConstraint("tries >= 0", name="code_tries"),)

    person_id: int = Field(foreign_key="person.id", index=True)
    code_hash: str
    tries: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Card(Row, table=True):
    """A printed QR code that signs its holder in until it is revoked, for people without e-mail or phone."""

    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    label: str = ""
    made_by: int = Field(foreign_key="person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Tablet(Row, table=True):
    """A device that stands at a site and that several people use, each by name and with the site's PIN."""

    token_hash: str = Field(unique=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    name: str = ""
    paired_by: int = Field(foreign_key="person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Poster(Row, table=True):
    """A poster in a back room: its QR code opens the form of a lot for this site, and nothing else."""

    __table_args__ = (CheckConstraint("uses >= 0", name="poster_uses"),)

    token_hash: str = Field(unique=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    # Where it hangs, so that one knows which to revoke.
    label: str = ""
    made_by: int = Field(foreign_key="person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    uses: int = 0
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PosterVisit(Row, table=True):
    """Somebody scanned a poster: a few minutes in which one lot may be posted, in nobody's name."""

    __tablename__ = "poster_visit"
    __table_args__ = (CheckConstraint("posted_at IS NULL OR ended_at IS NOT NULL", name="poster_visit_posts_once"),)

    token_hash: str = Field(unique=True)
    poster_id: int = Field(foreign_key="poster.id", index=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def is_open(self, real_now: datetime) -> bool:
        """Whether its one lot may still be posted."""
        return self.ended_at is None and real_now < self.expires_at


class SitePin(Row, table=True):
    """The PIN of a site's tablets; short, so hashed slowly."""

    site_id: int = Field(foreign_key="site.id", unique=True)
    pin_hash: str
    set_by: int = Field(foreign_key="person.id")
    set_at: datetime = Field(sa_type=UtcDateTime)


class Invitation(Row, table=True):
    """Somebody is asked to join an organisation; the link is sent by e-mail or SMS, or printed as a QR code."""

    __table_args__ = (CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="invitation_one_end"),)

    token_hash: str = Field(unique=True)
    region: str = Field(index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    role: Role = Field(sa_type=words(Role))
    site_id: int | None = Field(default=None, foreign_key="site.id")
    name: str
    email: str | None = None
    phone: str | None = None
    invited_by: int = Field(foreign_key="person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    accepted_by: int | None = Field(default=None, foreign_key="person.id")
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def opens(self, real_now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and real_now < self.expires_at
