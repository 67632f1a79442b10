"""Locks the database itself keeps, whoever talks to it: rows that never change and keys that must agree.

They stand under the gate, which gives its reasons in words; a lock only refuses (IntegrityError). They live
in Meta.constraints because SQLite, which rebuilds a table at many a migration, asks its constraints for their SQL.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.models import BaseConstraint

# A function compares, because a column named in a trigger's own WHEN could no longer change its type. If a column
# is renamed behind its back, the function fails rather than letting the change pass.
POSTGRESQL = """CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger LANGUAGE plpgsql AS $lock$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NOT (%(changed)s) THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_TABLE_NAME || %(refusal)s,
        TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $lock$;
CREATE TRIGGER %(name)s BEFORE UPDATE OR DELETE ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(name)s();
CREATE TRIGGER %(truncate)s BEFORE TRUNCATE ON %(table)s FOR EACH STATEMENT EXECUTE FUNCTION %(name)s()"""
POSTGRESQL_REMOVE = """DROP TRIGGER IF EXISTS %(name)s ON %(table)s;
DROP TRIGGER IF EXISTS %(truncate)s ON %(table)s;
DROP FUNCTION IF EXISTS %(name)s()"""

# A trigger may mention its own table only: one that names another breaks that other table's next rebuild.
SQLITE = """CREATE TRIGGER %(name)s BEFORE %(event)s ON %(table)s WHEN %(when)s
BEGIN SELECT RAISE(ABORT, %(refusal)s); END"""
SQLITE_TAKEN = "EXISTS (SELECT 1 FROM %(table)s WHERE (%(clash)s) AND %(other)s)"

FOREIGN_KEY = (
    "CONSTRAINT %(name)s FOREIGN KEY (%(columns)s) REFERENCES %(to_table)s (%(to_columns)s) DEFERRABLE INITIALLY IMMEDIATE"
)

STANDING = {
    "postgresql": """SELECT relname, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
        WHERE NOT tgisinternal AND tgenabled <> 'D' AND pg_table_is_visible(c.oid)
        UNION ALL SELECT relname, conname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid
        WHERE contype = 'f' AND pg_table_is_visible(c.oid)""",
    "sqlite": """SELECT tbl_name, CASE type WHEN 'table' THEN sql ELSE name END FROM sqlite_master
        WHERE type IN ('table', 'trigger')""",
}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _columns(model: Any, names: Sequence[str]) -> list[str]:
    return [model._meta.get_field(name).column for name in names]


def _keys(model: Any) -> list[list[str]]:
    """The sets of columns by which INSERT OR REPLACE finds a row to throw away."""
    single = [[field.name] for field in model._meta.local_concrete_fields if field.unique]
    together = [unique.fields for unique in model._meta.total_unique_constraints]
    return [_columns(model, names) for names in (*single, *together)]


class Lock(BaseConstraint):
    """What the locks share. To check an unsaved instance is the gate's work, and none of theirs."""

    arguments: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, name: str, **options: Any) -> None:
        super().__init__(name=name, **options)
        if len(name) > 50:
            raise ValueError(f"The name {name!r} is too long: with its endings PostgreSQL would cut it short.")

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**{argument: getattr(self, argument) for argument in self.arguments}, **kwargs}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lock) and self.deconstruct() == other.deconstruct()

    def validate(self, *args: Any, **kwargs: Any) -> None:
        pass

    def parts(self, vendor: str) -> list[str]:
        """The names under which this lock is found in the database."""
        return [self.name]

    def _remove(self, template: str, model: Any, editor: Any) -> Statement:
        name, *others = (editor.quote_name(part) for part in self.parts("postgresql"))
        # Removed in the migration that made it, a lock must not be made at that migration's end.
        waiting = [sql for sql in editor.deferred_sql if not isinstance(sql, Statement) or sql.parts.get("name") != name]
        editor.deferred_sql = waiting
        table = Table(model._meta.db_table, editor.quote_name)
        return Statement(template, table=table, name=name, truncate="".join(others))


class AppendOnly(Lock):
    """Rows are added and nothing else: UPDATE, DELETE, TRUNCATE and INSERT OR REPLACE are refused."""

    refusal = " is append-only: rows are never changed or deleted. Add a new row instead."
    taken = " already has a row with this key, and its rows are never replaced."

    def parts(self, vendor: str) -> list[str]:
        endings = ("_update", "_delete", "_insert", "_replace") if vendor == "sqlite" else ("", "_truncate")
        return [self.name + ending for ending in endings]

    def changed(self, model: Any, differs: str, quote: Callable[[str], str]) -> str:
        """SQL for "this UPDATE is refused"."""
        return "TRUE"

    def _on_postgresql(self, model: Any, quote: Callable[[str], str]) -> Statement:
        name, truncate = map(quote, self.parts("postgresql"))
        changed = self.changed(model, "IS DISTINCT FROM", quote)
        table, refusal = Table(model._meta.db_table, quote), _literal(self.refusal)
        return Statement(POSTGRESQL, name=name, truncate=truncate, table=table, changed=changed, refusal=refusal)

    def _on_sqlite(self, model: Any, quote: Callable[[str], str]) -> Iterator[Statement]:
        keys = [["rowid"], *([quote(column) for column in key] for key in _keys(model))]
        clash = " OR ".join("(" + " AND ".join(f"{c} = NEW.{c}" for c in key) + ")" for key in keys)

        # Every mention of the table is a Table, the message's too, to follow the rename that ends a rebuild.
        def table(written: Callable[[str], str] = quote) -> Table:
            return Table(model._meta.db_table, written)

        def taken(other: str) -> Statement:
            return Statement(SQLITE_TAKEN, table=table(), clash=clash, other=other)

        def saying(text: str) -> Table:
            return table(lambda name: _literal(name + text))

        triggers: list[tuple[str, Any, Table]] = [
            ("UPDATE", self.changed(model, "IS NOT", quote), saying(self.refusal)),
            ("DELETE", "TRUE", saying(self.refusal)),
            ("INSERT", taken("TRUE"), saying(self.taken)),
            ("UPDATE", taken("rowid <> OLD.rowid"), saying(self.taken)),
        ]
        for name, (event, when, refusal) in zip(map(quote, self.parts("sqlite")), triggers, strict=True):
            yield Statement(SQLITE, name=name, event=event, table=table(), when=when, refusal=refusal)

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return self._on_postgresql(model, schema_editor.quote_name)
        *first, last = self._on_sqlite(model, schema_editor.quote_name)  # which takes one statement at a time
        schema_editor.deferred_sql.extend(first)
        return last

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return self._remove(POSTGRESQL_REMOVE, model, schema_editor)


class Frozen(AppendOnly):
    """Rows stay and these columns never change; others may. A column in `once` may be filled, then stays."""

    arguments = ("fields", "once")

    def __init__(self, *, fields: Sequence[str], once: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.fields, self.once = tuple(fields), tuple(once)
        settled = ", ".join((*self.fields, *self.once))
        self.refusal = f" keeps its rows, and these never change once written: {settled}."

    def _check(self, model: Any, connection: BaseDatabaseWrapper) -> list[CheckMessage]:
        return [*model._check_local_fields({*self.fields, *self.once}, "constraints")]

    def changed(self, model: Any, differs: str, quote: Callable[[str], str]) -> str:
        always = map(quote, _columns(model, [model._meta.pk.name, *self.fields]))
        once = map(quote, _columns(model, self.once))
        return " OR ".join(
            [f"NEW.{column} {differs} OLD.{column}" for column in always]
            + [f"(OLD.{column} IS NOT NULL AND NEW.{column} {differs} OLD.{column})" for column in once]
        )


class CompositeForeignKey(Lock):
    """Several columns together must be those of one row elsewhere, which has a UniqueConstraint over them."""

    arguments = ("fields", "to", "to_fields")

    def __init__(self, *, fields: Sequence[str], to: str, to_fields: Sequence[str], **options: Any) -> None:
        super().__init__(**options)
        self.fields, self.to, self.to_fields = tuple(fields), to, tuple(to_fields)

    def _check(self, model: Any, connection: BaseDatabaseWrapper) -> list[CheckMessage]:
        errors = [*model._check_local_fields(set(self.fields), "constraints")]
        target = self._target(model)
        if set(_columns(target, self.to_fields)) not in map(set, _keys(target)):
            hint = f"Give {self.to} a UniqueConstraint over {', '.join(self.to_fields)}."
            errors.append(Error(f"{self.name} points to columns that are not unique.", hint, model, "locks.E1"))
        return errors

    def _target(self, model: Any) -> Any:
        """In SQLite's rebuild the model stands in an empty registry, and only its relations lead out of it."""
        near = {f.name: f for f in model._meta.local_concrete_fields if isinstance(f.related_model, type)}
        for name, to_name in zip(self.fields, self.to_fields, strict=True):
            if name in near and near[name].target_field.name == to_name:
                return near[name].related_model  # right even while a RenameModel is under way
        for known in (model, *(field.related_model for field in near.values())):
            try:
                return known._meta.apps.get_model(self.to)
            except LookupError:
                continue
        return apps.get_model(self.to)  # made later in this migration

    def _statement(self, template: str, model: Any, editor: Any) -> Statement:
        target, quote = self._target(model), editor.quote_name
        table, to_table = model._meta.db_table, target._meta.db_table
        return Statement(
            template,
            name=quote(self.name),
            table=Table(table, quote),
            columns=Columns(table, _columns(model, self.fields), quote),
            to_table=Table(to_table, quote),
            to_columns=Columns(to_table, _columns(target, self.to_fields), quote),
        )

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "sqlite":
            return self._statement(FOREIGN_KEY, model, schema_editor)
        self.create_sql(model, schema_editor)
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Wait for the end of the migration, which may yet make the target or its UniqueConstraint."""
        statement = self._statement("ALTER TABLE %(table)s ADD " + FOREIGN_KEY, model, schema_editor)
        schema_editor.deferred_sql.append(statement)
        return Statement("SET CONSTRAINTS ALL IMMEDIATE")  # Django must have something harmless to run now

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return self._remove("ALTER TABLE %(table)s DROP CONSTRAINT IF EXISTS %(name)s", model, schema_editor)


def _declared(connection: BaseDatabaseWrapper) -> list[tuple[Lock, list[tuple[str, str]]]]:
    """Every lock of the installed models, with the (table, name) of each of its parts."""
    return [
        (lock, [(model._meta.db_table, part) for part in lock.parts(connection.vendor)])
        for model in apps.get_models()
        for lock in model._meta.constraints
        if isinstance(lock, Lock)
    ]


def _standing(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """The (table, name) of every trigger and foreign key in force in the database."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING[connection.vendor])
        found = cursor.fetchall()
    inline = re.compile(r'CONSTRAINT "([^"]+)" FOREIGN KEY')
    return {*found, *((table, name) for table, sql in found for name in inline.findall(sql))}


def missing_locks(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the locks that the models declare and the database does not have in force."""
    there = _standing(connection)
    return sorted(lock.name for lock, parts in _declared(connection) if not there.issuperset(parts))


@contextmanager
def suspended(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Lift the triggers while a test suite empties its tables. Nothing else may use this."""
    triggers = [part for lock, parts in _declared(connection) if isinstance(lock, AppendOnly) for part in parts]
    quote, lift, restore = connection.ops.quote_name, [], []
    with connection.cursor() as cursor, connection.constraint_checks_disabled():
        for table, name in _standing(connection).intersection(triggers):
            if connection.vendor == "sqlite":
                cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [name])
                lift.append(f"DROP TRIGGER {quote(name)}")
                restore.append(cursor.fetchone()[0])
            else:
                lift.append(f"ALTER TABLE {quote(table)} DISABLE TRIGGER {quote(name)}")
                restore.append(f"ALTER TABLE {quote(table)} ENABLE TRIGGER {quote(name)}")
        try:
            for sql in lift:
                cursor.execute(sql)
            yield
        finally:
            for sql in restore:
                cursor.execute(sql)
