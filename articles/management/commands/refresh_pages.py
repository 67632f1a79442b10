"""Builds every finished page anew from its records: after an upgrade, a new look, or a change of keys."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from articles.models import Article
from articles.pages import refresh


class Command(BaseCommand):
    help = "Builds every finished page anew from its publication. Run it after each upgrade."

    def handle(self, *args: Any, **options: Any) -> None:
        keys = list(Article.objects.filter(publications__isnull=False).distinct().order_by("pk").values_list("pk", flat=True))
        for pk in keys:
            with transaction.atomic():
                refresh(Article.objects.locked(pk))
        self.stdout.write(self.style.SUCCESS(f"{len(keys)} pages built."))
