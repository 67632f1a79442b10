from django.db import migrations, models


class Migration(migrations.Migration):
    """An index for each order in which a list is read by key."""

    dependencies = [("articles", "0005_finished_answers")]

    operations = [
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(condition=models.Q(("role", "reviewer"), _negated=True), fields=["user"], name="hands_in_texts"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["name", "-at"], name="events_by_name"),
        ),
        migrations.AddIndex(
            model_name="page",
            index=models.Index(condition=models.Q(("withdrawal", None)), fields=["title"], name="live_pages_by_title"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["created_at"], name="revisions_by_time"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["title"], name="revisions_by_title"),
        ),
    ]
