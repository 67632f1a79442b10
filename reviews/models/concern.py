"""Something that is wrong by now with a source of a live page, and what the editors decided about it."""

from django.conf import settings
from django.db import models

from articles.locks import AppendOnly
from articles.models import Article, Reference
from articles.models.reference import STANDINGS


class ConcernQuerySet(models.QuerySet["Concern"]):
    def open(self) -> "ConcernQuerySet":
        """Undecided, while the page that cites the source is live."""
        return self.filter(
            decision=None,
            article__page__withdrawal=None,
            article__page__publication__revision__citations__reference=models.F("reference"),
        )


class Concern(models.Model):
    """One for each article, source and standing, however often the register is asked."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="concerns")
    reference = models.ForeignKey(Reference, models.PROTECT, related_name="concerns")
    standing = models.CharField(max_length=15, choices=STANDINGS)
    at = models.DateTimeField()

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "reference", "standing"], name="one_concern_per_source"),
            AppendOnly(name="concerns_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.reference.key} – {self.get_standing_display().lower()}"


class ConcernDecision(models.Model):
    """What an editor decided. Only the public note, if there is one, is shown on the page."""

    concern = models.OneToOneField(Concern, models.PROTECT, related_name="decision")
    reason = models.TextField(max_length=2000, help_text="For the record; readers do not see it")
    public_note = models.TextField(blank=True, max_length=500, help_text="Shown at the top of the page; empty: nothing is shown")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [AppendOnly(name="concern_decisions_never_change")]

    def __str__(self) -> str:
        return f"Decided: {self.concern}"
