"""What the database knows of its own rows, by which it chooses the way to an answer.

PostgreSQL learns it by itself. SQLite learns it when it is told to, and without it goes through a whole archive to find the
newest articles of a topic (https://www.sqlite.org/lang_analyze.html).
"""

from typing import Any

from django.db import connections

LOOKED_AT = 1000  # rows of each index: it takes a second, however large the archive


def refresh(using: str = "default", **signal: Any) -> str:
    """Learns it anew; after a migration, and once a day."""
    if connections[using].vendor != "sqlite":
        return "left to the database"
    with connections[using].cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
        cursor.execute("ANALYZE")
    return "refreshed"
