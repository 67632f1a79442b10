"""What the database knows of its own rows, by which it chooses the way to an answer.

PostgreSQL learns it by itself. SQLite learns it when it is told to, and without it goes through a whole archive to find the
newest articles of a topic (https://www.sqlite.org/lang_analyze.html).
"""

from typing import Any

from django.db import connections

LOOKED_AT = 1000  # rows of each index: it takes a second, however large the archive
# Of an empty table ANALYZE says nothing, and SQLite takes it for a large one.
EMPTY = """INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT name, NULL, '1' FROM sqlite_master
    WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN (SELECT tbl FROM sqlite_stat1)"""


def refresh(using: str = "default", **signal: Any) -> str:
    """Learns it anew; after a migration, and once a day."""
    if connections[using].vendor != "sqlite":
        return "left to the database"
    with connections[using].cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
        for sql in ("ANALYZE", EMPTY, "ANALYZE sqlite_master"):
            cursor.execute(sql)
    return "refreshed"
