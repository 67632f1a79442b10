"""Which sources an article may rest on, as data. A change is a new row, so that every earlier policy can be read."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models

from articles.locks import AppendOnly
from articles.models import Article


class SourcePolicy(models.Model):
    """The newest row is in force. Empty lists forbid nothing."""

    allowed_classes = models.JSONField(default=list, blank=True, help_text="Kinds of source that may be cited; empty: all")
    minimum_sources = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(50)])
    maximum_age_years = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(100)])
    maximum_guideline_age_years = models.PositiveSmallIntegerField(default=5, validators=[MaxValueValidator(100)])
    preprints_allowed = models.BooleanField(default=True, help_text="They are always labelled as preprints")
    blocked_domains = models.JSONField(default=list, blank=True, help_text="Sites that may not be cited: example.com, …")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "source policies"
        constraints = [AppendOnly(name="source_policies_never_change")]

    def __str__(self) -> str:
        return f"Source policy of {self.at:%Y-%m-%d %H:%M}"


class Waiver(models.Model):
    """An editor lets one article keep one source, or go without one, against the policy, and says why."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="waivers")
    rule = models.CharField(max_length=40)
    key = models.CharField(max_length=100, blank=True, help_text="The source's citation key; empty for the article as a whole")
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "rule", "key"], name="one_waiver_per_rule_and_source"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="waiver_gives_a_reason"),
            AppendOnly(name="waivers_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.rule} {self.key}".strip()
