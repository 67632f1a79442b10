"""How Django knows this application, and whose admin site it is."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.core import checks

from articles import checks as our_checks


class ArticlesConfig(AppConfig):
    default = True
    name = "articles"
    verbose_name = "Articles and sources"

    def ready(self) -> None:
        checks.register(our_checks.colours_can_be_read)
        checks.register(our_checks.places_are_safe, checks.Tags.security, deploy=True)
        checks.register(our_checks.replica_follows_the_primary, checks.Tags.database)


class EditorialAdminConfig(admin.AdminConfig):
    default = False
    default_site = "articles.office.EditorialSite"
