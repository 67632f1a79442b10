"""The planner: how much falls due when, and asking for many reviews at once, each by a day that can be kept.

Each review is asked for by itself: what is refused is told of each article, and stays on the screen as it was typed.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.admin.doors import account
from articles.models import Article, Page, User
from articles.refusal import Refused
from reviews import planning, requesting, review_dates
from reviews.admin.screens import screen
from reviews.admin.standing import waiting
from reviews.models import Credential, Publication, ReviewRequest
from reviews.models.signoff import Kind

AT_A_TIME = 100  # pages on one plan
HORIZONS = (30, 60, 90, 180, 365)
LONGEST_KEY = 18  # digits of a key that every database can hold
BAR, GAP, TALL = 12, 3, 32


class PlanForm(forms.Form):
    """Which pages, how far ahead, and how much can be done."""

    what = forms.ChoiceField(label="Topic or specialty", required=False)
    horizon = forms.TypedChoiceField(
        label="Due within", coerce=int, choices=[(days, f"{days} days") for days in HORIZONS], initial=90
    )
    per_week = forms.IntegerField(label="Reviews a week", min_value=1, max_value=AT_A_TIME, initial=5)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = review_dates.shelved(review_dates.dated())
        specialties = sorted({topic.specialty for topic in topics if topic.specialty})
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            ("", "Everything"),
            ("Specialties", [(f"specialty:{name}", name) for name in specialties]),
            ("Topics", [(f"topic:{topic.pk}", topic.name) for topic in topics]),
        ]

    def articles(self) -> QuerySet[Article]:
        kind, _, which = self.cleaned_data["what"].partition(":")
        match kind:
            case "specialty":
                return Article.objects.filter(topic__specialty=which)
            case "topic":
                return Article.objects.filter(topic=int(which))
        return Article.objects.all()

    def pages(self) -> QuerySet[Page]:
        """What falls due there and then, and nobody has been asked for yet."""
        pages = review_dates.due(self.cleaned_data["horizon"]).filter(article__in=self.articles())
        return review_dates.nothing_asked(review_dates.with_state(pages)).select_related("publication__medical").defer("html")

    def asked(self) -> list[datetime.date]:
        """The days by which reviews are asked for there already."""
        waiting = ReviewRequest.objects.open().filter(kind=Kind.MEDICAL, revision__article__in=self.articles())
        return list(waiting.values_list("due", flat=True))

    def planned(self) -> list[tuple[Any, datetime.date]]:
        """The first pages, each with the day that is proposed: one more than are shown, to know whether there are more."""
        pages: list[Any] = list(self.pages()[: AT_A_TIME + 1])
        dues = [page.review_due for page in pages]
        days = planning.proposed(dues, self.cleaned_data["per_week"], timezone.localdate(), self.asked())
        return list(zip(pages, days, strict=True))


@dataclass(frozen=True)
class Row:
    """One page that falls due, and the day by which its review is to be asked for: proposed, or as it was typed."""

    page: Any
    due: str
    day: str
    is_late: bool
    ticked: bool


def planner(request: HttpRequest) -> HttpResponse:
    """GET shows the load and a plan; POST asks for the reviews that are ticked."""
    user = account(request)
    if not user.has_perm("articles.edit_any_article"):
        raise PermissionDenied
    if request.method in ("GET", "HEAD"):
        return _draw(request, PlanForm(request.GET if "horizon" in request.GET else None))
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if not user.has_perm("reviews.add_reviewrequest"):
        raise PermissionDenied
    return _ask(request, PlanForm(request.POST), user)


def _ask(request: HttpRequest, form: PlanForm, by: User) -> HttpResponse:
    typed = request.POST
    ticked = _keys(typed)
    reviewer = next((one for one in fit() if str(one.pk) == typed.get("reviewer")), None)
    reasons = [f"{form.fields[name].label}: {text}" for name, texts in form.errors.items() for text in texts]
    if not ticked:
        reasons.append("Tick at least one article.")
    if reviewer is None:
        reasons.append("Choose who is asked.")
    if reasons or reviewer is None:
        return _draw(request, form, status=422, reasons=reasons, typed=typed)
    live = Page.objects.live().filter(publication__in=ticked).select_related("publication__revision").defer("html")
    shown = {page.publication_id: page for page in live}
    done: list[str] = []
    for key in ticked:
        try:
            done.append(_ask_one(shown.get(key), typed.get(f"day-{key}", ""), reviewer, by))
        except Refused as refusal:
            reasons += [f"{_title(key)}: {reason}" for reason in refusal.reasons]
    if reasons:
        return _draw(request, form, status=422, reasons=reasons, typed=typed, done=done, asked=reviewer)
    messages.success(request, f"Asked of {reviewer.printed_name}: {'; '.join(done)}.")
    plan = QueryDict(mutable=True)
    plan.update({name: typed.get(name, "") for name in form.fields})
    return HttpResponseRedirect(f"{request.path}?{plan.urlencode()}")


def _ask_one(page: Page | None, typed: str, reviewer: User, by: User) -> str:
    """One request, and what is told of it. The page is what readers see, if that is still what the plan was about."""
    if page is None:
        raise Refused("The page has changed or been withdrawn since this plan was drawn: look again.")
    try:
        day = datetime.date.fromisoformat(typed)
    except ValueError:
        raise Refused("Give the day by which the review is due.") from None
    requesting.request_review(page.publication.revision, kind=Kind.MEDICAL, reviewer=reviewer, due=day, by=by)
    return f"{page.title} by {day:%-d %B %Y}"


def fit() -> list[User]:
    """Who may sign a medical review today. Whether they may sign this one is for the verb to say."""
    holders = Credential.objects.in_force(timezone.localdate()).values("holder")
    people = requesting.signers().filter(pk__in=holders).select_related("contributor")
    return sorted(people, key=lambda one: one.printed_name)


def _draw(
    request: HttpRequest, form: PlanForm, *, status: int = 200, typed: QueryDict | None = None, **told: Any
) -> HttpResponse:
    today = timezone.localdate()
    loads = review_dates.load(today)
    highest = max((count for load in loads for count in (load.overdue, *load.months)), default=0)
    is_plan = form.is_bound and form.is_valid()
    plan = form.planned() if is_plan else []
    return screen(
        request,
        "planner",
        "Plan reviews",
        status=status,
        months=review_dates.months_ahead(today),
        loads=[{"load": load, "bars": drawn(load, highest)} for load in loads],
        form=form,
        is_plan=is_plan,
        rows=_rows(plan[:AT_A_TIME], today, typed),
        limit=AT_A_TIME if len(plan) > AT_A_TIME else None,
        people=fit(),
        chosen=typed.get("reviewer") if typed else "",
        may_ask=request.user.has_perm("reviews.add_reviewrequest"),
        **told,
    )


def _rows(plan: list[tuple[Any, datetime.date]], today: datetime.date, typed: QueryDict | None) -> list[Row]:
    """As planned; what was typed on the screen before stays as it was typed."""
    ticked = _keys(typed) if typed else [page.publication_id for page, _ in plan]
    found = []
    for page, proposed in plan:
        day = typed.get(f"day-{page.publication_id}") if typed else None
        shown = proposed.isoformat() if day is None else day
        due = f"{page.review_due:%-d %B %Y} – {waiting(page.review_due, today)}"
        found.append(Row(page, due, shown, shown > page.review_due.isoformat(), page.publication_id in ticked))
    return found


def drawn(load: review_dates.Load, highest: int) -> SafeString:
    """A bar for what is overdue and one for each month. The table beside it says the same in figures."""
    bars = [("late", load.overdue), *(("month", count) for count in load.months)]
    placed = (
        (name, place * (BAR + GAP), TALL - (height := max(2, round(TALL * count / highest))), BAR, height)
        for place, (name, count) in enumerate(bars)
        if count
    )
    width = len(bars) * (BAR + GAP)
    return format_html(
        '<svg class="rv-load" viewBox="0 0 {0} {1}" width="{0}" height="{1}" aria-hidden="true">{2}'
        '<line class="rv-load-floor" x1="0" y1="{1}" x2="{0}" y2="{1}"/></svg>',
        width,
        TALL,
        format_html_join("", '<rect class="rv-load-{}" x="{}" y="{}" width="{}" height="{}"/>', placed),
    )


def _keys(typed: QueryDict) -> list[int]:
    """The publications that are ticked, each once."""
    found = [key for key in typed.getlist("publication") if key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY]
    return list(dict.fromkeys(int(key) for key in found))


def _title(key: int) -> str:
    return Publication.objects.filter(pk=key).values_list("revision__title", flat=True).first() or "An article"
