"""Reminding people in time: of live pages whose review falls due, and of reviews that were asked of them.

`tend` calls both as often as it likes. What was told is known by the key of its notice, so that it is told once, however
many machines look at the same minute.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from articles.models import User
from reviews import notices, review_dates
from reviews.models import Notice, NoticeKind, NoticePreference, ReviewRequest
from reviews.models.notice import How

THRESHOLDS = (0, 30, 60)  # days before a review is due; only the most urgent that is reached is told
SOON, LATE = 2, 7  # days before a request is due, and days after
BATCH = 500


@dataclass(frozen=True)
class Reminder:
    """One mail that is owed, and what names it; its subject and text are only made if it was not written before."""

    key: str
    user: User
    letter: Callable[[], tuple[str, str]]


def remind_of_reviews(today: datetime.date) -> int:
    """Tells those who look after a live page that its next review falls due. How many mails were written."""
    keys = list(review_dates.due(max(THRESHOLDS), today).values_list("pk", flat=True))
    editors = list(notices.editors())
    told = 0
    for start in range(0, len(keys), BATCH):
        batch = review_dates.dated().filter(pk__in=keys[start : start + BATCH]).defer("html")
        pages = batch.select_related("article__owner", "article__topic__editor", "article__topic__deputy", "publication__medical")
        under_way = cache(partial(_under_way, batch))  # is looked up only where there is something to tell
        told += _tell(
            NoticeKind.REVIEW_DATE,
            [
                _of_page(page, user, today, under_way)
                for page in pages
                for user in review_dates.keepers(page.article) or editors  # of a page that nobody looks after all hear
            ],
        )
    return told


def remind_of_requests(today: datetime.date) -> int:
    """Tells reviewers of what is asked of them shortly before, on the day, and a week after; then also who asked."""
    last = today + datetime.timedelta(days=SOON)
    keys = list(ReviewRequest.objects.open().filter(due__lte=last).order_by("pk").values_list("pk", flat=True))
    told = 0
    for start in range(0, len(keys), BATCH):
        requests = ReviewRequest.objects.filter(pk__in=keys[start : start + BATCH]).order_by("pk")
        requests = requests.select_related("reviewer__contributor", "asked_by", "revision").defer("revision__body")
        told += _tell(NoticeKind.DUE, [reminder for request in requests for reminder in _of_request(request, today)])
    return told


@transaction.atomic
def _tell(kind: NoticeKind, reminders: Sequence[Reminder]) -> int:
    """Writes those that were not written before, to people who want them by mail at all."""
    known = set(Notice.objects.filter(key__in=[reminder.key for reminder in reminders]).values_list("key", flat=True))
    unwilling = set(NoticePreference.objects.filter(kind=kind, how=How.NEVER).values_list("user", flat=True))
    fresh = [
        one
        for one in reminders
        if one.key not in known and one.user.is_active and one.user.email and one.user.pk not in unwilling
    ]
    for reminder in fresh:
        subject, text = reminder.letter()
        notices.tell(reminder.user, kind, subject, text, key=reminder.key)
    return len(fresh)


def _of_page(page: Any, user: User, today: datetime.date, under_way: Callable[[], dict[int, str]]) -> Reminder:
    threshold = min(days for days in THRESHOLDS if (page.review_due - today).days <= days)
    key = f"review-date:{page.publication_id}:{threshold}:{user.pk}"
    return Reminder(key, user, lambda: _letter_of_page(page, today, under_way()[page.pk]))


def _letter_of_page(page: Any, today: datetime.date, next_step: str) -> tuple[str, str]:
    medical = page.publication.medical
    is_late = page.review_due < today
    return (
        f"Review {'overdue' if is_late else 'due'}: {page.title}",
        f"“{page.title}” {'was' if is_late else 'is'} due to be reviewed again on {page.review_due:%-d %B %Y}. It was last "
        f"reviewed on {timezone.localtime(medical.signed_at):%-d %B %Y} by {medical.signed_as}.\n\n"
        f"Read the page: {settings.SITE_URL}{page.get_absolute_url()}\n{next_step}\n",
    )


def _under_way(batch: QuerySet[Any]) -> dict[int, str]:
    """What comes next for each of these pages, with the address where it is done."""
    pages = list(review_dates.with_state(batch.select_related("publication")))
    asked = review_dates.asked_of(pages)
    return {page.pk: _next_step(page, asked.get(page.asked)) for page in pages}


def _next_step(page: Any, asked: ReviewRequest | None) -> str:
    revision = page.publication.revision_id
    if page.renewed:
        confirm = reverse("admin:reviews_publication_checklist", args=[revision])
        return f"The new review is signed. Confirm it here: {settings.SITE_URL}{confirm}"
    ask = f"{settings.SITE_URL}{reverse('admin:reviews_reviewrequest_add')}?revision={revision}"
    if asked:
        by = f"{asked.due:%-d %B %Y}"
        return f"{asked.reviewer.printed_name} has been asked for a medical review by {by}. Ask somebody else here: {ask}"
    return f"Nobody has been asked yet. Ask for a new review here: {ask}"


def _of_request(request: ReviewRequest, today: datetime.date) -> list[Reminder]:
    days = (request.due - today).days
    step = "late" if days <= -LATE else "today" if days <= 0 else "soon"
    key = f"due:{request.pk}:{step}"
    reminders = [Reminder(key, request.reviewer, lambda: _letter_to_reviewer(request, today))]
    if step == "late" and request.asked_by_id != request.reviewer_id:
        reminders.append(Reminder(f"{key}:asker", request.asked_by, lambda: _letter_to_asker(request)))
    return reminders


def _letter_to_reviewer(request: ReviewRequest, today: datetime.date) -> tuple[str, str]:
    desk = settings.SITE_URL + reverse("admin:reviews_reviewrequest_change", args=[request.pk])
    day = "today" if request.due == today else f"on {request.due:%-d %B %Y}"
    return (
        f"Review {'overdue' if request.due < today else 'due'}: {request.revision.title}",
        f"The {request.get_kind_display().lower()} of “{request.revision.title}” (revision {request.revision.number}) that "
        f"was asked of you {'was' if request.due < today else 'is'} due {day}.\n\nOpen it here: {desk}\n",
    )


def _letter_to_asker(request: ReviewRequest) -> tuple[str, str]:
    desk = settings.SITE_URL + reverse("admin:reviews_reviewrequest_change", args=[request.pk])
    again = f"{settings.SITE_URL}{reverse('admin:reviews_reviewrequest_add')}?revision={request.revision_id}"
    return (
        f"Review overdue: {request.revision.title}",
        f"{request.reviewer.printed_name} has not yet answered your request for a {request.get_kind_display().lower()} of "
        f"“{request.revision.title}” (revision {request.revision.number}), which was due on {request.due:%-d %B %Y}.\n\n"
        f"See where it stands: {desk}\nAsk somebody else: {again}\n",
    )
