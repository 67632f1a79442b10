"""What readers can search: the words of each live page, and of nothing else. Written by `search.index` alone."""

from django.db import models

from articles.full_text import FullText
from articles.models.article import Article, Topic


class SearchEntry(models.Model):
    """The words of one live page, as they were signed; gone as soon as the page is withdrawn."""

    article = models.OneToOneField(Article, models.PROTECT, primary_key=True, related_name="search_entry")
    publication = models.ForeignKey("reviews.Publication", models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    summary = models.TextField()
    headings = models.TextField()
    text = models.TextField()
    seal = models.CharField(max_length=81)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", help_text="Furniture, and not sealed")

    class Meta:
        verbose_name_plural = "search entries"
        indexes = [FullText(fields=["title", "summary", "headings", "text", "topic"], name="words_of_live_pages")]

    def __str__(self) -> str:
        return self.title
