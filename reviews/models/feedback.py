"""What readers say about a page: whether it helped, and what is wrong with it.

No account, address, browser or hour of a reader is kept, nor anything that would lead to one; a day is.
"""

from django.db import models

from articles.locks import AppendOnly, Frozen
from reviews.models.publication import Publication


class FeedbackReport(models.Model):
    """One reader spoke once about the publication that they saw."""

    # Both are found by the indexes below: there are many rows, and each index is written at every vote.
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="feedback", db_index=False)
    helpful = models.BooleanField("was it helpful?", null=True, help_text="Empty: a report without a vote")
    key = models.UUIDField(unique=True, help_text="Sent with the form, so that a form sent twice is stored once")
    on = models.DateField()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["publication", "helpful"], name="votes_on_a_publication"),
            models.Index(fields=["on", "helpful", "publication"], name="votes_by_day"),
        ]
        constraints = [AppendOnly(name="feedback_reports_never_change")]

    def __str__(self) -> str:
        vote = {True: "Helpful", False: "Not helpful", None: "Report"}[self.helpful]
        return f"{vote}, {self.on}"


class FeedbackDetail(models.Model):
    """What is wrong, in the reader's words. The reason stays; passage and words are blanked when their time is up."""

    class Reason(models.TextChoices):
        INACCURATE = "inaccurate", "Something is wrong"
        OUTDATED = "outdated", "It is out of date"
        UNCLEAR = "unclear", "It is hard to understand"
        BROKEN_LINK = "broken_link", "A link does not work"
        HARMFUL = "harmful", "It could harm somebody"
        OTHER = "other", "Something else"

    report = models.OneToOneField(FeedbackReport, models.PROTECT, related_name="detail")
    reason = models.CharField(max_length=15, choices=Reason, db_index=True)
    quote = models.TextField("passage", blank=True, max_length=1000)
    text = models.TextField("in the reader’s words", blank=True, max_length=4000)
    receipt = models.CharField(
        max_length=14,
        unique=True,
        null=True,
        editable=False,
        help_text="The code under which its reader can look up what became of it; older reports have none",
    )
    on = models.DateField(db_index=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [Frozen(fields=["report", "reason", "receipt", "on"], name="feedback_reasons_never_change")]

    def __str__(self) -> str:
        return self.get_reason_display()


class ReplyAddress(models.Model):
    """Where a reader asked to be written to; kept apart from their words, and deleted first."""

    report = models.OneToOneField(FeedbackReport, models.PROTECT, related_name="reply_address")
    address = models.EmailField()
    on = models.DateField(db_index=True)

    class Meta:
        verbose_name_plural = "reply addresses"

    def __str__(self) -> str:
        return "A reply address"  # the address itself is shown in one place only, on purpose
