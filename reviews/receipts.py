"""The receipt of a report: a code that says nothing of its reader, under which they can see what became of it.

Twelve signs of Crockford's alphabet, which has no I, L, O or U: sixty bits that nobody guesses.
"""

import re
import secrets
from typing import Any

from django.conf import settings
from django.urls import reverse

from articles.models import Page
from articles.pages import is_genuine
from reviews.corrections import notice_url
from reviews.models import FeedbackReport
from reviews.report_states import State, with_state

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIGNS = 12
LONGEST = 100  # characters that are looked at of what somebody typed
_MEANT = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s\u00ad\u200b-\u200d\u2010-\u2015\u2060.-]+")
TOLD = {
    State.OPEN: "An editor has not decided about it yet.",
    State.DISMISSED: "An editor has looked into it. The page was not changed for it.",
    State.CORRECTING: "The page is being corrected. The new version goes out once it has been reviewed and signed.",
    State.REVIEWING: "The page is being reviewed again. The result goes out once it has been signed.",
    State.ANSWERED: "It has been dealt with: a new version of the page is out.",
    State.WITHDRAWN: "The page has been withdrawn.",
}


def new_code() -> str:
    """K7PM-2QXD-94TR"""
    return _printed("".join(secrets.choice(ALPHABET) for _ in range(SIGNS)))


def meant(typed: str) -> str:
    """The code that somebody meant: in small letters, without hyphens, O for 0 or I for 1. Empty: it is none."""
    signs = _BETWEEN.sub("", typed[:LONGEST].upper()).translate(_MEANT)
    return _printed(signs) if len(signs) == SIGNS and set(signs) <= set(ALPHABET) else ""


def address(code: str) -> str:
    """Where its reader looks it up, as a link in a mail."""
    return f"{settings.SITE_URL}{reverse('reviews:receipt')}?code={code}"


def found(typed: str) -> FeedbackReport | None:
    """The report under this code."""
    code = meant(typed)
    reports = with_state(FeedbackReport.objects.filter(detail__receipt=code)) if code else FeedbackReport.objects.none()
    return reports.select_related("detail", "publication", "triage__answered__publication__revision").first()


def told(report: FeedbackReport) -> dict[str, Any]:
    """What the holder of the receipt is told; neither their own words nor the name of anybody."""
    page = Page.objects.filter(pk=report.publication.article_id).defer("html").first()
    page = page if page and is_genuine(page) else None
    triage = getattr(report, "triage", None)
    answered = getattr(triage, "answered", None)
    state = State(report.state)  # type: ignore[attr-defined]
    return {
        "code": report.detail.receipt,
        "on": report.detail.on,
        "reason": report.detail.get_reason_display(),
        "title": page.title if page else "",
        "url": page.get_absolute_url() if page else "",
        "is_live": page is not None and page.withdrawal_id is None,
        "state": TOLD[state],
        "decided_at": triage.at if triage else None,
        "answer": triage.answer if triage else "",
        "answered": {
            "at": answered.publication.at,
            "change_note": answered.publication.revision.change_note,
            "notice_url": notice_url(answered.publication),
        }
        if answered and page and page.withdrawal_id is None
        else None,
    }


def _printed(signs: str) -> str:
    return "-".join((signs[:4], signs[4:8], signs[8:]))
