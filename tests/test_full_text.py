"""The index over the words of live pages: kept by the database through every change, rebuild and removal."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from articles.folding import folded
from articles.full_text import PLACES, FullText, folded_sql, fts_table
from articles.models import SearchEntry
from articles.search import find
from articles.search_query import parse
from tests import worlds

ON_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has columns and indexes instead")
ON_POSTGRESQL = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has an FTS5 table instead")
INDEX = SearchEntry._meta.indexes[0]


def rows(sql: str, *params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def matching(word: str) -> list[int]:
    """The keys of the entries that have this word, asked of the index itself."""
    if connection.vendor == "postgresql":
        found = rows("SELECT article_id FROM articles_searchentry WHERE whole @@ plainto_tsquery('english', %s)", word)
    else:
        found = rows("SELECT rowid FROM articles_searchentry_fts WHERE articles_searchentry_fts MATCH %s", word)
    return [pk for (pk,) in found]


def is_sound() -> bool:
    """Whether FTS5 itself finds that its index tells of just the rows that are there."""
    if connection.vendor == "sqlite":
        rows("INSERT INTO articles_searchentry_fts(articles_searchentry_fts, rank) VALUES ('integrity-check', 1)")
    return True


def test_the_index_follows_rows_that_are_added_changed_and_deleted(cast):
    out = worlds.published(cast)
    assert matching("cramps") == [out.article_id]
    SearchEntry.objects.update(title="Hops", summary="", headings="", text="")
    assert matching("hops") == [out.article_id]
    assert matching("cramps") == []
    assert is_sound()
    SearchEntry.objects.all().delete()
    assert matching("hops") == []
    assert is_sound()


@ON_SQLITE
def test_a_replaced_row_is_forgotten(cast):
    out = worlds.published(cast)
    columns = "article_id, publication_id, topic_id, title, summary, headings, text, seal"
    was = f"article_id, publication_id, topic_id, 'Hops', '', '', '', seal FROM {SearchEntry._meta.db_table}"
    rows(f"INSERT OR REPLACE INTO {SearchEntry._meta.db_table} ({columns}) SELECT {was}")
    assert matching("hops") == [out.article_id]
    assert matching("cramps") == []
    assert is_sound()


@ON_SQLITE
@pytest.mark.django_db(transaction=True)
def test_the_index_survives_the_rebuild_of_its_table_at_a_migration():
    """SQLite makes a new table, moves the rows, and gives it the old name."""
    cast = worlds.the_cast()
    out = worlds.published(cast)
    old, new = SearchEntry._meta.get_field("summary"), models.TextField(default="")
    new.set_attributes_from_name("summary")
    new.model = SearchEntry
    for before, after in ((old, new), (new, old)):
        with connection.schema_editor() as editor:
            editor._remake_table(SearchEntry, alter_fields=[(before, after)])
        assert matching("cramps") == [out.article_id]
        assert is_sound()
    SearchEntry.objects.update(title="Hops")
    assert matching("hops") == [out.article_id]
    assert is_sound()
    left = [name for name, sql in rows("SELECT name, sql FROM sqlite_master") if "new__" in f"{name} {sql}"]
    assert left == []
    SearchEntry.objects.all().delete()
    assert is_sound()


@pytest.mark.django_db(transaction=True)
def test_the_index_can_be_taken_away_and_made_again():
    cast = worlds.the_cast()
    out = worlds.published(cast)
    with connection.schema_editor() as editor:
        editor.remove_index(SearchEntry, INDEX)
    assert standing() == []
    with connection.schema_editor() as editor:
        editor.add_index(SearchEntry, INDEX)
    assert len(standing()) == (6 if connection.vendor == "postgresql" else 4)
    assert matching("cramps") == [out.article_id]
    assert find(parse("cramps")).ids == (out.article_id,)


@pytest.mark.django_db(transaction=True)
def test_an_index_made_and_removed_in_one_migration_leaves_nothing():
    with connection.schema_editor() as editor:
        editor.remove_index(SearchEntry, INDEX)
        editor.add_index(SearchEntry, INDEX)
        editor.remove_index(SearchEntry, INDEX)
    assert standing() == []
    with connection.schema_editor() as editor:
        editor.add_index(SearchEntry, INDEX)
    assert len(standing()) == (6 if connection.vendor == "postgresql" else 4)


def standing() -> list[str]:
    """What there is of the index in the database."""
    if connection.vendor == "postgresql":
        found = rows("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'words_of_live_pages%%'")
        found += rows("SELECT column_name FROM information_schema.columns WHERE column_name = 'whole'")
    else:
        found = rows("SELECT name FROM sqlite_master WHERE name LIKE 'words_of_live_pages%%'")
        found += rows("SELECT name FROM sqlite_master WHERE name = 'articles_searchentry_fts'")
    return [name for (name,) in found]


def test_a_migration_writes_the_index_as_the_model_has_it():
    again = INDEX.clone()
    assert again == INDEX
    path, _, options = INDEX.deconstruct()
    assert path == "articles.full_text.FullText"
    assert options == {"fields": ["title", "summary", "headings", "text", "topic"], "name": "words_of_live_pages"}
    assert isinstance(again, FullText)
    assert fts_table(SearchEntry) == "articles_searchentry_fts"


@pytest.mark.django_db(transaction=True)
def test_a_table_made_by_a_migration_has_its_index_at_once():
    """As a new database is made: the table, its index and the rows of one migration."""
    state = ProjectState()
    words = [(name, models.TextField()) for name in ("one", "two", "three", "four")]
    index = FullText(fields=["one", "two", "three", "four"], name="words_of_scraps")
    made = migrations.CreateModel("Scrap", [("id", models.BigIntegerField(primary_key=True)), *words], {"indexes": [index]})
    after = state.clone()
    made.state_forwards("articles", after)
    with connection.schema_editor() as editor:
        made.database_forwards("articles", editor, state, after)
    scrap = after.apps.get_model("articles", "Scrap")
    try:
        scrap.objects.create(id=7, one="Hops", two="", three="", four="")
        if connection.vendor == "sqlite":
            assert rows("SELECT rowid FROM articles_scrap_fts WHERE articles_scrap_fts MATCH 'hops'") == [(7,)]
        else:
            assert rows("SELECT id FROM articles_scrap WHERE ts_filter(whole, '{a}') @@ 'hop'::tsquery") == [(7,)]
    finally:
        with connection.schema_editor() as editor:
            editor.remove_index(scrap, index)
            editor.delete_model(scrap)


@ON_POSTGRESQL
@pytest.mark.parametrize(("condition", "name"), [
    *(
        (f"{words} @@ 'cramp'::tsquery", f"words_of_live_pages{ending}")
        for words, ending in zip(PLACES, ("_a", "_ab", "_abc", ""), strict=True)
    ),
    (f"'cramp' <%% {folded_sql('title')}", "words_of_live_pages_trigrams"),
])  # fmt: skip
def test_postgresql_finds_by_its_indexes(cast, condition, name):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = "\n".join(line for (line,) in rows(f"EXPLAIN SELECT article_id FROM articles_searchentry e WHERE {condition}"))
    assert f"Bitmap Index Scan on {name} " in plan


@ON_POSTGRESQL
@pytest.mark.parametrize("text", ["Sjögren ÉTÉ", "Ménière", "İstanbul", "Łódź Ǻ ấ", "naïve—café", "COVID", "σ Σ ά"])
def test_both_sides_fold_alike(cast, text):
    """The words of a search are folded here, and once more by the database."""
    once, twice = rows(f"SELECT {folded_sql('%s::text')}, {folded_sql('%s::text')}", text, folded(text))[0]
    assert once == twice


@ON_SQLITE
@pytest.mark.parametrize("text", ["Sjögren", "ÉTÉ", "Ménière", "İstanbul", "Łódź", "ấn", "naïve", "COVID"])
def test_fts5_folds_as_we_do(cast, text):
    worlds.published(cast, worlds.drafted(cast, title=text))
    assert matching(f'"{folded(text)}"') != []


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes at once")
def test_no_words_wait_in_a_list_that_every_search_would_read():
    options = rows("SELECT reloptions FROM pg_class WHERE relkind = 'i' AND relname LIKE 'words_of_live_pages%%'")
    assert options == [(["fastupdate=off"],)] * 5
