"""The publisher's own words around what the records say: about, privacy, funding. Not medical, and not signed."""

from django.conf import settings
from django.db import models

from articles.locks import AppendOnly


class Wording(models.Model):
    """The newest text of a place is shown there; every earlier one is kept. Empty: only what is computed is shown."""

    class Place(models.TextChoices):
        HOME = "home", "Home page, under the heading"
        ABOUT = "about", "About us"
        FUNDING = "funding", "About us: who owns and pays for the site"
        POLICY = "policy", "Editorial policy"
        PRIVACY = "privacy", "Privacy"
        DISCLAIMER = "disclaimer", "Disclaimer"
        CORRECTIONS = "corrections", "Corrections"

    place = models.CharField(max_length=20, choices=Place)
    text = models.TextField(blank=True, max_length=20_000, help_text="Markdown; no citations and no pictures")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["place", "-id"], name="newest_wording_of_a_place")]
        constraints = [AppendOnly(name="wordings_never_change")]

    def __str__(self) -> str:
        return f"{self.get_place_display()}, {self.at:%Y-%m-%d %H:%M}"
