"""The database of a trial: nobody reads it afterwards, so nothing need survive a power cut."""

from typing import Any

from sqlalchemy import event

from service.database.engine import Database

PRAGMAS = ("synchronous=OFF", "temp_store=MEMORY", "cache_size=-65536")


class QuickDatabase(Database):
    """The same transactions, kept in memory for longer; SQLite only."""

    def __init__(self, url: str) -> None:
        super().__init__(url)

        @event.listens_for(self.engine, "connect")
        def _on_connect(connection: Any, _record: Any) -> None:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
