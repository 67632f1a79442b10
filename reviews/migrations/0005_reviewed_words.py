"""What was published so far rests on signatures of its own words. Its lock is off for this, and put back by the next."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def fill(apps, schema_editor):
    Publication, Revision = apps.get_model("reviews.Publication"), apps.get_model("articles.Revision")
    kind = Revision.objects.filter(pk=OuterRef("revision")).values("kind")[:1]
    Publication.objects.update(reviewed=F("revision"), revision_kind=Subquery(kind))


class Migration(migrations.Migration):
    dependencies = [("reviews", "0004_calendar")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
