"""Schedules: what is to go out and when, what came of it, and the forms that make, move and cancel one."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.admin.doors import account
from articles.models import Revision, User
from articles.refusal import Refused
from reviews import scheduling
from reviews.admin.ledger import Ledger
from reviews.admin.screens import ask_and_do, back_to, on_visible, visible_articles, visible_revision
from reviews.models import Schedule, ScheduleOutcome

BADGES = {"published": "live", "refused": "blocked", "cancelled": "draft"}


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", "Waiting"), *((value, str(label)) for value, label in ScheduleOutcome.Outcome.choices)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "waiting":
                return queryset.filter(outcome=None)
            case str(state):
                return queryset.filter(outcome__outcome=state)
        return queryset


class TimeFilter(admin.SimpleListFilter):
    title = "time"
    parameter_name = "time"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("today", "Today"), ("week", "Next 7 days"), ("later", "After 7 days"), ("past", "Past")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now, today = timezone.now(), timezone.localdate()
        week = now + datetime.timedelta(days=7)
        match self.value():
            case "today":
                return queryset.filter(at__date=today)
            case "week":
                return queryset.filter(at__gte=now, at__lt=week)
            case "later":
                return queryset.filter(at__gte=week)
            case "past":
                return queryset.filter(at__lt=now)
        return queryset


@admin.register(Schedule)
class ScheduleAdmin(Ledger):
    list_display = ("article_title", "when", "by_name", "state")
    list_display_links = ("article_title",)
    list_filter = (StateFilter, TimeFilter)
    search_fields = ("revision__title", "article__slug", "by__username", "by__contributor__name")
    search_help_text = "Search by title, address or who scheduled it"
    ordering = ("-at", "-pk")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("revision/<int:revision_id>/", wrap(self.make_view), name="reviews_schedule_make"),
            path("<int:schedule_id>/move/", wrap(self.move_view), name="reviews_schedule_move"),
            path("<int:schedule_id>/cancel/", wrap(self.cancel_view), name="reviews_schedule_cancel"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schedule]:
        rows = on_visible(super().get_queryset(request), account(request))
        return rows.select_related("revision", "outcome__by__contributor", "by__contributor").defer("revision__body")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Schedules", **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A schedule is read on the checklist of its revision."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return HttpResponseRedirect(_checklist(found.revision_id))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Its history is that of its article."""
        raise Http404

    def make_view(self, request: HttpRequest, revision_id: int) -> HttpResponse:
        user = account(request)
        revision = visible_revision(user, revision_id)
        return _form(
            request,
            revision,
            f"Schedule revision {revision.number}: {revision.title}",
            act=lambda: scheduling.schedule(revision, at=moment(request.POST), by=user),
            done=f"Revision {revision.number} is scheduled. It goes out then if it may still go out.",
            button=f"Schedule revision {revision.number}",
        )

    def move_view(self, request: HttpRequest, schedule_id: int) -> HttpResponse:
        user = account(request)
        found = _visible(user, schedule_id)
        return _form(
            request,
            found.revision,
            f"Move the schedule of revision {found.revision.number}: {found.revision.title}",
            act=lambda: scheduling.move(found, at=moment(request.POST), by=user),
            done=f"Revision {found.revision.number} goes out at the new time if it may still go out.",
            button="Move",
            now=scheduling.when(found.at),
        )

    def cancel_view(self, request: HttpRequest, schedule_id: int) -> HttpResponse:
        user = account(request)
        found = _visible(user, schedule_id)
        if not user.has_perm("reviews.add_schedule"):
            raise PermissionDenied
        return ask_and_do(
            request,
            "reason",
            f"Cancel the schedule of {found.revision}",
            act=lambda: scheduling.cancel(found, reason=request.POST.get("reason", ""), by=user),
            done="The schedule is cancelled.",
            back=back_to(request, _checklist(found.revision_id)),
            explanation=f"It is scheduled for {scheduling.when(found.at)}. Nothing will go out then.",
            label="Reason, for the record",
            button="Cancel the schedule",
        )

    @admin.display(description="article", ordering="revision__title")
    def article_title(self, found: Schedule) -> str:
        return str(found.revision)

    @admin.display(description="when", ordering="at")
    def when(self, found: Schedule) -> str:
        return scheduling.when(found.at)

    @admin.display(description="by", ordering="by__username")
    def by_name(self, found: Schedule) -> str:
        return found.by.printed_name

    @admin.display(description="state", ordering="outcome__outcome")
    def state(self, found: Schedule) -> SafeString:
        outcome = getattr(found, "outcome", None)
        badge = format_html('<span class="im-badge im-badge--{}">{}</span>', *state_of(found))
        said = [f"By {outcome.by.printed_name}:"] if outcome and outcome.by else []
        return badge + format_html_join("", " {}", ((reason,) for reason in [*said, *(outcome.reasons if outcome else [])]))


def state_of(schedule: Schedule) -> tuple[str, str]:
    """A badge and its words."""
    outcome = getattr(schedule, "outcome", None)
    if outcome:
        return BADGES[outcome.outcome], outcome.get_outcome_display()
    return ("waiting", "Waiting") if schedule.at > timezone.now() else ("blocked", "Due, not yet done")


def of(revision: Revision, user: User) -> dict[str, Any]:
    """For the checklist: the open schedule of the article, what became of the last one of this revision, and the form."""
    waiting = revision.article.schedules.open().select_related("revision", "by__contributor").first()
    last = revision.schedules.exclude(outcome=None).select_related("outcome__by__contributor").order_by("-outcome__pk").first()
    return {
        "schedule": waiting,
        "schedule_at": scheduling.when(waiting.at) if waiting else "",
        "schedule_badge": state_of(waiting) if waiting else None,
        "foreseen": scheduling.foreseen(waiting) if waiting else [],
        "last_schedule": last,
        "last_schedule_at": scheduling.when(last.at) if last else "",
        "last_schedule_badge": state_of(last) if last else None,
        "may_schedule": may_schedule(user),
        "typed": {},
        **_field_facts(),
    }


def may_schedule(user: User) -> bool:
    """Whoever puts words down for a moment publishes them then."""
    return user.has_perm("reviews.add_schedule") and user.has_perm("reviews.add_publication")


def moment(typed: Any) -> datetime.datetime:
    """Date and time as they were typed, by the clock of the site. An hour that it skips or has twice is refused."""
    day, clock = _read(parse_date, typed.get("date", "")), _read(parse_time, typed.get("time", ""))
    reasons = [] if day else ["Give the date on which it is to go out: year, month and day."]
    reasons += [] if clock else ["Give the time at which it is to go out: hours and minutes, as in 09:30."]
    if day is None or clock is None:
        raise Refused(*reasons)
    zone = timezone.get_default_timezone()
    typed_as = datetime.datetime.combine(day, clock)
    first, second = (typed_as.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        back = first.astimezone(datetime.UTC).astimezone(zone).replace(tzinfo=None, fold=0)
        why = "comes twice, because the clocks go back" if back == typed_as else "does not exist, because the clocks go forward"
        raise Refused(f"{clock:%H:%M} on {day:%-d %B %Y} {why} ({zone}): choose a time that is an hour earlier or later.")
    return first


def _read(parse: Callable[[str], Any], typed: str) -> Any:
    try:
        return parse(typed.strip())
    except ValueError:  # well-formed, but there is no such day or time
        return None


def _form(
    request: HttpRequest, revision: Revision, title: str, *, act: Callable[[], Any], done: str, button: str, now: str = ""
) -> HttpResponse:
    """The screen with date and time, on its own: where a refused form comes back with all that was typed."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if not may_schedule(account(request)):
        raise PermissionDenied
    back = _checklist(revision.pk)
    facts = {"revision": revision, "button": button, "now": now, **_field_facts()}
    return ask_and_do(request, "schedule", title, act=act, done=done, back=back, **facts)


def _field_facts() -> dict[str, str]:
    return {"zone": timezone.get_default_timezone_name(), "clock": scheduling.when(timezone.now())}


def _checklist(revision_id: int) -> str:
    return reverse("admin:reviews_publication_checklist", args=[revision_id])


def _visible(user: User, pk: int) -> Schedule:
    rows = Schedule.objects.filter(pk=pk, article__in=visible_articles(user)).select_related("revision")
    found = rows.first()
    if found is None:
        raise Http404
    return found
