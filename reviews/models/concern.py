"""Something that is wrong by now with what a live page rests on, and what the editors decided about it."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from articles.locks import AppendOnly
from articles.models import Article, Citation, Reference
from articles.models.reference import STANDINGS
from reviews.models.signoff import SignOff

ABOUT_CREDENTIALS = ("lapsed", "revoked")


class ConcernQuerySet(models.QuerySet["Concern"]):
    def open(self) -> "ConcernQuerySet":
        """Undecided, while the page is live and still rests on it: cites the source, or stands by the signature."""
        live = self.filter(decision=None, article__page__withdrawal=None)
        citations = Citation.objects.filter(
            revision=OuterRef("article__page__publication__revision"), reference=OuterRef("reference")
        )
        return live.filter(
            Exists(citations)
            | Q(kind__in=ABOUT_CREDENTIALS, signoff=F("article__page__publication__medical"))
            | Q(kind__in=ABOUT_CREDENTIALS, signoff=F("article__page__publication__look"))
            | Q(kind="objection") & Exists(SignOff.objects.objecting().filter(pk=OuterRef("signoff")))
        )


class Concern(models.Model):
    """One task for each thing that is wrong, however often it is found: a source, or a signature."""

    class Kind(models.TextChoices):
        SOURCE = "source", "A source no longer stands"
        LAPSED = "lapsed", "A credential has lapsed"
        REVOKED = "revoked", "A credential was revoked"
        OBJECTION = "objection", "A reviewer objects to words that are live"

    article = models.ForeignKey(Article, models.PROTECT, related_name="concerns")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SOURCE)
    reference = models.ForeignKey(Reference, models.PROTECT, null=True, related_name="concerns")
    standing = models.CharField(max_length=15, choices=STANDINGS, blank=True)
    signoff = models.ForeignKey(SignOff, models.PROTECT, null=True, related_name="concerns")
    at = models.DateTimeField()

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "reference", "standing"], name="one_concern_per_source"),
            models.UniqueConstraint(fields=["article", "signoff", "kind"], name="one_concern_per_signature"),
            models.CheckConstraint(
                condition=Q(kind="source", reference__isnull=False, signoff=None)
                | Q(kind__in=["lapsed", "revoked", "objection"], reference=None, signoff__isnull=False, standing=""),
                name="concern_names_what_it_is_about",
            ),
            AppendOnly(name="concerns_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.subject}"

    @property
    def subject(self) -> str:
        """What it is about, in a few words."""
        if self.reference:
            return f"{self.reference.key} – {self.get_standing_display().lower()}"
        return f"{self.get_kind_display()} – {self.signoff.signed_as}"  # type: ignore[union-attr]


class ConcernDecision(models.Model):
    """What an editor decided. Only the public note, if there is one, is shown on the page."""

    concern = models.OneToOneField(Concern, models.PROTECT, related_name="decision")
    reason = models.TextField(max_length=2000, help_text="For the record; readers do not see it")
    public_note = models.TextField(blank=True, max_length=500, help_text="Shown at the top of the page; empty: nothing is shown")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at"], condition=~Q(public_note=""), name="notes_for_readers")]
        constraints = [AppendOnly(name="concern_decisions_never_change")]

    def __str__(self) -> str:
        return f"Decided: {self.concern}"
