"""The article and its revisions. An article has no text and no status of its own.

Each saved draft is a Revision that never changes; what is live, in review or withdrawn is computed from the records.
"""

import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from articles.locks import AppendOnly, CompositeForeignKey
from articles.models.people import User
from articles.models.picture import Picture

# SQLite enters an index of times where it knows of a first and a last one, and otherwise goes through all rows.
EVER = (datetime.datetime(1, 1, 1, tzinfo=datetime.UTC), datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC))
# The members of schema.org's enumeration MedicalSpecialty that are branches of medicine.
SPECIALTIES = (
    "Anesthesia", "Cardiovascular", "CommunityHealth", "Dentistry", "Dermatology", "DietNutrition", "Emergency", "Endocrine",
    "Gastroenterologic", "Genetic", "Geriatric", "Gynecologic", "Hematologic", "Infectious", "LaboratoryScience", "Midwifery",
    "Musculoskeletal", "Neurologic", "Nursing", "Obstetric", "Oncologic", "Optometric", "Otolaryngologic", "Pathology",
    "Pediatric", "PharmacySpecialty", "Physiotherapy", "PlasticSurgery", "Podiatric", "PrimaryCare", "Psychiatric",
    "PublicHealth", "Pulmonary", "Radiography", "Renal", "RespiratoryTherapy", "Rheumatologic", "SpeechPathology", "Surgical",
    "Toxicologic", "Urologic",
)  # fmt: skip


class Topic(models.Model):
    """A shelf of the library, and how often its articles are reviewed again."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    review_interval_months = models.PositiveSmallIntegerField(
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
        help_text="Months after a medical review until the next one is due; at most 36.",
    )
    description = models.TextField(blank=True, max_length=600, help_text="One or two sentences at the top of the topic’s page")
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="topics_edited",
        help_text="Hears of reports from readers and of reviews that fall due",
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="topics_deputised",
        help_text="Is reminded together with the editor of the topic",
    )
    specialty = models.CharField(
        max_length=30, blank=True, choices=[(name, name) for name in SPECIALTIES],
        help_text="The branch of medicine, as search engines name it (schema.org MedicalSpecialty)",
    )  # fmt: skip

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(review_interval_months__range=(1, 36)), name="review_at_least_every_36_months")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:topic", args=[self.slug])


class ArticleQuerySet(models.QuerySet["Article"]):
    """Where an article stands, each answer written once."""

    def locked(self, pk: int) -> "Article":
        """The article, held until the end of the transaction. Every verb begins with it."""
        return self.select_for_update(of=("self",)).get(pk=pk)

    def live(self) -> "ArticleQuerySet":
        return self.filter(page__isnull=False, page__withdrawal=None)

    def withdrawn(self) -> "ArticleQuerySet":
        return self.filter(page__withdrawal__isnull=False)

    def never_published(self) -> "ArticleQuerySet":
        return self.filter(page=None)

    def with_draft(self) -> "ArticleQuerySet":
        """All of them, as the database can be told: so a list that is sorted by drafts begins with the drafts."""
        return self.filter(draft__created_at__range=EVER)

    def with_newer_draft(self) -> "ArticleQuerySet":
        """Published once, and somebody has written on since."""
        return self.filter(page__isnull=False).exclude(draft=F("page__publication__revision"))

    def contributed_by(self, user: User) -> "ArticleQuerySet":
        """Owned, written, edited or asked to be reviewed by this person."""
        return self._of(user, Contribution.objects.filter(user=user))

    def visible_to(self, user: User) -> "ArticleQuerySet":
        """Whose drafts this person may see: all for an editor, else those in which they have a part."""
        return self if user.has_perm("articles.edit_any_article") else self.contributed_by(user)

    def editable_by(self, user: User) -> "ArticleQuerySet":
        """Whose drafts this person may write on. Being asked to review a text is no right to change it."""
        if user.has_perm("articles.edit_any_article"):
            return self
        return self._of(user, Contribution.objects.filter(user=user).exclude(role=Contribution.Role.REVIEWER))

    def with_a_part_of(self, user: User) -> "ArticleQuerySet":
        """The same as `contributed_by`, asked of each article: for a few of them."""
        return self.filter(Q(owner=user) | Exists(Contribution.objects.filter(user=user, revision__article=OuterRef("pk"))))

    def _of(self, user: User, hands: "models.QuerySet[Contribution]") -> "ArticleQuerySet":
        """Theirs, and those they had a hand in. Found from the person: to ask each article would take longer with each."""
        owned = Article.objects.filter(owner=user).order_by().values("pk")
        return self.filter(pk__in=owned.union(hands.order_by().values("revision__article"), all=True))


class Article(models.Model):
    """One subject at one address. Changed only by the verbs of drafting and publishing."""

    slug = models.SlugField("address", max_length=120, unique=True)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="articles")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_articles")
    draft = models.OneToOneField("Revision", models.PROTECT, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField()

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        permissions = [("edit_any_article", "Can edit, and see drafts of, articles of other people")]
        constraints = [
            CompositeForeignKey(
                fields=["draft", "id"], to="articles.Revision", to_fields=["id", "article"], name="draft_is_of_this_article"
            )
        ]

    def __str__(self) -> str:
        return self.draft.title if self.draft else self.slug

    def get_absolute_url(self) -> str:
        return reverse("articles:article", args=[self.slug])


class Revision(models.Model):
    """The whole text as it was saved once. Signatures are bound to its digest."""

    class Kind(models.TextChoices):
        FIRST = "first", "First version"
        UPDATE = "update", "Update"
        CLARIFICATION = "clarification", "Clarification"
        CORRECTION = "correction", "Correction"
        MINOR = "minor", "Minor change"

    article = models.ForeignKey(Article, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    slug = models.SlugField("address", max_length=120)
    title = models.CharField(max_length=200)
    summary = models.TextField(max_length=600)
    body = models.TextField()
    picture = models.ForeignKey(Picture, models.PROTECT, null=True, related_name="+")
    picture_alt = models.CharField(max_length=300, blank=True)
    picture_decorative = models.BooleanField(default=False)
    kind = models.CharField(max_length=15, choices=Kind)
    change_note = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    digest = models.CharField(max_length=64, help_text="SHA-256 over all that a reader is told")

    class Meta:
        ordering = ["article", "-number"]
        indexes = [
            models.Index(fields=["created_at"], name="revisions_by_time"),
            models.Index(fields=["title"], name="revisions_by_title"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="one_revision_per_number"),
            models.UniqueConstraint(fields=["id", "article"], name="revision_of_article"),
            models.UniqueConstraint(fields=["id", "digest"], name="revision_with_digest"),
            models.CheckConstraint(
                condition=Q(kind__in=["first", "update", "clarification", "correction", "minor"]), name="revision_kind_is_known"
            ),
            models.UniqueConstraint(fields=["id", "kind"], name="revision_of_kind"),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_numbers_start_at_one"),
            CompositeForeignKey(
                fields=["parent", "article"],
                to="articles.Revision",
                to_fields=["id", "article"],
                name="parent_is_of_the_same_article",
            ),
            AppendOnly(name="revisions_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (revision {self.number})"

    @property
    def retracted_reasons(self) -> dict[str, str]:
        """For each source that is cited as retracted, by its key: why."""
        return {citation.key: citation.retracted_reason for citation in self.citations.all() if citation.retracted_reason}


class Contribution(models.Model):
    """Who had a hand in a revision. One role for each person: nobody both writes and signs."""

    class Role(models.TextChoices):
        WRITER = "writer", "Writer"
        EDITOR = "editor", "Editor"
        REVIEWER = "reviewer", "Reviewer"

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="contributions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="contributions")
    role = models.CharField(max_length=10, choices=Role)
    credited_as = models.CharField(max_length=310, help_text="The name as printed, copied when the revision was saved")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["user"], condition=~Q(role="reviewer"), name="hands_in_texts")]
        constraints = [
            models.UniqueConstraint(fields=["revision", "user"], name="one_role_per_person"),
            models.UniqueConstraint(fields=["revision", "user", "role"], name="role_of_person"),
            models.CheckConstraint(condition=Q(role__in=["writer", "editor", "reviewer"]), name="role_is_known"),
            AppendOnly(name="contributions_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.credited_as} ({self.get_role_display()})"
