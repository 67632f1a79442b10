"""Sources, and the frozen citations of them. A later edit of a source never alters what was signed."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from articles.bibliography import links
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.standing import Notice
from articles.bibliography.style import entry_html
from articles.locks import AppendOnly

STANDINGS = [
    ("ok", "No notice known"),
    ("corrected", "Corrected"),
    ("concern", "Expression of concern"),
    ("retracted", "Retracted"),
    ("notice", "Is itself a notice"),
    ("unknown", "Not checked yet"),
    ("not_checkable", "Cannot be checked"),
    ("failed", "The check failed"),
]
CITATION_KEY = r"^[A-Za-z0-9](?:[A-Za-z0-9_:.+-]{0,98}[A-Za-z0-9_+-])?$"


class ReferenceQuerySet(models.QuerySet["Reference"]):
    def cited_live(self) -> "ReferenceQuerySet":
        """Cited on a page that readers see, under its own key or one that was merged into it."""
        cited = Citation.objects.filter(
            revision__article__page__withdrawal=None, revision__article__page__publication__revision=F("revision")
        )
        return self.cited_by(cited)

    def cited_by(self, citations: "models.QuerySet[Citation]") -> "ReferenceQuerySet":
        """Those that these citations cite, under their own key or one that was merged into them."""
        merged = citations.exclude(reference__merged_into=None)
        return self.filter(Q(pk__in=citations.values("reference")) | Q(pk__in=merged.values("reference__merged_into")))


class Reference(models.Model):
    """A source. The description is CSL-JSON; identifiers have columns of their own, and live nowhere else."""

    class Class(models.TextChoices):
        SYSTEMATIC_REVIEW = "systematic_review", "Systematic review"
        GUIDELINE = "guideline", "Guideline"
        TRIAL = "trial", "Trial"
        COHORT = "cohort", "Cohort or other observational study"
        REVIEW = "review", "Narrative review"
        GOVERNMENT = "government", "Government or public body"
        TEXTBOOK = "textbook", "Textbook"
        OTHER = "other", "Other"

    key = models.CharField(
        "citation key", max_length=100, unique=True,
        validators=[RegexValidator(CITATION_KEY, "Letters, digits and - _ : . + only, such as garrison2020magnesium.")],
        help_text="What writers type: [@garrison2020magnesium]",
    )  # fmt: skip
    csl = models.JSONField("description", help_text="CSL-JSON, without identifiers")
    doi = models.CharField("DOI", max_length=255, blank=True)
    pmid = models.CharField("PMID", max_length=8, blank=True)
    pmcid = models.CharField("PMCID", max_length=16, blank=True)
    isbn = models.CharField("ISBN", max_length=13, blank=True)
    url = models.URLField("web address", max_length=1000, blank=True)
    source_class = models.CharField("kind of source", max_length=20, choices=Class)
    peer_reviewed = models.BooleanField(default=False)
    archive_url = models.URLField("archived copy", max_length=1000, blank=True, help_text="Where the page can be read as it was")
    raw = models.TextField("as pasted", blank=True, editable=False, help_text="Word for word what a writer pasted")
    provenance = models.JSONField(default=dict, editable=False, help_text="For each field, who said so")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="merged")
    # A projection of the checks, written with each of them, so that lists can be filtered.
    standing = models.CharField(max_length=15, choices=STANDINGS, default="unknown", editable=False, db_index=True)
    notices = models.JSONField(default=list, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False, db_index=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    added_at = models.DateTimeField(editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(
                Lower("doi"), condition=~Q(doi=""), name="one_reference_per_doi",
                violation_error_message="Another reference has this DOI: cite that one.",
            ),
            models.UniqueConstraint(
                fields=["pmid"], condition=~Q(pmid=""), name="one_reference_per_pmid",
                violation_error_message="Another reference has this PMID: cite that one.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.key} – {self.label}"

    @property
    def identifiers(self) -> Identifiers:
        return Identifiers(doi=self.doi, pmid=self.pmid, pmcid=self.pmcid, isbn=self.isbn, url=self.url)

    @property
    def label(self) -> str:
        return links.label(self.csl)

    @property
    def entry(self) -> str:
        """The full entry in the house style, as safe HTML, with the notices that are known about it."""
        return entry_html(self.csl, self.identifiers, settings.REFERENCE_STYLE, [Notice(**notice) for notice in self.notices])

    @property
    def best_url(self) -> str:
        return links.best_url(self.identifiers)


class Citation(models.Model):
    """A source as one revision cites it: its number, and the entry exactly as it was cited."""

    revision = models.ForeignKey("Revision", models.PROTECT, related_name="citations")
    reference = models.ForeignKey(Reference, models.PROTECT, related_name="citations")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=100)
    label = models.CharField(max_length=500)
    entry = models.TextField(help_text="The formatted entry, as safe HTML")
    url = models.CharField(max_length=2000, blank=True, help_text="Where the number leads")
    links = models.JSONField(help_text="[[label, address], …]")
    retracted_reason = models.CharField(
        max_length=500, blank=True, help_text="Why the text cites a retracted source, as readers are told"
    )
    facts = models.JSONField(default=dict, help_text="What machines are told of it, as CSL-JSON, as cited")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "number"], name="one_citation_per_number"),
            models.UniqueConstraint(fields=["revision", "reference"], name="one_citation_per_source"),
            models.UniqueConstraint(fields=["id", "revision"], name="citation_of_revision"),
            models.CheckConstraint(condition=Q(number__gte=1), name="citation_numbers_start_at_one"),
            AppendOnly(name="citations_never_change"),
        ]

    def __str__(self) -> str:
        return f"({self.number}) {self.label}"
