"""Editors of a site that is upgraded may read what readers say, and set the site's own wording, as on a new one."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

GIVEN = {"articles": ["view_wording", "add_wording"], "reviews": ["view_feedbackreport"]}


def give(apps, schema_editor):
    Group, Permission = apps.get_model("auth.Group"), apps.get_model("auth.Permission")
    editors = Group.objects.filter(name="Editors").first()
    if editors is None:  # a new site: the groups are made once everything is there
        return
    for label, codenames in GIVEN.items():
        create_permissions(installed.get_app_config(label), verbosity=0, apps=apps)
        editors.permissions.add(*Permission.objects.filter(content_type__app_label=label, codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0003_readers"),
        ("reviews", "0002_readers"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
