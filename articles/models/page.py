"""The finished page that readers get: a projection of a publication, rebuilt by `pages.refresh` alone."""

import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse

from articles.locks import CompositeForeignKey
from articles.models.article import Article
from articles.models.event import Event


class PageQuerySet(models.QuerySet["Page"]):
    def live(self) -> "PageQuerySet":
        """What is on the public shelves: published, and not withdrawn since.

        By Exists rather than by a join, of which PostgreSQL would expect that it finds next to nothing.
        """
        withdrawals: Any = Page._meta.get_field("withdrawal").related_model
        taken_down = withdrawals._base_manager.filter(publication=OuterRef("publication"))
        return self.filter(~Exists(taken_down), withdrawal=None)

    def moved_from(self, slug: str) -> "PageQuerySet":
        """The page of the article that was once published under this address. No other article may ever have it."""
        return self.filter(article__publications__revision__slug=slug).exclude(slug=slug).distinct().order_by()

    def with_records(self) -> "PageQuerySet":
        """Each page with what it ought to show by the records: `latest` publication, and the `notice` of its withdrawal."""
        publications = Page._meta.get_field("publication").related_model._base_manager
        latest = publications.filter(article=OuterRef("pk")).order_by("-pk").values("pk")[:1]
        return self.annotate(latest=Subquery(latest), notice=F("publication__withdrawal"))

    def with_latest(self) -> "PageQuerySet":
        """The same, and the `edition` of the site: the newest event that readers could see, and when it was."""
        seen = Event.objects.seen_by_readers()
        newest = {"edition": "seal", "edition_at": "at", "edition_row": "pk"}
        return self.with_records().annotate(**{name: Subquery(seen.values(column)[:1]) for name, column in newest.items()})


class Page(models.Model):
    """One row is one answer to a reader. Its seal covers every column, so that no other hand can have written it."""

    article = models.OneToOneField(Article, models.PROTECT, primary_key=True, related_name="page")
    publication = models.ForeignKey("reviews.Publication", models.PROTECT, related_name="+")
    withdrawal = models.ForeignKey("reviews.Withdrawal", models.PROTECT, null=True, related_name="+", db_index=False)
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    html = models.TextField()
    etag = models.CharField(max_length=64, help_text="SHA-256 of the HTML")
    first_published_at = models.DateTimeField()
    updated_at = models.DateTimeField(help_text="Of the last significant change; a minor one or a new review moves nothing")
    review_due = models.DateField(null=True, help_text="Empty: withdrawn, or made before this was kept")
    review_months = models.PositiveSmallIntegerField(null=True, help_text="The topic’s interval that it was computed with")
    look = models.CharField(max_length=32, blank=True, help_text="Names the templates and the code that it was drawn with")
    seal = models.CharField(max_length=81)

    # What `with_records` and `with_latest` add.
    latest: int | None
    notice: int | None
    edition: str
    edition_at: datetime.datetime
    edition_row: int

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        verbose_name_plural = "pages and their review dates"
        indexes = [
            models.Index(fields=["-updated_at"], condition=Q(withdrawal=None), name="live_pages_newest_first"),
            models.Index(fields=["review_due"], condition=Q(withdrawal=None), name="live_pages_by_review_due"),
            models.Index(fields=["title"], condition=Q(withdrawal=None), name="live_pages_by_title"),
            # Few have one. Of an index over all, SQLite would take those without, nearly all, in preference to any of the above.
            models.Index(fields=["withdrawal"], condition=Q(withdrawal__isnull=False), name="withdrawn_pages"),
        ]
        constraints = [
            CompositeForeignKey(
                fields=["publication", "article"],
                to="reviews.Publication",
                to_fields=["id", "article"],
                name="page_shows_a_publication_of_its_article",
            ),
            CompositeForeignKey(
                fields=["withdrawal", "publication"],
                to="reviews.Withdrawal",
                to_fields=["id", "publication"],
                name="notice_is_of_the_publication",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("articles:article", args=[self.slug])
