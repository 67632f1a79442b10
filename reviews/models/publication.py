"""What was let out, and what was taken back. A publication cannot exist without both signatures on its words."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from articles.locks import AppendOnly, CompositeForeignKey
from articles.models import Article, Revision
from reviews.models.signoff import Decision, Kind, SignOff


class PublicationQuerySet(models.QuerySet["Publication"]):
    def standing(self) -> "PublicationQuerySet":
        return self.filter(withdrawal=None)


class Publication(models.Model):
    """A revision went out on the strength of these two approvals. Made by `publishing.publish` and by nothing else.

    The constant columns carry the rule into the foreign keys: the database itself refuses a publication whose
    signatures are of another revision, of another kind, not approvals, or by one and the same person. Of a minor change
    the two signatures are on the words that it started from, and a third is on its own.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="publications")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="publications")
    revision_kind = models.CharField(max_length=15, choices=Revision.Kind, editable=False)
    reviewed = models.ForeignKey(
        Revision,
        models.PROTECT,
        related_name="+",
        help_text="The words that both signatures are on: these, or those that a minor change started from",
    )
    medical = models.ForeignKey(SignOff, models.PROTECT, related_name="+")
    medical_kind = models.CharField(max_length=10, default=Kind.MEDICAL, editable=False)
    medical_reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    facts = models.ForeignKey(SignOff, models.PROTECT, related_name="+")
    facts_kind = models.CharField(max_length=10, default=Kind.FACTS, editable=False)
    facts_reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    look = models.ForeignKey(SignOff, models.PROTECT, null=True, related_name="+", help_text="The second look at a minor change")
    look_kind = models.CharField(max_length=10, default=Kind.LOOK, editable=False)
    look_reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=10, default=Decision.APPROVE, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["revision_kind", "-at"], name="publications_by_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(medical_kind="medical", facts_kind="facts", look_kind="look", decision="approve"),
                name="publication_rests_on_approvals",
            ),
            models.CheckConstraint(
                condition=Q(look=None, look_reviewer=None, reviewed=F("revision"))
                | Q(look__isnull=False, look_reviewer__isnull=False, revision_kind="minor"),
                name="only_a_minor_change_rests_on_other_words",
            ),
            models.CheckConstraint(
                condition=~Q(medical_reviewer=F("facts_reviewer")), name="facts_and_medicine_by_different_people"
            ),
            models.UniqueConstraint(fields=["id", "article"], name="publication_of_article"),
            CompositeForeignKey(
                fields=["revision", "article"],
                to="articles.Revision",
                to_fields=["id", "article"],
                name="published_revision_is_of_the_article",
            ),
            CompositeForeignKey(
                fields=["reviewed", "article"],
                to="articles.Revision",
                to_fields=["id", "article"],
                name="reviewed_words_are_of_the_article",
            ),
            CompositeForeignKey(
                fields=["revision", "revision_kind"],
                to="articles.Revision",
                to_fields=["id", "kind"],
                name="published_revision_is_of_that_kind",
            ),
            CompositeForeignKey(
                fields=["look", "revision", "look_kind", "decision", "look_reviewer"],
                to="reviews.SignOff",
                to_fields=["id", "revision", "kind", "decision", "reviewer"],
                name="minor_change_is_looked_at",
            ),
            CompositeForeignKey(
                fields=["medical", "reviewed", "medical_kind", "decision", "medical_reviewer"],
                to="reviews.SignOff",
                to_fields=["id", "revision", "kind", "decision", "reviewer"],
                name="published_words_are_medically_approved",
            ),
            CompositeForeignKey(
                fields=["facts", "reviewed", "facts_kind", "decision", "facts_reviewer"],
                to="reviews.SignOff",
                to_fields=["id", "revision", "kind", "decision", "reviewer"],
                name="published_words_are_fact_checked",
            ),
            AppendOnly(name="publications_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.revision}, published {self.at:%Y-%m-%d}"


class Withdrawal(models.Model):
    """The page was taken down; its address says so, and why."""

    publication = models.OneToOneField(Publication, models.PROTECT, related_name="withdrawal")
    reason = models.TextField(max_length=2000, help_text="Readers see this")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["-at"], name="withdrawals_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=["id", "publication"], name="withdrawal_of_publication"),
            models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_gives_a_reason"),
            AppendOnly(name="withdrawals_never_change"),
        ]

    def __str__(self) -> str:
        return f"Withdrawn: {self.publication}"
