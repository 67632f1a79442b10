from django.db import migrations

INDEXES = [f"words_of_live_pages{ending}" for ending in ("", "_a", "_ab", "_abc", "_trigrams")]  # the last may be missing


def write_at_once(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"ALTER INDEX IF EXISTS {name} SET (fastupdate = off)")
            schema_editor.execute(f"SELECT gin_clean_pending_list(to_regclass('{name}'))")


class Migration(migrations.Migration):
    """On PostgreSQL no words wait in a list that every search would read from end to end."""

    dependencies = [("articles", "0007_search_shelves")]

    operations = [migrations.RunPython(write_at_once, migrations.RunPython.noop)]
