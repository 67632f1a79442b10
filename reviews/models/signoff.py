"""Asking somebody to review a revision, and what they signed. Bound to those very words by composite keys."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from articles.locks import AppendOnly, CompositeForeignKey
from articles.models import Article, Contribution, Revision
from articles.sealing import holds
from reviews.models.credential import Credential
from reviews.models.sweep import maybe_open


class Kind(models.TextChoices):
    MEDICAL = "medical", "Medical review"
    FACTS = "facts", "Fact check"
    LOOK = "look", "Second look"


class Decision(models.TextChoices):
    APPROVE = "approve", "Approved"
    CHANGES = "changes", "Changes requested"
    DECLINE = "decline", "Declined"


KIND_IS_KNOWN = Q(kind__in=["medical", "facts", "look"])


class ReviewRequestQuerySet(models.QuerySet["ReviewRequest"]):
    def open(self) -> "ReviewRequestQuerySet":
        """Still waiting for an answer: not signed, not taken back, not asked again on newer words, not overtaken.

        A publication of these words or newer ones overtakes it. A review of words that are live already is overtaken by
        whatever is published or withdrawn after it was asked for.
        """
        asked_again = ReviewRequest.objects.filter(
            reviewer=OuterRef("reviewer"),
            kind=OuterRef("kind"),
            revision__article=OuterRef("revision__article"),
            revision__number__gt=OuterRef("revision__number"),
        )
        out = Revision.objects.filter(article=OuterRef("revision__article"), number__gte=OuterRef("revision__number"))
        published_since = out.filter(
            Q(publications__isnull=False, number__gt=OuterRef("revision__number"))
            | Q(publications__pk__gt=Coalesce(OuterRef("renews"), 0))
        )
        taken_down = Revision.objects.filter(
            pk=OuterRef("revision"), publications__pk=OuterRef("renews"), publications__withdrawal__isnull=False
        )
        # By Exists rather than by joins, and first: so PostgreSQL begins with the few that nobody has signed.
        answered = SignOff.objects.filter(request=OuterRef("pk"))
        taken_back = RequestWithdrawal.objects.filter(request=OuterRef("pk"))
        return self.filter(
            ~Exists(answered), ~Exists(taken_back), ~Exists(asked_again), ~Exists(published_since), ~Exists(taken_down)
        )

    def waiting(self) -> "ReviewRequestQuerySet":
        """The open ones of the whole office. Of one article or a few they are found faster by `open`."""
        return maybe_open("requests", self.open())

    def for_user(self, user: models.Model) -> "ReviewRequestQuerySet":
        return self.filter(reviewer=user)


class ReviewRequest(models.Model):
    """Please read these words by then. Answered by one sign-off of the same person, on the same words."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=10, choices=Kind)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="review_requests")
    role = models.CharField(max_length=10, default=Contribution.Role.REVIEWER, editable=False)
    due = models.DateField()
    note = models.TextField(blank=True, max_length=2000)
    renews = models.ForeignKey(
        "reviews.Publication",
        models.PROTECT,
        null=True,
        related_name="renewals",
        help_text="The live publication whose words are to be reviewed again as they stand; empty for words that are not out",
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    objects = ReviewRequestQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(condition=KIND_IS_KNOWN, name="request_kind_is_known"),
            models.CheckConstraint(condition=Q(role="reviewer"), name="request_is_to_a_reviewer"),
            models.UniqueConstraint(fields=["id", "revision", "kind", "reviewer"], name="request_for_signoff"),
            CompositeForeignKey(
                fields=["revision", "reviewer", "role"],
                to="articles.Contribution",
                to_fields=["revision", "user", "role"],
                name="nobody_reviews_what_they_wrote",
            ),
            AppendOnly(name="requests_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.revision} by {self.reviewer.printed_name}"


class RequestWithdrawal(models.Model):
    """Nobody waits for this review any longer: it was asked of the wrong person, or they are away."""

    request = models.OneToOneField(ReviewRequest, models.PROTECT, related_name="withdrawn")
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [AppendOnly(name="request_withdrawals_never_change")]

    def __str__(self) -> str:
        return f"No longer asked: {self.request}"


class SignOffQuerySet(models.QuerySet["SignOff"]):
    def standing(self) -> "SignOffQuerySet":
        return self.filter(revocation=None)

    def approving(self, kind: str) -> "SignOffQuerySet":
        return self.standing().filter(kind=kind, decision=Decision.APPROVE)

    def completing(self) -> "SignOffQuerySet":
        """Approvals that complete a draft which is not out: the medical one beside the facts, or the look at a minor change."""
        facts = SignOff.objects.approving(Kind.FACTS).filter(revision=OuterRef("revision"))
        live = Q(revision__article__page__isnull=False, revision__article__page__withdrawal=None)
        look = live & Q(kind=Kind.LOOK, revision__kind=Revision.Kind.MINOR)
        return self.standing().unused().filter(Q(kind=Kind.MEDICAL) & Exists(facts) | look)

    def unused(self) -> "SignOffQuerySet":
        """Approvals that may come to complete a draft: of drafts that are not out. What is no draft any more never is again."""
        publications: Any = Revision._meta.get_field("publications").related_model  # which imports this module
        out = publications.objects.filter(revision=OuterRef("revision"))
        draft = Article.objects.filter(draft=OuterRef("revision"))
        approvals = self.filter(decision=Decision.APPROVE, kind__in=[Kind.MEDICAL, Kind.LOOK])
        return approvals.filter(Exists(draft), ~Exists(out))

    def ready(self) -> "SignOffQuerySet":
        """The completing ones of the whole office. Of one article or a few they are found faster by `completing`."""
        return maybe_open("approvals", self.completing())

    def unanswered(self) -> "SignOffQuerySet":
        """The objecting ones of the whole office. An answer that was taken back may have opened one again."""
        taken_back = Revocation.objects.filter(signoff__decision=Decision.APPROVE).order_by()
        again = SignOff.objects.filter(revision__article__in=taken_back.values("signoff__revision__article"))
        return maybe_open("objections", self.objecting(), again.exclude(decision=Decision.APPROVE))

    def objecting(self) -> "SignOffQuerySet":
        """A request for changes or a refusal that nobody has answered yet.

        It is answered when the same person later approves these words or newer ones, or when an editor records why
        it no longer holds.
        """
        # The key as an expression: else SQLite would walk every signature of the reviewer instead of those on the article.
        satisfied = SignOff.objects.annotate(own=F("pk") + 0).filter(
            reviewer=OuterRef("reviewer"),
            kind=OuterRef("kind"),
            revision__article=OuterRef("revision__article"),
            revision__number__gte=OuterRef("revision__number"),
            own__gt=OuterRef("pk"),
            decision=Decision.APPROVE,
            revocation=None,
        )
        return self.standing().filter(~Exists(satisfied), resolution=None).exclude(decision=Decision.APPROVE)


class SignOff(models.Model):
    """A signature: what somebody decided about exactly these words, and on what authority (21 CFR 11.50, 11.70)."""

    request = models.OneToOneField(ReviewRequest, models.PROTECT, related_name="signoff")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="signoffs")
    kind = models.CharField(max_length=10, choices=Kind)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signoffs")
    role = models.CharField(max_length=10, default=Contribution.Role.REVIEWER, editable=False)
    decision = models.CharField(max_length=10, choices=Decision)
    note = models.TextField(blank=True, max_length=4000)
    checklist = models.JSONField(help_text="[[question, answer], …] as it was put and answered")
    credential = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="signoffs")
    signed_as = models.CharField(max_length=310, help_text="The printed name with post-nominals, copied at signing")
    credential_as = models.CharField(max_length=600, blank=True, help_text="The credential as printed, copied at signing")
    interests = models.TextField(max_length=2000, help_text="Competing interests as declared at signing")
    statement = models.TextField(help_text="What the signer accepted by signing")
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    seal = models.CharField(max_length=81)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "sign-off"
        indexes = [models.Index(fields=["revision"], condition=~Q(decision="approve"), name="signoffs_that_object")]
        constraints = [
            models.CheckConstraint(condition=KIND_IS_KNOWN, name="signoff_kind_is_known"),
            models.CheckConstraint(condition=Q(decision__in=["approve", "changes", "decline"]), name="decision_is_known"),
            models.CheckConstraint(condition=Q(role="reviewer"), name="signoff_is_by_a_reviewer"),
            models.CheckConstraint(
                condition=~Q(kind__in=["medical", "look"], decision="approve") | Q(credential__isnull=False),
                name="medical_approval_needs_a_credential",
            ),
            models.UniqueConstraint(fields=["id", "revision", "kind"], name="signoff_of_kind"),
            models.UniqueConstraint(fields=["id", "revision", "kind", "decision", "reviewer"], name="signoff_for_publication"),
            CompositeForeignKey(
                fields=["revision", "reviewer", "role"],
                to="articles.Contribution",
                to_fields=["revision", "user", "role"],
                name="nobody_signs_what_they_wrote",
            ),
            CompositeForeignKey(
                fields=["credential", "reviewer"],
                to="reviews.Credential",
                to_fields=["id", "holder"],
                name="signer_holds_the_credential",
            ),
            CompositeForeignKey(
                fields=["revision", "digest"],
                to="articles.Revision",
                to_fields=["id", "digest"],
                name="signature_is_of_these_words",
            ),
            CompositeForeignKey(
                fields=["request", "revision", "kind", "reviewer"],
                to="reviews.ReviewRequest",
                to_fields=["id", "revision", "kind", "reviewer"],
                name="signature_answers_its_request",
            ),
            AppendOnly(name="signoffs_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.meaning} – {self.signed_as}"

    @property
    def meaning(self) -> str:
        return f"{self.get_kind_display()}: {self.get_decision_display().lower()}"

    @property
    def is_genuine(self) -> bool:
        """Whether it stands as it was signed: neither altered nor copied onto other words (21 CFR 11.70)."""
        return holds("signoff", self.sealed(self.verdicts.all()), self.seal)

    def sealed(self, verdicts: Iterable[Any]) -> dict[str, Any]:
        """Everything the signature says, for its seal."""
        fields = (
            "request_id", "revision_id", "kind", "reviewer_id", "decision", "note", "checklist", "credential_id",
            "signed_as", "credential_as", "interests", "statement", "digest",
        )  # fmt: skip
        return {
            **{name: getattr(self, name) for name in fields},
            "signed_at": self.signed_at.isoformat(),
            "verdicts": sorted([v.citation_id, v.verdict, v.note] for v in verdicts),
        }


class Revocation(models.Model):
    """A signature taken back, by its signer or by an editor. Both records stay."""

    signoff = models.OneToOneField(SignOff, models.PROTECT, related_name="revocation")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2000)
    at = models.DateTimeField()
    seal = models.CharField(max_length=81)

    class Meta:
        constraints = [AppendOnly(name="revocations_never_change")]

    def __str__(self) -> str:
        return f"Taken back: {self.signoff}"


class Resolution(models.Model):
    """Why an objection no longer holds, decided by an editor who had no hand in the text."""

    signoff = models.OneToOneField(SignOff, models.PROTECT, related_name="resolution")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        constraints = [AppendOnly(name="resolutions_never_change")]

    def __str__(self) -> str:
        return f"Resolved: {self.signoff}"
