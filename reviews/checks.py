"""Checks that fail loudly: locks that the database lacks, settings that a production site must not have."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from articles.locks import missing_locks
from articles.lookup import configured


def locks_are_in_place(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Runs with `check --database default`; silent while a migration waits, which may be the one that adds the lock."""
    return [
        Error(
            f"The database lacks the lock {name}.",
            hint="Run migrate. If the lock was dropped by hand, run verify_records before anything else.",
            id="reviews.E001",
        )
        for alias in databases or []
        if not _awaits_migration(connections[alias])
        for name in missing_locks(connections[alias])
    ]


def _awaits_migration(connection: BaseDatabaseWrapper) -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def production_is_safe(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Runs with `check --deploy`."""
    found: list[CheckMessage] = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        hint = "SQLite is meant for one machine with few writers. Set DATABASE_URL to a PostgreSQL database."
        found.append(Warning("The site runs on SQLite.", hint=hint, id="reviews.W001"))
    if not settings.SECURITY_CONTACT:
        hint = "Set SECURITY_CONTACT to an address that somebody reads at once."
        found.append(Warning("Nobody is told when signing is locked.", hint=hint, id="reviews.W002"))
    return found


def lookups_are_configured(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Runs with every `check`: a name nobody knows would otherwise switch nothing on, and say nothing."""
    found: list[CheckMessage] = []
    if names := configured.misspelt():
        hint = f"LOOKUPS may name {' and '.join(configured.NAMES)}, with a comma between them."
        found.append(Warning(f"LOOKUPS names registers that do not exist: {', '.join(names)}.", hint=hint, id="reviews.W003"))
    if (settings.LOOKUPS or settings.CHECK_LINKS) and not settings.CONTACT_EMAIL:
        hint = "Set CONTACT_EMAIL to an address that somebody reads; registers and sites are told it, and none is asked without."
        found.append(Warning("Look-ups are switched on without CONTACT_EMAIL.", hint=hint, id="reviews.W004"))
    return found
