"""Which reports from readers a list shows: by state, date due, owner, reason, age, version and article."""

import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from articles.admin.doors import account
from articles.admin.lists import OpenFilter
from reviews.models import FeedbackDetail, Publication, plain_keys
from reviews.models.triage import undecided
from reviews.report_owners import held
from reviews.report_states import State, overdue

# It could harm somebody comes first wherever reasons are listed.
REASONS = sorted(FeedbackDetail.Reason.choices, key=lambda choice: choice[0] != FeedbackDetail.Reason.HARMFUL)
LONGEST_KEY = 18  # digits of a key that every database can hold


class StateFilter(OpenFilter):
    """The rows come with `state`."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in State.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == State.OPEN:
            return queryset.filter(detail__in=plain_keys(undecided()))
        return queryset if self.value() == self.whole else queryset.filter(state=self.value())


class DueFilter(admin.SimpleListFilter):
    title = "decision"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", "Overdue")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(overdue(timezone.localdate())) if self.value() == "overdue" else queryset


class OwnerFilter(admin.SimpleListFilter):
    title = "who looks after it"
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "Me"), ("others", "Other people")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        mine = held().filter(owner=account(request)).values("report")
        match self.value():
            case "me":
                return queryset.filter(pk__in=mine)
            case "others":
                return queryset.exclude(pk__in=mine)
        return queryset


class ReasonFilter(admin.SimpleListFilter):
    title = "reason"
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in REASONS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(detail__reason=self.value()) if self.value() else queryset


class AgeFilter(admin.SimpleListFilter):
    """The days of the tiles on the first page; today is one of them."""

    title = "age"
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("today", "Today"), ("7", "Last 7 days"), ("30", "Last 30 days"), ("older", "Older")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        match self.value():
            case "today":
                return queryset.filter(detail__on=today)
            case "7" | "30" as days:
                return queryset.filter(detail__on__gt=today - datetime.timedelta(days=int(days)))
            case "older":
                return queryset.filter(detail__on__lte=today - datetime.timedelta(days=30))
        return queryset


class VersionFilter(admin.SimpleListFilter):
    """The rows come with `is_live`."""

    title = "version"
    parameter_name = "version"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("live", "Live now"), ("older", "Older or withdrawn")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "live":
                return queryset.filter(is_live=True)
            case "older":
                return queryset.filter(is_live=False)
        return queryset


class ArticleFilter(admin.SimpleListFilter):
    """Only where a link has chosen an article: nobody wants a thousand of them beside the list."""

    title = "article"
    parameter_name = "article"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        wanted = self.value() or ""
        if not wanted:
            return []
        reports = model_admin.get_queryset(request).filter(publication__article=_key(wanted)).order_by()
        last = Publication.objects.filter(pk__in=reports.values("publication")).select_related("revision")
        shown = last.defer("revision__body").order_by("-pk").first()
        return [(wanted, shown.revision.title if shown else "No such article, or no report on it")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(publication__article=_key(self.value() or "")) if self.value() else queryset


def _key(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_KEY else 0


FILTERS = (StateFilter, DueFilter, OwnerFilter, ReasonFilter, AgeFilter, VersionFilter, ArticleFilter)
