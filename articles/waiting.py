"""What is done for a reader beside the answer is not worth queueing for: it is done at once, or left for another time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

PATIENCE = 200  # milliseconds


@contextmanager
def without_waiting() -> Iterator[None]:
    """One transaction, in which a lock that somebody else holds is an OperationalError at once, or nearly so."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", [PATIENCE])
            yield
        return
    with connection.cursor() as cursor:  # SQLite has one writer at a time
        waited = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            with transaction.atomic():
                yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(waited)}")
