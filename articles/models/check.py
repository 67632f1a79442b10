"""What the registers said of a source, each time they were asked, and whether its address still answers."""

from django.db import models

from articles.locks import AppendOnly
from articles.models.reference import STANDINGS, Reference


class ReferenceCheck(models.Model):
    """One register's answer about one source. A register that did not answer is a row, too: never "ok"."""

    reference = models.ForeignKey(Reference, models.PROTECT, related_name="checks")
    asked = models.CharField(max_length=20, help_text="crossref, pubmed or retraction_watch")
    standing = models.CharField(max_length=15, choices=STANDINGS)
    notices = models.JSONField(default=list)
    message = models.CharField(max_length=500, blank=True)
    answer_sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["reference", "asked", "-id"], name="last_check_of_a_register")]
        constraints = [AppendOnly(name="reference_checks_never_change")]

    def __str__(self) -> str:
        return f"{self.reference.key}: {self.get_standing_display()} ({self.asked})"


class LinkCheck(models.Model):
    """Whether the address of a source answered. One failure says little: see `link_checks.is_dead`."""

    class Outcome(models.TextChoices):
        OK = "ok", "Answers"
        SUSPECT = "suspect", "Answers, but seems to be another page"
        BLOCKED = "blocked", "Does not answer programs"
        MISSING = "missing", "Says that the page is gone"
        FAILED = "failed", "Does not answer"
        REFUSED = "refused", "Not an address that may be asked"

    reference = models.ForeignKey(Reference, models.PROTECT, related_name="link_checks")
    url = models.CharField(max_length=1000)
    outcome = models.CharField(max_length=10, choices=Outcome)
    final_url = models.CharField(max_length=4000, blank=True)
    message = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [AppendOnly(name="link_checks_never_change")]

    def __str__(self) -> str:
        return f"{self.url}: {self.get_outcome_display()}"
