"""What happened, in order: one chain of keyed hashes for each article, and one for the site."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.locks import AppendOnly
from articles.models.article import Article
from articles.sealing import holds

# The deeds after which readers may see something else: the newest of them names the edition of the whole site.
SEEN_BY_READERS = (
    "article.published", "article.withdrawn", "article.shelved", "concern.decided", "signature.revoked", "objection.resolved",
    "reference.changed", "topic.added", "topic.changed",
    "contributor.added", "contributor.changed", "credential.verified", "credential.revoked", "wording.changed", "policy.set",
    "pages.rebuilt",
)  # fmt: skip


class _Unindexed(models.Func):
    """A column as it is; on SQLite not by its index: all that it finds would be sorted, where the newest is near the end."""

    template = "%(expressions)s"
    output_field = models.CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra)


class EventQuerySet(models.QuerySet["Event"]):
    def seen_by_readers(self) -> "EventQuerySet":
        """Those after which readers may see something else, the newest first."""
        return self.alias(deed=_Unindexed("name")).filter(deed__in=SEEN_BY_READERS).order_by("-pk")


class Event(models.Model):
    """Who did what and when; written in the same transaction as the deed. The site's own events have no article."""

    article = models.ForeignKey(Article, models.PROTECT, null=True, related_name="events")
    number = models.PositiveIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=310)
    name = models.CharField(max_length=60, help_text="In the past tense: revision.saved")
    data = models.JSONField()
    at = models.DateTimeField(db_index=True)
    previous = models.CharField(max_length=81, blank=True, help_text="The seal of the event before")
    seal = models.CharField(max_length=81)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["article", "number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="one_event_per_number"),
            models.UniqueConstraint(fields=["number"], condition=Q(article=None), name="one_site_event_per_number"),
            AppendOnly(name="events_never_change"),
        ]
        indexes = [
            models.Index(fields=["actor", "name", "at"], name="events_by_actor"),
            models.Index(fields=["name", "-at"], name="events_by_name"),
            # Every process asks for the newest of these once a second. SQLite, which cannot use it, looks back from the end.
            models.Index(fields=["-id"], condition=Q(name__in=SEEN_BY_READERS), name="events_seen_by_readers"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name} by {self.actor_name}"

    def sealed(self) -> dict[str, Any]:
        """What its seal is put on."""
        return {
            "article": self.article_id,
            "number": self.number,
            "actor": self.actor_id,
            "actor_name": self.actor_name,
            "name": self.name,
            "data": self.data,
            "at": self.at.isoformat(),
            "previous": self.previous,
        }

    def is_genuine(self) -> bool:
        """Whether `history.record` wrote this line as it stands."""
        return holds("event", self.sealed(), self.seal)
