"""How Django knows this application. The three groups are made as soon as their permissions exist."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string

from articles.look import BUILDERS
from reviews import checks as our_checks
from reviews.groups import make_missing_groups


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = "Review and publishing"

    def ready(self) -> None:
        post_migrate.connect(make_missing_groups, sender=self)
        checks.register(our_checks.production_is_safe, checks.Tags.security, deploy=True)
        checks.register(our_checks.lookups_are_configured)
        checks.register(our_checks.locks_are_in_place, checks.Tags.database)
        BUILDERS.append(import_string("reviews.publishing.rebuild"))  # by its name: it can be read only by now
