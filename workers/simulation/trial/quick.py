"""The database of a trial: nobody reads it afterwards, so nothing need survive a power cut; connections are kept."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import QueuePool
from sqlmodel import create_engine

from service.database.engine import Database

PRAGMAS = ("journal_mode=WAL", "synchronous=OFF", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-65536")


class QuickDatabase(Database):
    """The same transactions over connections that stay open; SQLite only."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.engine.dispose()
        self.engine = create_engine(url, connect_args={"check_same_thread": False}, poolclass=QueuePool)

        @event.listens_for(self.engine, "connect")
        def _on_connect(connection: Any, _record: Any) -> None:
            # As in production: the driver must not begin transactions by itself.
            connection.isolation_level = None
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
