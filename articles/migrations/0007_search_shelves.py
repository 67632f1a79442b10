import django.db.models.deletion
from django.db import migrations, models

import articles.full_text


def take_your_time(apps, schema_editor):
    """Statements of the site itself may take half a minute."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET LOCAL statement_timeout = 0")


class Migration(migrations.Migration):
    """The topic of each live article stands in the index of its words, which is made anew: some minutes at 100,000 articles."""

    dependencies = [
        ("articles", "0006_lists_by_key"),
    ]

    operations = [
        migrations.RunPython(take_your_time, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="searchentry", name="words_of_live_pages"),
        migrations.AddField(
            model_name="searchentry",
            name="topic",
            field=models.ForeignKey(
                help_text="Furniture, and not sealed",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="articles.topic",
            ),
        ),
        migrations.RunSQL(
            "UPDATE articles_searchentry SET topic_id = "
            "(SELECT topic_id FROM articles_article WHERE articles_article.id = articles_searchentry.article_id)",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="searchentry",
            name="topic",
            field=models.ForeignKey(
                help_text="Furniture, and not sealed",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="articles.topic",
            ),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=articles.full_text.FullText(
                fields=["title", "summary", "headings", "text", "topic"], name="words_of_live_pages"
            ),
        ),
    ]
