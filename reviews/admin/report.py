"""One report from a reader, in its context: the paragraph that it is about, who signed it, and whether it still stands."""

import datetime
import html
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags

from articles.admin.doors import may_edit
from articles.models import Page, Revision, User
from articles.pages import months_later
from articles.passage_search import MOST_TIMES, Found, Part, blocks_of, find
from reviews.admin.helpful import drawn
from reviews.admin.printing import printed_time
from reviews.helpfulness import before_and_after, of_articles
from reviews.models import FeedbackDetail, FeedbackReport, Publication, ReplyAddress

OTHERS = 20  # other reports on the same article; the list has them all
VERSIONS = 10
TINTS = {FeedbackDetail.Reason.HARMFUL: "blocked", FeedbackDetail.Reason.INACCURATE: "ready"}
AROUND = 600  # characters of a paragraph that are shown before and behind the words


def of(report: FeedbackReport, user: User) -> dict[str, Any]:
    """All that the page of a report prints. It comes with its detail."""
    publication = Publication.objects.select_related(
        "article__page", "revision__picture", "medical", "facts", "withdrawal"
    ).get(pk=report.publication_id)  # fmt: skip
    article = publication.article
    page: Page | None = getattr(article, "page", None)
    versions = of_articles([article.pk])[article.pk]
    return {
        "report": report,
        "detail": report.detail,
        "publication": publication,
        "published": printed_time(publication.at),
        "page": page,
        "passage": _passage(report.detail.quote, publication, page),
        "address": ReplyAddress.objects.filter(report=report).first(),
        "address_until": report.detail.on + datetime.timedelta(days=settings.REPLY_ADDRESS_DAYS),
        "words_until": months_later(report.detail.on, settings.FEEDBACK_TEXT_MONTHS),
        "may_edit": may_edit(user, article),
        "list_url": f"{reverse('admin:reviews_feedbackreport_changelist')}?state=all&article={article.pk}",
        "versions": versions[:VERSIONS],
        "compared": before_and_after(versions),
        "bar": drawn(before_and_after(versions)),
    }


def _passage(quote: str, publication: Publication, page: Page | None) -> dict[str, Any] | None:
    """Where the quoted words stood in the version that was read, and where they stand now; None where nothing was quoted."""
    if not quote:
        return None
    found = find(quote, _blocks(publication.revision))
    return {
        "quote": quote,
        "found": found,
        "places": [{"kind": kind, "parts": _clipped(parts)} for kind, parts in found.blocks] if found else [],
        "times": _times(found),
        "now": _now(quote, found, publication, page),
    }


def _blocks(revision: Revision) -> Any:
    """What readers of this revision could select."""
    entries = [
        " ".join([html.unescape(strip_tags(citation.entry)), *(label for label, _ in citation.links)])
        for citation in revision.citations.all()
    ]
    return blocks_of(revision.title, revision.summary, revision.body, entries)


def _now(quote: str, found: Found | None, publication: Publication, page: Page | None) -> str:
    """Whether readers still meet these words, in words."""
    if page is None or page.withdrawal_id:
        return "The page has been withdrawn: readers see none of its words."
    live = page.publication
    if live.revision_id == publication.revision_id:
        return "This version is live: readers see these words now." if found else ""
    if find(quote, _blocks(live.revision)):
        return f"The same words still stand in the page that is live, revision {live.revision.number}."
    return f"These words no longer stand in the page that is live, revision {live.revision.number}."


def _times(found: Found | None) -> str:
    if found is None or found.times == 1:
        return ""
    times = f"{MOST_TIMES} times or more" if found.times == MOST_TIMES else f"{found.times} times"
    return f"These words stand {times} in that version; the first place is shown."


def _clipped(parts: tuple[Part, ...]) -> list[Part]:
    """A paragraph may be as long as a book: what is far from the marked words is left out."""
    shown = []
    for place, part in enumerate(parts):
        if part.is_quoted or len(part.text) <= AROUND:
            shown.append(part)
        elif place == 0:
            shown.append(Part("… " + part.text[-AROUND:], False))
        else:
            shown.append(Part(part.text[:AROUND] + " …", False))
    return shown


def reason_badge(detail: FeedbackDetail) -> tuple[str, str]:
    """The tint and the words."""
    return TINTS.get(FeedbackDetail.Reason(detail.reason), "draft"), detail.get_reason_display()


def version_badge(found: Any) -> tuple[str, str]:
    """Whether readers see now what this reader saw."""
    if found.is_live:
        return "live", "Live now"
    return ("draft", "Older version") if found.is_out else ("withdrawn", "Withdrawn")


def ago(day: datetime.date, today: datetime.date) -> str:
    """How old a report is: days are all that is known."""
    days = (today - day).days
    if days <= 1:
        return "yesterday" if days == 1 else "today"
    if days < 60:
        return f"{days} days ago"
    return f"{days // 30} months ago" if days < 730 else f"{days // 365} years ago"
