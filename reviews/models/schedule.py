"""A named revision is to go out at a named minute; and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.locks import AppendOnly, CompositeForeignKey
from articles.models import Article, Revision
from reviews.models.publication import Publication


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def open(self) -> "ScheduleQuerySet":
        """Neither published, nor refused, nor cancelled."""
        return self.filter(outcome=None)


class Schedule(models.Model):
    """Pinned to one revision: whatever is written meanwhile, no other words go out under it."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="schedules")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="schedules")
    at = models.DateTimeField("when", db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            CompositeForeignKey(
                fields=["revision", "article"],
                to="articles.Revision",
                to_fields=["id", "article"],
                name="scheduled_revision_is_of_the_article",
            ),
            models.UniqueConstraint(fields=["id", "article"], name="schedule_of_article"),
            AppendOnly(name="schedules_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.revision}, scheduled for {self.at:%Y-%m-%d %H:%M}"


class ScheduleOutcome(models.Model):
    """What came of a schedule: one row for each, so that it can fire but once."""

    class Outcome(models.TextChoices):
        PUBLISHED = "published", "Published"
        REFUSED = "refused", "Refused by the gate"
        CANCELLED = "cancelled", "Cancelled"

    schedule = models.OneToOneField(Schedule, models.PROTECT, related_name="outcome")
    article = models.ForeignKey(Article, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reasons = models.JSONField(default=list, help_text="Why it was refused or cancelled, in words")
    publication = models.OneToOneField(Publication, models.PROTECT, null=True, related_name="scheduled")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="Empty: the clock")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="published", publication__isnull=False)
                | Q(outcome__in=["refused", "cancelled"], publication=None),
                name="only_a_published_schedule_has_a_publication",
            ),
            CompositeForeignKey(
                fields=["schedule", "article"],
                to="reviews.Schedule",
                to_fields=["id", "article"],
                name="outcome_is_of_the_schedule",
            ),
            CompositeForeignKey(
                fields=["publication", "article"],
                to="reviews.Publication",
                to_fields=["id", "article"],
                name="schedule_published_its_article",
            ),
            AppendOnly(name="schedule_outcomes_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.schedule}"
