"""Remarks pinned to a passage, and the talk about them. Nothing that was said is rewritten."""

from django.conf import settings
from django.db import models

from articles.locks import AppendOnly
from articles.models import Revision


class Remark(models.Model):
    """Something to see to, about the whole text or about the words quoted."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    quote = models.TextField("passage", blank=True, max_length=1000)
    text = models.TextField("remark", max_length=4000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [AppendOnly(name="remarks_never_change")]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_resolved(self) -> bool:
        """The last word decides: an answer may settle a remark, a later one may open it again."""
        replies = list(self.replies.all())
        return bool(replies) and replies[-1].resolves


class RemarkReply(models.Model):
    remark = models.ForeignKey(Remark, models.PROTECT, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField("answer", blank=True, max_length=4000)
    resolves = models.BooleanField("this settles it", default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "remark replies"
        constraints = [
            models.CheckConstraint(condition=models.Q(resolves=True) | ~models.Q(text=""), name="a_reply_says_something"),
            AppendOnly(name="remark_replies_never_change"),
        ]

    def __str__(self) -> str:
        return self.text[:80] or "Settled"
