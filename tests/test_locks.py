"""The locks are tried with raw SQL on throw-away tables, made and changed by real migration operations.

Whatever a migration did to the tables, the same attacks must be refused afterwards, and the honest writes must pass.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter
from django.db.models import PROTECT, ForeignKey, UniqueConstraint

from articles.locks import AppendOnly, CompositeForeignKey, Frozen, missing_locks, suspended

SQLITE = connection.vendor == "sqlite"
only_sqlite = pytest.mark.skipif(not SQLITE, reason="SQLite only")
only_postgresql = pytest.mark.skipif(SQLITE, reason="PostgreSQL only")

LOCKS: dict[str, list[Any]] = {
    "Revision": [
        CompositeForeignKey(fields=["parent", "article"], to="lab.Revision", to_fields=["id", "article"], name="lab_parent"),
        AppendOnly(name="lab_revision"),
    ],
    "SignOff": [
        CompositeForeignKey(
            fields=["revision", "reviewer", "role"],
            to="lab.Contribution",
            to_fields=["revision", "person", "role"],
            name="lab_contribution",
        ),
        Frozen(fields=["revision", "reviewer", "role", "seal"], once=["revoked_by"], name="lab_sign_off"),
    ],
    "Contribution": [AppendOnly(name="lab_contribution_rows")],
    "Picture": [AppendOnly(name="lab_picture")],
}


def create(name: str, /, *constraints: Any, **fields: Any) -> migrations.CreateModel:
    columns = {"id": models.BigAutoField(primary_key=True)} | fields
    return migrations.CreateModel(name, list(columns.items()), options={"constraints": list(constraints)})


def tables(locks: dict[str, list[Any]]) -> list[Any]:
    """SignOff has no ordinary key to the Contribution that its composite key points to."""
    return [
        create("Person", name=models.CharField(max_length=20, unique=True)),
        create(
            "Revision",
            UniqueConstraint(fields=["article", "number"], name="lab_number"),
            UniqueConstraint(fields=["id", "article"], name="lab_id_article"),
            *locks.get("Revision", []),
            article=models.IntegerField(),
            number=models.IntegerField(),
            parent=ForeignKey("lab.Revision", PROTECT, null=True),
            body=models.TextField(),
            aside=models.TextField(null=True),
        ),
        create(
            "Contribution",
            UniqueConstraint(fields=["revision", "person", "role"], name="lab_once"),
            *locks.get("Contribution", []),
            revision=ForeignKey("lab.Revision", PROTECT),
            person=ForeignKey("lab.Person", PROTECT),
            role=models.CharField(max_length=10),
        ),
        create(
            "SignOff",
            *locks.get("SignOff", []),
            revision=ForeignKey("lab.Revision", PROTECT),
            reviewer=ForeignKey("lab.Person", PROTECT, related_name="+"),
            role=models.CharField(max_length=10, db_default="reviewer"),
            revoked_by=ForeignKey("lab.Person", PROTECT, null=True, related_name="+"),
            place=models.IntegerField(unique=True),
            seal=models.TextField(null=True),
            aside=models.TextField(db_default="100% sure"),
        ),
        create(
            "Picture",
            *locks.get("Picture", []),
            id=models.CharField(max_length=9, primary_key=True),
        ),
    ]


class History:
    """A throw-away app with the migrations it went through."""

    def __init__(self) -> None:
        self.state = ProjectState()

    def migrate(self, *operations: Any) -> None:
        migration = migrations.Migration("step", "lab")
        migration.operations = list(operations)
        editor = connection.schema_editor(atomic=True)
        try:
            with editor:
                self.state = migration.apply(self.state, editor)
        except Exception as error:
            if connection.in_atomic_block:  # Django leaves it open when the end of a migration fails.
                editor.atomic.__exit__(type(error), error, error.__traceback__)
            connection.enable_constraint_checking()
            raise

    def add(self, locks: dict[str, list[Any]]) -> None:
        self.migrate(*(migrations.AddConstraint(name, lock) for name, added in locks.items() for lock in added))


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def accepted(sql: str) -> bool:
    """Whether the database does this; it is undone again either way."""
    try:
        with transaction.atomic():
            run(sql)
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


def fill() -> None:
    run("INSERT INTO lab_person (name) VALUES ('Writer'), ('Reviewer'), ('Stranger')")
    run("INSERT INTO lab_revision (article, number, body) VALUES (1, 1, 'first'), (2, 1, 'other')")
    run("INSERT INTO lab_revision (article, number, parent_id, body) VALUES (1, 2, 1, 'second')")
    run("INSERT INTO lab_contribution (revision_id, person_id, role) VALUES (1, 1, 'writer')")
    run("INSERT INTO lab_contribution (revision_id, person_id, role) VALUES (1, 2, 'reviewer')")
    run("INSERT INTO lab_contribution (revision_id, person_id, role) VALUES (1, 3, 'reviewer')")
    run("INSERT INTO lab_signoff (revision_id, reviewer_id, place) VALUES (1, 2, 1)")
    run("INSERT INTO lab_picture (id) VALUES ('a'), ('b')")
    run("INSERT INTO lab_signoff (revision_id, reviewer_id, place, revoked_by_id) VALUES (1, 3, 2, 1)")


@pytest.fixture
def history(django_db_setup: None, django_db_blocker: Any) -> Iterator[History]:
    """No test transaction, because SQLite changes tables outside of one only; so everything is dropped by hand."""
    with django_db_blocker.unblock():
        try:
            yield History()
        finally:
            names = [name for name in connection.introspection.table_names() if name.startswith("lab_")]
            with connection.constraint_checks_disabled():
                for name in names:
                    run(f'DROP TABLE "{name}"' + ("" if SQLITE else " CASCADE"))
            assert not [name for name in connection.introspection.table_names() if name.startswith("lab_")]


@pytest.fixture
def locked(history: History) -> History:
    history.migrate(*tables(LOCKS))
    fill()
    return history


ATTACKS = [
    "UPDATE lab_revision SET body = 'forged' WHERE id = 1",
    "UPDATE lab_revision SET body = body",
    "UPDATE lab_revision SET id = 9 WHERE id = 2",
    "DELETE FROM lab_revision WHERE id = 3",
    "DELETE FROM lab_contribution",
    "INSERT INTO lab_revision (id, article, number, body) VALUES (3, 1, 2, 'forged')"
    " ON CONFLICT (id) DO UPDATE SET body = 'forged'",
    "UPDATE lab_signoff SET id = 9 WHERE id = 1",
    "UPDATE lab_signoff SET reviewer_id = 3 WHERE id = 1",
    "UPDATE lab_signoff SET role = 'writer', reviewer_id = 1 WHERE id = 1",
    "UPDATE lab_signoff SET revoked_by_id = NULL WHERE id = 2",
    "UPDATE lab_signoff SET seal = 'forged' WHERE id = 1",
    "UPDATE lab_signoff SET revoked_by_id = 3, aside = 'sorry' WHERE id = 2",
    "DELETE FROM lab_signoff WHERE id = 2",
    # keys that disagree: another article's revision as parent, a writer who signs, a role not held, an orphan
    "INSERT INTO lab_revision (article, number, parent_id, body) VALUES (1, 3, 2, 'stolen parent')",
    "INSERT INTO lab_revision (article, number, parent_id, body) VALUES (1, 3, 99, 'no parent')",
    "INSERT INTO lab_signoff (revision_id, reviewer_id, place) VALUES (1, 1, 3)",
    "INSERT INTO lab_signoff (revision_id, reviewer_id, place, role) VALUES (1, 2, 3, 'writer')",
    "INSERT INTO lab_signoff (revision_id, reviewer_id, place) VALUES (3, 2, 3)",
    "INSERT INTO lab_signoff (revision_id, reviewer_id, place) VALUES (99, 2, 3)",
] + (
    [
        "INSERT OR REPLACE INTO lab_revision (id, article, number, body) VALUES (3, 1, 2, 'forged')",
        "INSERT OR REPLACE INTO lab_revision (id, article, number, body) VALUES ('3', 7, 7, 'forged')",
        "INSERT OR REPLACE INTO lab_revision (rowid, article, number, body) VALUES (3, 7, 7, 'forged')",
        "REPLACE INTO lab_revision (article, number, body) VALUES (1, 2, 'forged')",
        "UPDATE OR REPLACE lab_revision SET id = 3 WHERE id = 2",
        "INSERT OR IGNORE INTO lab_revision (id, article, number, body) VALUES (3, 1, 2, 'forged')",
        "REPLACE INTO lab_signoff (id, revision_id, reviewer_id, place) VALUES (1, 1, 2, 5)",
        "REPLACE INTO lab_signoff (revision_id, reviewer_id, place) VALUES (1, 2, 2)",
        "UPDATE OR REPLACE lab_signoff SET place = 2 WHERE id = 1",
        "UPDATE OR REPLACE lab_signoff SET id = 2 WHERE id = 1",
        "REPLACE INTO lab_picture (rowid, id) VALUES (1, 'c')",
    ]
    if SQLITE
    else [
        "TRUNCATE lab_revision, lab_signoff, lab_contribution",
        "TRUNCATE lab_signoff",
        "TRUNCATE lab_person CASCADE",
        "MERGE INTO lab_revision r USING lab_person p ON r.id = p.id WHEN MATCHED THEN DELETE",
    ]
)
HONEST = [
    "INSERT INTO lab_revision (article, number, parent_id, body) VALUES (1, 3, 3, 'third')",
    "INSERT INTO lab_revision (article, number, parent_id, body) VALUES (3, 1, NULL, 'first')",
    "INSERT INTO lab_signoff (revision_id, reviewer_id, place) VALUES (1, 2, 3)",
    "UPDATE lab_signoff SET revoked_by_id = 1 WHERE id = 1",
    "UPDATE lab_signoff SET place = 8, role = role, revoked_by_id = revoked_by_id WHERE id = 2",
    "DELETE FROM lab_person WHERE name = 'nobody'",
]


def holes(attacks: list[str] = ATTACKS, honest: list[str] = HONEST) -> list[str]:
    return [sql for sql in attacks if accepted(sql)] + [sql for sql in honest if not accepted(sql)]


def test_attacks_are_refused_and_honest_writes_pass(locked: History) -> None:
    assert holes() == []


def test_without_the_locks_every_attack_succeeds(history: History) -> None:
    history.migrate(*tables({}))
    fill()
    assert [sql for sql in ATTACKS + HONEST if not accepted(sql)] == []


def test_a_refusal_names_the_table_and_says_what_to_do(locked: History) -> None:
    with pytest.raises(IntegrityError, match="lab_revision is append-only: rows are never changed or deleted"):
        run("UPDATE lab_revision SET body = 'forged'")
    with pytest.raises(IntegrityError, match=r"lab_signoff keeps its rows, and these never change .*: revision, rev"):
        run("DELETE FROM lab_signoff")


@only_sqlite
def test_a_bare_shell_cannot_replace_rows(locked: History) -> None:
    """INSERT OR REPLACE fires no DELETE trigger unless a connection asks for it, and the sqlite3 shell does not."""
    run("PRAGMA recursive_triggers = OFF")
    try:
        assert holes() == []
    finally:
        run("PRAGMA recursive_triggers = ON")


def test_rows_may_be_loaded_in_any_order_but_must_agree_in_the_end(locked: History) -> None:
    later = "PRAGMA defer_foreign_keys = ON" if SQLITE else "SET CONSTRAINTS ALL DEFERRED"
    sign_off = "INSERT INTO lab_signoff (revision_id, reviewer_id, place) VALUES (3, 2, 3)"
    with transaction.atomic():
        run(later)
        run(sign_off)
        run("INSERT INTO lab_contribution (revision_id, person_id, role) VALUES (3, 2, 'reviewer')")
    with pytest.raises(IntegrityError), transaction.atomic():
        run(later)
        run(sign_off.replace("(3, 2, 3)", "(2, 2, 4)"))


def test_querysets_and_saves_meet_the_locks(locked: History) -> None:
    revision, sign_off = (locked.state.apps.get_model("lab", name) for name in ("Revision", "SignOff"))
    for forge in (
        revision.objects.filter(pk=3).delete,
        revision.objects.get(pk=1).save,
        lambda: revision.objects.update(body="forged"),
        lambda: revision.objects.bulk_update([revision(pk=1, body="forged")], ["body"]),
        lambda: sign_off.objects.update(reviewer=1),
    ):
        with pytest.raises(IntegrityError):
            forge()
    kept = sign_off.objects.get(pk=1)
    kept.aside = "an ordinary save writes every column, changed or not"
    kept.save()


FIELD = models.IntegerField(default=0, db_default=0)
LATER: dict[str, list[Any]] = {
    "a field that may be empty": [
        migrations.AddField("Revision", "extra", models.TextField(null=True)),
        migrations.AddField("SignOff", "extra", models.TextField(null=True)),
    ],
    "a field with a default": [
        migrations.AddField("Revision", "extra", FIELD),
        migrations.AddField("SignOff", "extra", FIELD),
    ],
    "two rebuilds of a table in one migration": [
        migrations.AddField("Revision", "extra", FIELD),
        migrations.AddField("Contribution", "extra", FIELD),
        migrations.AddField("Revision", "more", FIELD),
    ],
    "another type for an ordinary field": [
        migrations.AlterField("Revision", "body", models.CharField(max_length=200)),
        migrations.AlterField("SignOff", "aside", models.CharField(max_length=200, null=True)),
    ],
    "another type for a frozen field that is also in a key": [
        migrations.AlterField("SignOff", "role", models.CharField(max_length=40, db_default="reviewer")),
        migrations.AlterField("Contribution", "role", models.TextField()),
    ],
    "another type for a field that keys point to": [
        migrations.AlterField("Revision", "article", models.BigIntegerField()),
        migrations.AlterField("Person", "name", models.CharField(max_length=200)),
    ],
    "another name for a field": [
        migrations.RenameField("Revision", "aside", "remark"),
        migrations.RenameField("SignOff", "aside", "remark"),
        migrations.RenameField("SignOff", "remark", "aside"),
    ],
    "a field less": [
        migrations.RemoveField("Revision", "aside"),
    ],
    "a check": [
        migrations.AddConstraint("SignOff", models.CheckConstraint(condition=models.Q(role="reviewer"), name="lab_role")),
    ],
    "an index": [
        migrations.AddIndex("Revision", models.Index(fields=["article"], name="lab_by_article")),
        migrations.AddIndex("SignOff", models.Index(fields=["role"], name="lab_by_role")),
    ],
    "locks removed and made again": [
        *(migrations.RemoveConstraint(name, lock.name) for name, locks in LOCKS.items() for lock in locks),
        *(migrations.AddConstraint(name, lock) for name, locks in LOCKS.items() for lock in locks),
    ],
}


@pytest.mark.parametrize("operations", LATER.values(), ids=LATER.keys())
def test_the_locks_survive_later_migrations(locked: History, operations: list[Any]) -> None:
    assert holes() == []  # so that PostgreSQL has plans for the tables as they were
    locked.migrate(*operations)
    assert holes() == []


@pytest.mark.parametrize("operations", LATER.values(), ids=LATER.keys())
def test_the_locks_survive_changes_in_the_migration_that_makes_them(history: History, operations: list[Any]) -> None:
    history.migrate(*tables(LOCKS), *operations)
    fill()
    assert holes() == []


def test_the_locks_follow_a_renamed_table(locked: History) -> None:
    locked.migrate(migrations.RenameModel("Revision", "Text"), migrations.RenameModel("SignOff", "Approval"))
    locked.migrate(migrations.AddField("Text", "extra", FIELD), migrations.AddField("Approval", "extra", FIELD))

    def renamed(attacks: list[str]) -> list[str]:
        return [sql.replace("lab_revision", "lab_text").replace("lab_signoff", "lab_approval") for sql in attacks]

    assert holes(renamed(ATTACKS), renamed(HONEST)) == []


def test_the_locks_follow_a_renamed_target(locked: History) -> None:
    """The operations are those that makemigrations writes once the model's `to` names the new target."""
    kept = CompositeForeignKey(
        fields=["revision", "reviewer", "role"],
        to="lab.Part",
        to_fields=["revision", "person", "role"],
        name="lab_contribution",
    )
    locked.migrate(
        migrations.RenameModel("Contribution", "Part"),
        migrations.RemoveConstraint("SignOff", "lab_contribution"),
        migrations.AddConstraint("SignOff", kept),
        migrations.AddField("SignOff", "extra", FIELD),
    )
    assert holes([sql.replace("lab_contribution", "lab_part") for sql in ATTACKS]) == []


def test_a_frozen_field_can_be_renamed(locked: History) -> None:
    """Again with the operations that makemigrations writes."""
    locked.migrate(
        migrations.RemoveConstraint("SignOff", "lab_sign_off"),
        migrations.RenameField("SignOff", "revoked_by", "withdrawn_by"),
        migrations.AddConstraint(
            "SignOff",
            Frozen(fields=["revision", "reviewer", "role", "seal"], once=["withdrawn_by"], name="lab_sign_off"),
        ),
    )
    assert holes(*([sql.replace("revoked_by", "withdrawn_by") for sql in sqls] for sqls in (ATTACKS, HONEST))) == []


def test_a_column_renamed_by_hand_stays_frozen(locked: History) -> None:
    run("ALTER TABLE lab_signoff RENAME COLUMN role TO part")
    try:
        assert not accepted("UPDATE lab_signoff SET part = 'writer', reviewer_id = 1 WHERE id = 1")
    except ProgrammingError as error:
        assert 'has no field "role"' in str(error)


def test_locks_can_be_added_to_tables_that_hold_rows_and_removed(history: History) -> None:
    history.migrate(*tables({}))
    fill()
    history.add(LOCKS)
    assert holes() == []
    history.migrate(*(migrations.RemoveConstraint(name, x.name) for name, locks in LOCKS.items() for x in locks))
    assert [sql for sql in ATTACKS + HONEST if not accepted(sql)] == []
    assert leftovers() == []


def leftovers() -> list[str]:
    """What the locks made besides constraints."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'" if SQLITE else "SELECT proname FROM pg_proc")
        return [name for (name,) in cursor.fetchall() if name.startswith("lab_")]


def test_a_key_is_not_added_over_rows_that_break_it(history: History) -> None:
    history.migrate(*tables({}))
    fill()
    run("INSERT INTO lab_signoff (revision_id, reviewer_id, place) VALUES (1, 1, 3)")
    with pytest.raises(IntegrityError):
        history.add(LOCKS)


def test_everything_can_be_taken_down_and_made_again(locked: History) -> None:
    names = ("Picture", "SignOff", "Contribution", "Revision", "Person")
    locked.migrate(*map(migrations.DeleteModel, names))
    locked.migrate(*tables(LOCKS))
    fill()
    assert holes() == []


@pytest.mark.parametrize("lock", [lock for locks in LOCKS.values() for lock in locks], ids=lambda lock: lock.name)
def test_a_lock_can_be_written_into_a_migration_and_read_back(lock: Any) -> None:
    written, imports = MigrationWriter.serialize(lock)
    scope: dict[str, Any] = {}
    exec("\n".join(imports), scope)
    assert eval(written, scope) == lock == lock.clone()


def test_locks_that_differ_are_not_equal() -> None:
    frozen = Frozen(fields=["a"], name="n")
    others = (AppendOnly(name="n"), Frozen(fields=["a"], name="m"), Frozen(fields=["b"], name="n"))
    assert frozen not in (*others, Frozen(fields=["a"], once=["b"], name="n"), None)


def test_a_name_that_postgresql_would_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        AppendOnly(name="n" * 51)


def test_a_key_to_columns_that_are_not_unique_is_reported(history: History) -> None:
    history.migrate(*tables(LOCKS))
    model = history.state.apps.get_model("lab", "SignOff")
    loose = CompositeForeignKey(fields=["revision"], to="lab.Contribution", to_fields=["revision"], name="loose")
    assert LOCKS["SignOff"][0]._check(model, connection) == []
    assert ["lab.Contribution a UniqueConstraint over revision" in e.hint for e in loose._check(model, connection)]


@pytest.mark.parametrize(
    "lock",
    [
        Frozen(fields=["nothing"], name="n"),
        Frozen(fields=[], once=["nothing"], name="n"),
        CompositeForeignKey(fields=["nothing"], to="lab.Person", to_fields=["id"], name="n"),
    ],
    ids=["frozen", "once", "key"],
)
def test_a_field_that_does_not_exist_is_reported(history: History, lock: Any) -> None:
    history.migrate(*tables({}))
    (error,) = lock._check(history.state.apps.get_model("lab", "SignOff"), connection)
    assert "'constraints' refers to the nonexistent field 'nothing'" in error.msg


def a_locked_model() -> Any:
    """One of the project's own, since only installed models are looked at."""
    return next(m for m in apps.get_models() for lock in m._meta.constraints if type(lock) is AppendOnly)


@pytest.mark.django_db
def test_no_lock_is_missing_and_a_dropped_one_is_named() -> None:
    assert missing_locks(connection) == []
    model = a_locked_model()
    lock = next(lock for lock in model._meta.constraints if type(lock) is AppendOnly)
    ending = "_delete" if SQLITE else "_truncate"
    run(f'DROP TRIGGER "{lock.name}{ending}"' + ("" if SQLITE else f' ON "{model._meta.db_table}"'))
    assert missing_locks(connection) == [lock.name]


@only_postgresql
@pytest.mark.django_db
def test_a_disabled_trigger_counts_as_missing() -> None:
    run(f'ALTER TABLE "{a_locked_model()._meta.db_table}" DISABLE TRIGGER USER')
    assert missing_locks(connection) != []


@pytest.mark.django_db
def test_a_missing_composite_key_is_named() -> None:
    model, lock = next((m, lock) for m in apps.get_models() for lock in m._meta.constraints if type(lock) is CompositeForeignKey)
    if SQLITE:  # where a key can only be left out when the table is made
        run("PRAGMA writable_schema = ON")
        run(f"UPDATE sqlite_master SET sql = replace(sql, '\"{lock.name}\"', '\"x\"') WHERE type = 'table'")
        run("PRAGMA writable_schema = OFF")
    else:
        run(f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT "{lock.name}"')
    assert lock.name in missing_locks(connection)


@pytest.mark.django_db
def test_suspended_lifts_the_locks_and_puts_them_back_even_after_an_error() -> None:
    table = a_locked_model()._meta.db_table
    empty = f'DELETE FROM "{table}"' if SQLITE else f'TRUNCATE "{table}" CASCADE'
    with pytest.raises(RuntimeError), suspended(connection):
        assert missing_locks(connection) != []
        assert accepted(empty)
        raise RuntimeError
    assert missing_locks(connection) == []
    assert SQLITE or not accepted(empty)


@only_sqlite
def test_suspended_lets_sqlite_empty_tables_in_any_order(history: History) -> None:
    history.migrate(*tables({"SignOff": LOCKS["SignOff"]}))
    fill()
    assert not accepted("DELETE FROM lab_contribution")
    with suspended(connection):
        assert accepted("DELETE FROM lab_contribution")
    assert not accepted("DELETE FROM lab_contribution")


def test_a_key_may_point_to_a_table_made_later(history: History) -> None:
    """Then only the models of today know its columns."""
    lock = CompositeForeignKey(fields=["name"], to=a_locked_model()._meta.label, to_fields=["id"], name="lab_later")
    history.migrate(create("Person", name=models.BigIntegerField(null=True)))
    history.migrate(migrations.AddConstraint("Person", lock))
    run("INSERT INTO lab_person (name) VALUES (NULL)")
    assert not accepted("INSERT INTO lab_person (name) VALUES (987654321)")
