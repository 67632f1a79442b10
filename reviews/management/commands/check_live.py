"""Lists what is wrong by now with pages that are live. People decide what follows; nothing comes down by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.models import Page
from reviews.gate import concerns


class Command(BaseCommand):
    help = "Lists the concerns on every live page; exits with 1 if there is any."

    def handle(self, *args: Any, **options: Any) -> None:
        pages = Page.objects.live().select_related("publication__revision", "publication__medical", "publication__facts")
        checked = found = 0
        for page in pages.order_by("pk").iterator(200):
            checked += 1
            for reason in concerns(page.publication):
                found += 1
                self.stdout.write(f"{page.get_absolute_url()}: {reason.text}")
        if found:
            raise CommandError(f"{found} concerns on {checked} live pages.")
        self.stdout.write(self.style.SUCCESS(f"No concern on {checked} live pages."))
