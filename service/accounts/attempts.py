"""How often somebody may try: by the account aimed at and by the address it comes from, on real time."""

from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection

from service.accounts.tokens import token_hash
from service.kit.clock import real_now
from service.kit.refusals import TooMany


@dataclass(frozen=True)
class Limit:
    """So many tries in so many minutes at one account, and from one address (a town hall shares one)."""

    account: RateLimitItem
    address: RateLimitItem


LIMITS = {
    "password": Limit(RateLimitItemPerMinute(8, 15), RateLimitItemPerMinute(60, 15)),
    "code": Limit(RateLimitItemPerMinute(10, 15), RateLimitItemPerMinute(60, 15)),
    "pin": Limit(RateLimitItemPerMinute(8, 15), RateLimitItemPerMinute(40, 15)),
    "card": Limit(RateLimitItemPerMinute(20, 15), RateLimitItemPerMinute(60, 15)),
    "poster": Limit(RateLimitItemPerMinute(20, 15), RateLimitItemPerMinute(60, 15)),
    # What costs a message: counted at each sending.
    "message": Limit(RateLimitItemPerMinute(4, 15), RateLimitItemPerHour(40, 1)),
    # A gateway whose signature is wrong.
    "text": Limit(RateLimitItemPerMinute(60, 15), RateLimitItemPerMinute(60, 15)),
    "registration": Limit(RateLimitItemPerHour(10, 1), RateLimitItemPerHour(30, 1)),
}


class Attempts:
    """The counters of one process, on `app.state.attempts`. Several web processes each count on their own."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, kind: str, account: str, address: str) -> None:
        """Refuse (429, with the minutes to wait) if either has been used up."""
        for item, *key in self._keys(kind, account, address):
            if not self._limiter.test(item, *key):
                reset = self._limiter.get_window_stats(item, *key).reset_time
                raise TooMany(minutes=max(1, round((reset - real_now().timestamp()) / 60 + 0.5)))

    def count(self, kind: str, account: str, address: str) -> None:
        """One more try."""
        for item, *key in self._keys(kind, account, address):
            self._limiter.hit(item, *key)

    def forget(self, kind: str, account: str) -> None:
        """The account's owner got in: what they mistyped before no longer counts."""
        self._limiter.clear(LIMITS[kind].account, kind, "account", token_hash(account))

    def _keys(self, kind: str, account: str, address: str) -> list[tuple[RateLimitItem, str, str, str]]:
        # Hashed, so that the counters hold no e-mail address or phone number in clear.
        limit = LIMITS[kind]
        return [
            (limit.account, kind, "account", token_hash(account)),
            (limit.address, kind, "address", token_hash(address)),
        ]


def attempts_of(connection: HTTPConnection) -> Attempts:
    """The counters of this application."""
    attempts: Attempts = connection.app.state.attempts
    return attempts


def address_of(connection: HTTPConnection) -> str:
    """Where a request comes from; behind a proxy the server is told to trust its header."""
    return connection.client.host if connection.client else "unknown"
