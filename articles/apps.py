"""How Django knows this application, and whose admin site it is."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.core import checks
from django.db.models.signals import post_migrate

from articles import checks as our_checks
from articles import row_statistics


class ArticlesConfig(AppConfig):
    default = True
    name = "articles"
    verbose_name = "Articles and sources"

    def ready(self) -> None:
        post_migrate.connect(row_statistics.refresh, sender=self)
        checks.register(our_checks.colours_can_be_read)
        checks.register(our_checks.places_are_safe, checks.Tags.security, deploy=True)
        checks.register(our_checks.replica_follows_the_primary, checks.Tags.database)


class EditorialAdminConfig(admin.AdminConfig):
    default = False
    default_site = "articles.office.EditorialSite"
