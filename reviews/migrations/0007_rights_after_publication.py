"""Editors of a site that is upgraded may do what came with the calendar, as on a new one."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

GIVEN = [
    "view_triage", "add_triage", "view_schedule", "add_schedule", "add_invitation", "view_notice", "change_notice",
]  # fmt: skip


def give(apps, schema_editor):
    Group, Permission = apps.get_model("auth.Group"), apps.get_model("auth.Permission")
    editors = Group.objects.filter(name="Editors").first()
    if editors is None:  # a new site: the groups are made once everything is there
        return
    create_permissions(installed.get_app_config("reviews"), verbosity=0, apps=apps)
    editors.permissions.add(*Permission.objects.filter(content_type__app_label="reviews", codename__in=GIVEN))


class Migration(migrations.Migration):
    dependencies = [("reviews", "0006_publication_locks")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
