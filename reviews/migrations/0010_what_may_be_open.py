import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Notes of what may still be open, and an index for each order in which a list is read by key."""

    dependencies = [
        ("articles", "0006_lists_by_key"),
        ("reviews", "0009_told_of_publications"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeftOpen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Sweep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20, unique=True)),
                ("up_to", models.BigIntegerField()),
            ],
        ),
        migrations.AddIndex(
            model_name="concerndecision",
            index=models.Index(condition=models.Q(("public_note", ""), _negated=True), fields=["-at"], name="notes_for_readers"),
        ),
        migrations.AddIndex(
            model_name="feedbackreport",
            index=models.Index(fields=["on", "helpful", "publication"], name="votes_by_day"),
        ),
        migrations.AddIndex(
            model_name="publication",
            index=models.Index(fields=["revision_kind", "-at"], name="publications_by_kind"),
        ),
        migrations.AddIndex(
            model_name="withdrawal",
            index=models.Index(fields=["-at"], name="withdrawals_newest_first"),
        ),
        migrations.AddField(
            model_name="leftopen",
            name="sweep",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="left", to="reviews.sweep"),
        ),
        migrations.AddConstraint(
            model_name="leftopen",
            constraint=models.UniqueConstraint(fields=("sweep", "row"), name="left_open_once"),
        ),
    ]
