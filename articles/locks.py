"""Locks the database itself keeps, whoever talks to it: rows that never change and keys that must agree.

They stand under the gate, which gives its reasons in words; a lock only refuses (IntegrityError). They live in
Meta.constraints because SQLite rebuilds a table at many a migration, and asks only its constraints for their SQL.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.models import BaseConstraint, Model

# A column named in a trigger's own WHEN could no longer change its type on PostgreSQL, so a function compares.
# A column renamed behind its back makes the function fail, not pass.
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
    "CONSTRAINT %(name)s FOREIGN KEY (%(columns)s) REFERENCES %(to_table)s (%(to_columns)s)"
    " DEFERRABLE INITIALLY IMMEDIATE"
)

STANDING = {
    "postgresql": """SELECT relname, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
        WHERE NOT tgisinternal AND tgenabled <> 'D' AND pg_table_is_visible(c.oid)
        UNION ALL SELECT relname, conname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid
        WHERE contype = 'f' AND convalidated AND pg_table_is_visible(c.oid)""",
    "sqlite": "SELECT tbl_name, CASE type WHEN 'table' THEN sql ELSE name END FROM sqlite_master"
    " WHERE type IN ('table', 'trigger')",
}


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def columns(model: type[Model], names: Sequence[str]) -> list[str]:
    return [model._meta.get_field(name).column for name in names]  # type: ignore[union-attr]


def keys(model: type[Model]) -> list[list[str]]:
    """The sets of columns by which INSERT OR REPLACE would find a row to throw away."""
    single = [[field.column] for field in model._meta.local_concrete_fields if field.unique]
    together = [*model._meta.unique_together, *(u.fields for u in model._meta.total_unique_constraints)]
    return [["rowid"], *single, *(columns(model, names) for names in together)]


class Lock(BaseConstraint):
    """What the locks share. To check an unsaved instance is the gate's work, and none of theirs."""

    arguments: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, name: str, **options: Any) -> None:
        super().__init__(name=name, **options)
        if len(name) > 50:
            raise ValueError(
                f"The name {name!r} is too long: with its endings PostgreSQL would cut it short."
            )

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        given = {argument: getattr(self, argument) for argument in self.arguments}
        return path, args, {**{key: value for key, value in given.items() if value}, **kwargs}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lock) and self.deconstruct() == other.deconstruct()

    def validate(self, *args: Any, **kwargs: Any) -> None:
        pass

    def parts(self, vendor: str) -> list[str]:
        """The names under which this lock is found in the database."""
        return [self.name]


class AppendOnly(Lock):
    """Rows are added and nothing else: UPDATE, DELETE, TRUNCATE and INSERT OR REPLACE are refused."""

    refusal = " is append-only: rows are never changed or deleted. Add a new row instead."
    taken = " already has a row with this key, and its rows are never replaced."

    def changed(self, model: type[Model], differs: str, quote: Any) -> str:
        return "TRUE"

    def parts(self, vendor: str) -> list[str]:
        endings = ("_update", "_delete", "_insert", "_replace") if vendor == "sqlite" else ("", "_truncate")
        return [self.name + ending for ending in endings]

    def _statements(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        table, quote = model._meta.db_table, editor.quote_name

        def refuse(text: str) -> Table:
            # A Table, so that the message too follows the rename that ends a rebuild.
            return Table(table, lambda name: literal(name + text))

        names = [quote(name) for name in self.parts(editor.connection.vendor)]
        if editor.connection.vendor != "sqlite":
            return [
                Statement(
                    POSTGRESQL,
                    name=names[0],
                    truncate=names[1],
                    table=Table(table, quote),
                    changed=self.changed(model, "IS DISTINCT FROM", quote),
                    refusal=literal(self.refusal),
                )
            ]
        pairs = [[column if column == "rowid" else quote(column) for column in key] for key in keys(model)]
        clash = " OR ".join("(" + " AND ".join(f"{c} = NEW.{c}" for c in key) + ")" for key in pairs)

        def taken(other: str) -> Statement:
            return Statement(SQLITE_TAKEN, table=Table(table, quote), clash=clash, other=other)

        triggers: list[tuple[str, Any, str]] = [
            ("UPDATE", self.changed(model, "IS NOT", quote), self.refusal),
            ("DELETE", "TRUE", self.refusal),
            ("INSERT", taken("TRUE"), self.taken),
            ("UPDATE", taken("rowid <> OLD.rowid"), self.taken),
        ]
        return [
            Statement(
                SQLITE, name=name, event=event, table=Table(table, quote), when=when, refusal=refuse(text)
            )
            for name, (event, when, text) in zip(names, triggers, strict=True)
        ]

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        *first, last = self._statements(model, schema_editor)  # SQLite takes one statement at a time
        schema_editor.deferred_sql.extend(first)
        return last

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        name, truncate = (schema_editor.quote_name(part) for part in self.parts("postgresql"))
        forget(schema_editor, name)
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return Statement(POSTGRESQL_REMOVE, name=name, truncate=truncate, table=table)


class Frozen(AppendOnly):
    """Rows never go and these columns never change; others may. A `once` column is filled once, then settled."""

    arguments = ("fields", "once")

    def __init__(self, *, fields: Sequence[str], once: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.fields, self.once = tuple(fields), tuple(once)
        settled = ", ".join((*self.fields, *self.once))
        self.refusal = f" keeps its rows, and these never change once written: {settled}."

    def _check(self, model: Any, connection: BaseDatabaseWrapper) -> list[CheckMessage]:
        return model._check_local_fields({*self.fields, *self.once}, "constraints")

    def changed(self, model: type[Model], differs: str, quote: Any) -> str:
        def moved(names: Sequence[str]) -> list[str]:
            return [f"NEW.{c} {differs} OLD.{c}" for c in map(quote, columns(model, names))]

        filled = [f"OLD.{quote(c)} IS NOT NULL" for c in columns(model, self.once)]
        once = [f"({a} AND {b})" for a, b in zip(filled, moved(self.once), strict=True)]
        return " OR ".join([*moved([model._meta.pk.name, *self.fields]), *once])


class CompositeForeignKey(Lock):
    """Several columns together must be those of one row elsewhere, which has a UniqueConstraint over them."""

    arguments = ("fields", "to", "to_fields")

    def __init__(self, *, fields: Sequence[str], to: str, to_fields: Sequence[str], **options: Any) -> None:
        super().__init__(**options)
        self.fields, self.to, self.to_fields = tuple(fields), to, tuple(to_fields)

    def _check(self, model: Any, connection: BaseDatabaseWrapper) -> list[CheckMessage]:
        errors: list[CheckMessage] = model._check_local_fields(set(self.fields), "constraints")
        target = self._target(model)
        if set(columns(target, self.to_fields)) not in map(set, keys(target)):
            hint = f"Give {self.to} a UniqueConstraint over {', '.join(self.to_fields)}."
            errors.append(
                Error(f"{self.name} points to columns that are not unique.", hint, model, "locks.E1")
            )
        return errors

    def _target(self, model: type[Model]) -> type[Model]:
        """Inside SQLite's rebuild the model stands in an empty registry; only its relations lead out of it."""
        relations = {
            field.name: field
            for field in model._meta.local_concrete_fields
            if field.is_relation and not isinstance(field.related_model, str)
        }
        for name, to_name in zip(self.fields, self.to_fields, strict=True):
            if name in relations and relations[name].target_field.name == to_name:
                return relations[name].related_model  # also right while a RenameModel is under way
        nearby = [model, *(field.related_model for field in relations.values())]
        for registry in (*(near._meta.apps for near in nearby), apps):
            try:
                return registry.get_model(self.to)
            except LookupError:
                continue
        raise LookupError(f"{self.name} points to {self.to}, which does not exist.")

    def _statement(self, template: str, model: type[Model], editor: BaseDatabaseSchemaEditor) -> Statement:
        table, target = model._meta.db_table, self._target(model)
        to_table = target._meta.db_table
        return Statement(
            template,
            name=editor.quote_name(self.name),
            table=Table(table, editor.quote_name),
            columns=Columns(table, columns(model, self.fields), editor.quote_name),
            to_table=Table(to_table, editor.quote_name),
            to_columns=Columns(to_table, columns(target, self.to_fields), editor.quote_name),
        )

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "sqlite":
            return self._statement(FOREIGN_KEY, model, schema_editor)
        self.create_sql(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Wait for the end of the migration, which may yet create the target or its UniqueConstraint."""
        statement = self._statement("ALTER TABLE %(table)s ADD " + FOREIGN_KEY, model, schema_editor)
        schema_editor.deferred_sql.append(statement)
        return Statement("SET CONSTRAINTS ALL IMMEDIATE")  # Django must have something harmless to run now

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        name = schema_editor.quote_name(self.name)
        forget(schema_editor, name)
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return Statement("ALTER TABLE %(table)s DROP CONSTRAINT IF EXISTS %(name)s", table=table, name=name)


def forget(editor: Any, name: str) -> None:
    """A lock removed in the migration that made it must not be made at that migration's end."""
    editor.deferred_sql = [
        sql
        for sql in editor.deferred_sql
        if not (isinstance(sql, Statement) and sql.parts.get("name") == name)
    ]


def declared(connection: BaseDatabaseWrapper) -> Iterator[tuple[Lock, list[tuple[str, str]]]]:
    """Every lock of the installed models, with the (table, name) of each of its parts."""
    for model in apps.get_models():
        for lock in model._meta.constraints:
            if isinstance(lock, Lock):
                yield lock, [(model._meta.db_table, part) for part in lock.parts(connection.vendor)]


def standing(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """The (table, name) of every trigger and foreign key that is in force in the database."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING[connection.vendor])
        found = cursor.fetchall()
    inline = re.compile(r'CONSTRAINT "([^"]+)" FOREIGN KEY')
    return {*found, *((table, name) for table, sql in found for name in inline.findall(sql))}


def missing_locks(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the locks that the models declare and the database does not have in force."""
    there = standing(connection)
    return sorted(lock.name for lock, parts in declared(connection) if not there.issuperset(parts))


@contextmanager
def suspended(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Lift the locks while a test suite empties its tables. Nothing else may use this."""
    there = standing(connection)
    triggers = [part for lock, all in declared(connection) if isinstance(lock, AppendOnly) for part in all]
    quote = connection.ops.quote_name
    lift, restore = [], []
    with connection.cursor() as cursor, connection.constraint_checks_disabled():
        for table, name in there.intersection(triggers):
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
