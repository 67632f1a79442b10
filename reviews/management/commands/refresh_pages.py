"""Builds every finished page anew from its records: after an upgrade, a new look, or a change of keys."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.models import Article
from articles.refusal import Refused
from reviews.publishing import rebuild
from reviews.stale_pages import tell_of


class Command(BaseCommand):
    help = "Builds every finished page anew from its publication. Run it after each upgrade."

    def handle(self, *args: Any, **options: Any) -> None:
        published = Article.objects.filter(publications__isnull=False).distinct().order_by("pk")
        built = refused = 0
        for pk in list(published.values_list("pk", flat=True)):
            try:
                rebuild(pk)
                built += 1
            except Refused as refusal:
                refused += 1
                self.stderr.write(self.style.ERROR("\n".join(refusal.reasons)))
        tell_of(built)
        if refused:
            raise CommandError(f"{built} pages built; {refused} left as they were, for the reasons above. Run verify_records.")
        self.stdout.write(self.style.SUCCESS(f"{built} pages built."))
