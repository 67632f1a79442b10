"""Statements that readers ask again and again, prepared on each connection to PostgreSQL: to plan them anew each time takes
longer than to answer them.

A connection remembers what was prepared on it until it is closed. Where each transaction may get another one, because a
pooler stands between, Django must be told so by DISABLE_SERVER_SIDE_CURSORS; nothing is prepared there.
"""

from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.base.base import BaseDatabaseWrapper

from articles.sealing import sha256

MOST = 50  # statements on one connection: searches have as many forms as readers have ideas
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def prepared(sql: str, using: BaseDatabaseWrapper) -> str:
    """What to send in place of this statement, with the same parameters. The plan is one for all parameters."""
    if using.vendor != "postgresql" or using.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        return sql
    name = f"prepared_{sha256(sql.encode())[:32]}"
    with using.cursor() as cursor:  # opens the connection anew if it was lost
        known = _known.setdefault(using.connection, set())
        if name not in known and len(known) < MOST:
            cursor.execute(f"PREPARE {name} AS {_numbered(sql)}")
            known.add(name)
    if name not in known:
        return sql
    return f"SET LOCAL plan_cache_mode = force_generic_plan; EXECUTE {name}{_parameters(sql)}"


def _numbered(sql: str) -> str:
    """With $1, $2 … for its parameters, as PostgreSQL itself writes them."""
    first, *others = sql.replace("%%", "\0").split("%s")
    numbered = first + "".join(f"${n}{part}" for n, part in enumerate(others, 1))
    return numbered.replace("\0", "%")


def _parameters(sql: str) -> str:
    count = sql.replace("%%", "").count("%s")
    return f"({', '.join(['%s'] * count)})" if count else ""
