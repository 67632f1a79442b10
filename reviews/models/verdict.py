"""What a fact checker found of each source, one by one."""

from django.db import models
from django.db.models import Q

from articles.locks import AppendOnly, CompositeForeignKey
from articles.models import Citation, Revision
from reviews.models.signoff import Kind, SignOff


class CitationVerdict(models.Model):
    """Does the source say what the text says it does? One answer for each numbered citation of a fact check."""

    class Verdict(models.TextChoices):
        SUPPORTS = "supports", "Supports the text"
        PARTLY = "partly", "Supports it in part"
        DOES_NOT = "does_not", "Does not support it"

    signoff = models.ForeignKey(SignOff, models.PROTECT, related_name="verdicts")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, default=Kind.FACTS, editable=False)
    citation = models.ForeignKey(Citation, models.PROTECT, related_name="verdicts")
    verdict = models.CharField(max_length=10, choices=Verdict)
    note = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["citation__number"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="facts"), name="verdicts_belong_to_fact_checks"),
            models.CheckConstraint(
                condition=Q(verdict="supports") | (Q(verdict__in=["partly", "does_not"]) & ~Q(note="")),
                name="a_doubt_says_why",
            ),
            models.UniqueConstraint(fields=["signoff", "citation"], name="one_verdict_per_citation"),
            CompositeForeignKey(
                fields=["signoff", "revision", "kind"],
                to="reviews.SignOff",
                to_fields=["id", "revision", "kind"],
                name="verdict_is_of_the_signed_revision",
            ),
            CompositeForeignKey(
                fields=["citation", "revision"],
                to="articles.Citation",
                to_fields=["id", "revision"],
                name="verdict_is_on_a_citation_of_that_revision",
            ),
            AppendOnly(name="verdicts_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.citation}: {self.get_verdict_display()}"
