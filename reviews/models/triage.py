"""What editors make of a report from a reader: who looks after it, what was decided, and what answered it."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from articles.locks import AppendOnly, CompositeForeignKey
from articles.models import Article, Revision
from reviews.models.feedback import FeedbackDetail, FeedbackReport
from reviews.models.publication import Publication
from reviews.models.sweep import left_open, maybe_open


class ReportOwner(models.Model):
    """Who looks after a report. The newest row counts; the first is made with the report, so that none is without."""

    report = models.ForeignKey(FeedbackReport, models.PROTECT, related_name="owners")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports_owned")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [AppendOnly(name="report_owners_never_change")]

    def __str__(self) -> str:
        return f"{self.owner.printed_name} looks after {self.report}"


class Outcome(models.TextChoices):
    DISMISS = "dismiss", "No change"
    REVIEW = "review", "Review again"
    CORRECT = "correct", "Correct"
    WITHDRAW = "withdraw", "Withdraw the page"


class Triage(models.Model):
    """What an editor decided about one report. The answer is for its reader; the reason stays with the record."""

    report = models.OneToOneField(FeedbackReport, models.PROTECT, related_name="triage")
    article = models.ForeignKey(Article, models.PROTECT, related_name="triages")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField(max_length=2000, help_text="For the record; readers do not see it")
    answer = models.TextField(blank=True, max_length=1000, help_text="For the reader who reported it")
    draft = models.ForeignKey(
        Revision, models.PROTECT, null=True, related_name="corrects", help_text="The draft that the correction began with"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="triage_outcome_is_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="triage_gives_a_reason"),
            models.CheckConstraint(
                condition=Q(outcome="correct", draft__isnull=False) | ~Q(outcome="correct") & Q(draft=None),
                name="a_correction_begins_with_a_draft",
            ),
            CompositeForeignKey(
                fields=["draft", "article"],
                to="articles.Revision",
                to_fields=["id", "article"],
                name="correction_is_of_the_article",
            ),
            AppendOnly(name="triages_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.report}"


class ReportAnswer(models.Model):
    """The publication that answered a report which asked for a correction or a new review."""

    triage = models.OneToOneField(Triage, models.PROTECT, related_name="answered")
    article = models.ForeignKey(Article, models.PROTECT, related_name="+")
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="answers")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            CompositeForeignKey(
                fields=["publication", "article"],
                to="reviews.Publication",
                to_fields=["id", "article"],
                name="answer_is_a_publication_of_the_article",
            ),
            AppendOnly(name="report_answers_never_change"),
        ]

    def __str__(self) -> str:
        return f"Answered by {self.publication}"


def undecided() -> "models.QuerySet[FeedbackDetail]":
    """What readers reported and nobody has decided about."""
    return maybe_open("reports", FeedbackDetail.objects.filter(~Exists(Triage.objects.filter(report=OuterRef("report")))))


def untriaged() -> "models.QuerySet[FeedbackReport]":
    """The reports that it belongs to."""
    open_ones = FeedbackReport.objects.filter(detail__isnull=False, triage=None)
    keys = left_open("reports", FeedbackDetail)
    return open_ones if keys is None else open_ones.filter(detail__in=keys)


def unanswered() -> "models.QuerySet[Triage]":
    """Decisions whose promise is still to be kept: a correction or a new review that is not out yet."""
    promised = Triage.objects.filter(outcome__in=[Outcome.CORRECT, Outcome.REVIEW], answered=None)
    return promised.filter(~Exists(Publication.objects.filter(article=OuterRef("article"), withdrawal__at__gte=OuterRef("at"))))
