"""The owner of the tables at the programs psql and sqlite3: refused by the database, with no Python in between.

SQLite's own shell does not mind foreign keys unless it is told to. What can be forged there never becomes a page, and
verify_records names it; an owner who drops a lock is named too.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from articles.locks import missing_locks
from tests.standing import SQLITE, full_world

PROGRAM = "sqlite3" if SQLITE else "psql"
pytestmark = pytest.mark.skipif(shutil.which(PROGRAM) is None, reason=f"the program {PROGRAM} is not installed here")
Shell = Callable[..., "subprocess.CompletedProcess[str]"]


def sqlite_shell(file: Path) -> Shell:
    def run(sql: str, *, minding_keys: bool = True) -> "subprocess.CompletedProcess[str]":
        sql = ("PRAGMA foreign_keys = ON;" if minding_keys else "") + sql
        return subprocess.run(["sqlite3", "-bail", str(file)], input=sql, capture_output=True, text=True, timeout=30)

    return run


def postgresql_shell() -> Shell:
    where = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {name: str(where[key]) for name, key in names.items() if where[key]}

    def run(sql: str, *, minding_keys: bool = True) -> "subprocess.CompletedProcess[str]":
        command = ["psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        return subprocess.run(command, input=sql, capture_output=True, text=True, timeout=30, env=os.environ | given)

    return run


def facts(w: SimpleNamespace) -> SimpleNamespace:
    """The keys that an attacker needs, by name."""
    people = {name: getattr(w, name).pk for name in ("wren", "fay", "dr_ruth", "dr_omar", "dr_late", "ed")}
    records = {name: getattr(w, name).pk for name in (
        "first", "second", "other", "live", "gone", "article", "facts", "medical", "facts_by_ruth", "objection", "open",
        "unverified", "withdrawal",
    )}  # fmt: skip
    return SimpleNamespace(**people, **records, digest=w.second.digest, old_digest=w.first.digest)


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[SimpleNamespace, Shell]]:
    """A world that is really committed, where another program can see it; on SQLite in a file of its own."""
    with django_db_blocker.unblock():
        world = facts(full_world())
        if SQLITE:
            file = tmp_path_factory.mktemp("shell") / "imprimatur.sqlite3"
            with sqlite3.connect(file) as copy:
                connection.connection.backup(copy)
            copy.close()
            world.file = file
        try:
            yield world, sqlite_shell(world.file) if SQLITE else postgresql_shell()
        finally:
            TransactionTestCase("__init__")._fixture_teardown()


@pytest.fixture
def world(db) -> SimpleNamespace:
    return db[0]


@pytest.fixture
def shell(db) -> Shell:
    return db[1]


def copied(table: str, row: str, **changes: str) -> str:
    """An INSERT of a row that exists, with some columns changed: written by hand, as an attacker would."""
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table) if column.name != "id"]
    assert set(changes) <= set(names), changes
    values = ", ".join(changes.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}" WHERE id = {row};'


def publication(w: SimpleNamespace, **changes: object) -> str:
    words = changes.get("revision_id", w.second)
    honest = {
        "article_id": w.article, "revision_id": words, "reviewed_id": words,
        "revision_kind": f"(SELECT kind FROM articles_revision WHERE id = {words})",
        "medical_id": w.medical, "medical_reviewer_id": w.dr_ruth,
        "facts_id": w.facts, "facts_reviewer_id": w.fay,
    }  # fmt: skip
    return copied("reviews_publication", str(w.live), **{name: str(value) for name, value in {**honest, **changes}.items()})


def signature(w: SimpleNamespace, **changes: object) -> str:
    honest = {"request_id": w.open, "reviewer_id": w.dr_omar, **changes}
    return copied("reviews_signoff", str(w.facts), **{name: str(value) for name, value in honest.items()})


ATTACKS: dict[str, tuple[str, Callable[[SimpleNamespace], str]]] = {
    "rewriting a revision": (
        "articles_revision is append-only",
        lambda w: f"UPDATE articles_revision SET body = 'Take twice the dose.' WHERE id = {w.first};",
    ),
    "deleting an objection": (
        "reviews_signoff is append-only", lambda w: f"DELETE FROM reviews_signoff WHERE id = {w.objection};",
    ),
    "turning an objection into approval": (
        "reviews_signoff is append-only", lambda w: f"UPDATE reviews_signoff SET decision = 'approve' WHERE id = {w.objection};",
    ),
    "emptying the history": ("articles_event is append-only", lambda w: "DELETE FROM articles_event;"),
    "deleting a withdrawal": ("reviews_withdrawal is append-only", lambda w: "DELETE FROM reviews_withdrawal;"),
    "making oneself no author": (
        "articles_contribution is append-only", lambda w: f"DELETE FROM articles_contribution WHERE user_id = {w.wren};",
    ),
    "giving an account away": (
        "articles_user keeps its rows", lambda w: f"UPDATE articles_user SET username = 'x' WHERE id = {w.wren};",
    ),
    "deleting an account": ("articles_user keeps its rows", lambda w: f"DELETE FROM articles_user WHERE id = {w.wren};"),
    "another registration number": (
        "reviews_credential keeps its rows", lambda w: "UPDATE reviews_credential SET number = '1';",
    ),
    "verifying oneself": (
        "nobody_verifies_their_own_credential",
        lambda w: "UPDATE reviews_credential SET verified_by_id = holder_id, verified_at = '2026-01-01 00:00:00+00'"
        f" WHERE id = {w.unverified};",
    ),
    "publishing without a signature": ("medical_id", lambda w: publication(w, medical_id="NULL")),
    "publishing on one person's word": (
        "facts_and_medicine_by_different_people",
        lambda w: publication(w, facts_id=w.facts_by_ruth, facts_reviewer_id=w.dr_ruth),
    ),
    "publishing as a request for changes": (
        "publication_rests_on_approvals",
        lambda w: publication(w, medical_id=w.objection, medical_reviewer_id=w.dr_omar, decision="'changes'"),
    ),
    "signing as a writer": (
        "signoff_is_by_a_reviewer", lambda w: signature(w, reviewer_id=w.wren, role="'writer'"),
    ),
}  # fmt: skip

# What only foreign keys refuse: SQLite does not say which one.
FORGERIES: dict[str, tuple[str, Callable[[SimpleNamespace], str]]] = {
    "publishing on signatures of other words": (
        "published_words_are_medically_approved",
        lambda w: publication(
            w, revision_id=w.other, article_id=f"(SELECT article_id FROM articles_revision WHERE id = {w.other})",
        ),
    ),
    "publishing a fact check as medicine": (
        "published_words_are_medically_approved", lambda w: publication(w, medical_id=w.facts_by_ruth),
    ),
    "publishing a request for changes as approval": (
        "published_words_are_medically_approved",
        lambda w: publication(w, medical_id=w.objection, medical_reviewer_id=w.dr_omar),
    ),
    "publishing under another article": (
        "published_revision_is_of_the_article",
        lambda w: publication(w, article_id=f"(SELECT article_id FROM reviews_publication WHERE id = {w.gone})"),
    ),
    "signing what one wrote": ("nobody_signs_what_they_wrote", lambda w: signature(w, reviewer_id=w.wren)),
    "signing other words": ("signature_is_of_these_words", lambda w: signature(w, digest=f"'{w.old_digest}'")),
    "showing another article": (
        "page_shows_a_publication_of_its_article",
        lambda w: f"UPDATE articles_page SET publication_id = {w.gone} WHERE article_id = {w.article};",
    ),
    "a draft of another article": (
        "draft_is_of_this_article",
        lambda w: "UPDATE articles_article SET draft_id = (SELECT revision_id FROM reviews_publication"
        f" WHERE id = {w.gone}) WHERE id = {w.article};",
    ),
}  # fmt: skip

ON_ONE = {
    "replacing a revision": (
        "articles_revision already has a row with this key",
        lambda w: f"INSERT OR REPLACE INTO articles_revision SELECT * FROM articles_revision WHERE id = {w.first};",
    ),
    "replacing by an update": (  # two locks refuse it, and SQLite does not say which comes first
        r"articles_revision (already has a row with this key|is append-only)",
        lambda w: f"UPDATE OR REPLACE articles_revision SET id = {w.first} WHERE id = {w.second};",
    ),
} if SQLITE else {
    "emptying a table": ("articles_revision is append-only", lambda w: "TRUNCATE articles_revision CASCADE;"),
    "merging": (
        "articles_revision is append-only",
        lambda w: f"MERGE INTO articles_revision r USING (SELECT 1) s ON r.id = {w.first}"
        " WHEN MATCHED THEN UPDATE SET title = 'x';",
    ),
}  # fmt: skip


def dump(shell: Shell) -> str:
    tables = ("articles_revision", "articles_contribution", "articles_event", "articles_page", "articles_user",
              "reviews_signoff", "reviews_publication", "reviews_withdrawal", "reviews_credential")  # fmt: skip
    key = {"articles_page": "article_id"}
    return shell("".join(f"SELECT * FROM {table} ORDER BY {key.get(table, 'id')};" for table in tables)).stdout


def refused(shell: Shell, world: SimpleNamespace, attack: str, because: str) -> None:
    before = dump(shell)
    assert len(before) > 10_000
    answer = shell(f"BEGIN; {attack} COMMIT;")
    assert answer.returncode != 0
    assert re.search(because, answer.stderr), answer.stderr
    assert dump(shell) == before


@pytest.mark.parametrize(("because", "attack"), [*ATTACKS.values(), *ON_ONE.values()], ids=[*ATTACKS, *ON_ONE])
def test_the_shell_is_refused(shell, world, because, attack):
    refused(shell, world, attack(world), because)


@pytest.mark.parametrize(("because", "attack"), FORGERIES.values(), ids=FORGERIES)
def test_the_shell_forges_nothing(shell, world, because, attack):
    refused(shell, world, attack(world), "FOREIGN KEY constraint failed" if SQLITE else because)


@pytest.mark.parametrize("honest", [publication, signature], ids=lambda honest: honest.__name__)
def test_the_attacks_are_well_written(shell, world, honest):
    """The same statement with the right values is accepted, and then undone."""
    answer = shell(f"BEGIN; {honest(world)} ROLLBACK;")
    assert (answer.returncode, answer.stderr) == (0, "")


# --- An owner who goes further ----------------------------------------------------------------------------------------
def manage(file: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{file}", "DEBUG": "1", "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    root = settings.ROOT
    return subprocess.run([sys.executable, "manage.py", *command], cwd=root, env=env, capture_output=True, text=True, timeout=60)


@pytest.fixture
def stolen(world, tmp_path) -> SimpleNamespace:
    """A copy of the file, to be damaged."""
    if not SQLITE:
        pytest.skip("psql minds foreign keys: there is no shell that does not")
    file = tmp_path / "stolen.sqlite3"
    shutil.copy(world.file, file)
    return SimpleNamespace(file=file, shell=sqlite_shell(file))


def test_what_a_shell_forges_that_minds_no_keys_becomes_no_page_and_is_named(world, stolen):
    forged = FORGERIES["publishing a request for changes as approval"][1](world)
    assert stolen.shell(forged, minding_keys=False).returncode == 0
    page = stolen.shell("SELECT * FROM articles_page").stdout
    built = manage(stolen.file, "refresh_pages")
    assert built.returncode != 0
    assert "sign-off" in built.stderr
    assert stolen.shell("SELECT * FROM articles_page").stdout == page
    verified = manage(stolen.file, "verify_records")
    assert verified.returncode != 0
    row = stolen.shell("SELECT max(id) FROM reviews_publication").stdout.strip()
    assert f"reviews_publication, row {row}" in verified.stderr
    assert "the history does not tell of it" in verified.stderr


def test_an_owner_who_drops_a_lock_is_named(world, stolen):
    assert stolen.shell("DROP TRIGGER revisions_never_change_update;").returncode == 0
    assert stolen.shell(f"UPDATE articles_revision SET body = 'Take twice the dose.' WHERE id = {world.first};").returncode == 0
    verified = manage(stolen.file, "verify_records")
    assert verified.returncode != 0
    assert "the database lacks the lock revisions_never_change" in verified.stderr
    assert f"revision {world.first} " in verified.stderr


def test_an_owner_of_a_postgresql_database_who_disables_a_lock_is_named(world, shell):
    if SQLITE:
        pytest.skip("SQLite has no ALTER TABLE … DISABLE TRIGGER")
    lock = "ALTER TABLE articles_revision {} TRIGGER revisions_never_change;"
    assert shell(lock.format("DISABLE")).returncode == 0
    try:
        assert missing_locks(connection) == ["revisions_never_change"]
    finally:
        assert shell(lock.format("ENABLE")).returncode == 0
    assert missing_locks(connection) == []
