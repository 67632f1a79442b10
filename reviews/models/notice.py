"""The outbox: every mail to be sent, written in the transaction of the deed that it tells of, and sent after it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.locks import Frozen


class NoticeKind(models.TextChoices):
    """What people are told of. Each person may choose how, except for those that may not wait."""

    REQUEST = "request", "A review is asked of me, or no longer"
    DECISION = "decision", "A review that I asked for, or of a text of mine, is signed or declined"
    PUBLISHED = "published", "A text of mine is published or withdrawn"
    DUE = "due", "A review asked of me falls due"
    REVIEW_DATE = "review_date", "A live page has to be reviewed again"
    SCHEDULE = "schedule", "What came of a scheduled publication"
    REPORT = "report", "A reader’s report is mine to look after"
    HARM = "harm", "A reader reports possible harm"
    REMARK = "remark", "Somebody remarks on a text of mine"
    CONCERN = "concern", "A live page rests on something that no longer stands"
    CREDENTIAL = "credential", "A credential ends soon or has to be checked again"
    FAILURE = "failure", "Something in the office failed"
    INVITATION = "invitation", "I am invited to review"
    ANSWER = "answer", "What became of a reader’s report"
    SECURITY = "security", "Signing was closed after wrong passwords"
    DIGEST = "digest", "The digest of the day"


class How(models.TextChoices):
    AT_ONCE = "at_once", "At once"
    DIGEST = "digest", "In a daily digest"
    NEVER = "never", "Not by mail"


# Nobody can choose to hear of these later or not at all.
ALWAYS_AT_ONCE = (
    NoticeKind.HARM, NoticeKind.FAILURE, NoticeKind.INVITATION, NoticeKind.ANSWER, NoticeKind.SECURITY, NoticeKind.DIGEST,
)  # fmt: skip


class Notice(models.Model):
    """One mail to one address. What it says never changes; when it was sent is written once."""

    kind = models.CharField(max_length=15, choices=NoticeKind)
    key = models.CharField(
        max_length=150,
        unique=True,
        null=True,
        help_text="Names what it tells of and to whom, where that must be told once only",
    )
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="notices")
    address = models.EmailField(blank=True, help_text="Of readers it is blanked once the mail is sent")
    subject = models.CharField(max_length=300)
    text = models.TextField()
    how = models.CharField(max_length=10, choices=How, default=How.AT_ONCE)
    digest = models.ForeignKey("self", models.PROTECT, null=True, related_name="bundled", help_text="The digest it was told in")
    made_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(help_text="Nobody else tries to send it before then")
    error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["claimed_until"], condition=Q(sent_at=None, how="at_once"), name="notices_to_send"),
            models.Index(fields=["recipient"], condition=Q(digest=None, how="digest"), name="notices_for_the_digest"),
        ]
        constraints = [
            Frozen(
                fields=["kind", "key", "recipient", "subject", "text", "how", "made_at"],
                once=["sent_at", "digest"],
                name="notices_never_change",
            )
        ]

    def __str__(self) -> str:
        return self.subject


class NoticePreference(models.Model):
    """How one person wants to hear of one kind of thing. Without a row: at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notice_preferences")
    kind = models.CharField(max_length=15, choices=NoticeKind)
    how = models.CharField(max_length=10, choices=How)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_preference_per_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_how_display().lower()}"
