"""From the records to the reader's page: the only renderer, for preview, review desk and reader alike.

`refresh` rebuilds the finished page of an article from its last publication; everything on it is read from records
of the revision it shows, never typed.
"""

import calendar
import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from articles.cards import picture
from articles.citing import by_key
from articles.history import told_publications
from articles.look import fingerprint
from articles.markup import plain, render
from articles.models import Article, Citation, Contribution, Page, Revision, User
from articles.moments import with_zone
from articles.reader_notes import notes
from articles.sealing import holds, seal, sha256
from articles.search import index
from articles.structured_data import as_scripts, of_article
from articles.theme import version

WORDS_PER_MINUTE = 220


def site() -> dict[str, str]:
    """The publisher's furniture on every page."""
    return {
        "name": settings.SITE_NAME,
        "tagline": settings.SITE_TAGLINE,
        "url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "theme": f"{reverse('articles:theme')}?v={version()}" if version() else "",
    }


def refresh(article: Article) -> Page | None:
    """Writes the article's page, and what can be searched of it, from its last publication; the caller holds the article.

    None if it was never published.
    """
    publication = (
        article.publications.select_related(
            "revision__picture",
            "medical__reviewer__contributor",
            "facts__reviewer__contributor",
            "look__reviewer__contributor",
            "withdrawal",
        )
        .order_by("-pk")
        .first()
    )
    if publication is None:
        return None
    revision = publication.revision
    withdrawal = getattr(publication, "withdrawal", None)
    first, changed = published_and_changed(publication)
    html = withdrawn_html(publication, withdrawal, first) if withdrawal else published_html(publication)
    page = Page(
        article=article,
        publication=publication,
        withdrawal=withdrawal,
        slug=revision.slug,
        title=revision.title,
        summary=revision.summary,
        html=html,
        etag=sha256(html.encode()),
        first_published_at=first,
        updated_at=withdrawal.at if withdrawal else changed,
        review_due=None if withdrawal else review_due(publication.medical.signed_at, article),
        review_months=None if withdrawal else article.topic.review_interval_months,
        look=fingerprint(),
    )
    page.seal = seal("page", sealed(page))
    Page.objects.update_or_create(
        article=article,
        defaults={f.attname: getattr(page, f.attname) for f in Page._meta.concrete_fields if not f.primary_key},
    )
    index(page, revision)
    article.page = page
    return page


def is_genuine(page: Page) -> bool:
    """Whether `refresh` wrote this row as it stands. The door to readers asks before it answers."""
    return holds("page", sealed(page), page.seal)


def is_current(page: Page) -> bool:
    """Whether the row shows what the records say now, and is no old one, put back. It comes by `with_records`."""
    return page.publication_id == page.latest and page.withdrawal_id == page.notice


def may_be_served(page: Page) -> bool:
    """Whether readers may be given the page as it stands. It comes by `with_latest`, whole."""
    return is_current(page) and sha256(page.html.encode()) == page.etag and is_genuine(page)


def sealed(page: Page) -> dict[str, Any]:
    """The HTML is in it by its hash, so that lists can be checked without loading every page."""
    due = {"review_due": page.review_due.isoformat(), "review_months": page.review_months} if page.review_due else {}
    look = {"look": page.look} if page.look else {}
    return {
        "article": page.article_id,
        "publication": page.publication_id,
        "withdrawal": page.withdrawal_id,
        "slug": page.slug,
        "title": page.title,
        "summary": page.summary,
        "etag": page.etag,
        "first_published_at": page.first_published_at.isoformat(),
        "updated_at": page.updated_at.isoformat(),
        **due,
        **look,
    }


def published_html(publication: Any) -> str:
    """The finished page of a publication."""
    return render_to_string("articles/article.html", {"site": site(), "page": context(publication.revision, publication)})


def preview_html(revision: Revision, note: str) -> str:
    """The same page as readers would get, of words that are not out. The claims it makes are those that hold today."""
    return render_to_string("articles/article.html", {"site": site(), "page": context(revision, None, note=note)})


def withdrawn_html(publication: Any, withdrawal: Any, first_published: datetime.datetime) -> str:
    notice = {
        "title": publication.revision.title,
        "slug": publication.revision.slug,
        "url": settings.SITE_URL + reverse("articles:article", args=[publication.revision.slug]),
        "reason": withdrawal.reason,
        "withdrawn_at": withdrawal.at,
        "first_published": first_published,
        "history_url": reverse("articles:history", args=[publication.revision.slug]),
    }
    return render_to_string("articles/withdrawn.html", {"site": site(), "notice": notice})


def context(revision: Revision, publication: Any | None, note: str = "") -> dict[str, Any]:
    """All that the article's template prints. Without a publication it is a preview, and says so."""
    article = revision.article
    citations = list(revision.citations.all())
    rendered = render(revision.body, by_key(citations))
    credits = list(revision.contributions.select_related("user__contributor"))
    first, changed = published_and_changed(publication) if publication else (None, None)
    medical = publication.medical if publication else _approval(revision, "medical")
    facts = publication.facts if publication else _approval(revision, "facts")
    look = publication.look if publication else None
    page = {
        "slug": revision.slug,
        "url": settings.SITE_URL + reverse("articles:article", args=[revision.slug]),
        "title": revision.title,
        "summary": revision.summary,
        "topic": {"name": article.topic.name, "slug": article.topic.slug},
        "picture": picture(revision.picture, revision.picture_alt),
        "written_by": _people(c for c in credits if c.role == Contribution.Role.WRITER),
        "edited_by": _people(c for c in credits if c.role == Contribution.Role.EDITOR),
        "facts_checked_by": [_signer(facts)] if facts else [],
        "medically_reviewed_by": [_signer(medical)] if medical else [],
        "first_published": first,
        "looked_at_by": [_signer(look)] if look else [],
        "looked_at": look.signed_at if look else None,
        "updated": changed if changed != first else None,
        "medically_reviewed": medical.signed_at if medical else None,
        "next_review_due": review_due(medical.signed_at, article) if medical else None,
        "change_note": "" if revision.kind == Revision.Kind.MINOR else revision.change_note,
        "corrections": _corrections(publication) if publication else [],
        "interests": [{"name": s.signed_as, "text": s.interests} for s in (facts, medical, look) if s],
        "body_html": rendered.html,
        "contents": [{"id": h.id, "text": h.text, "level": h.level} for h in rendered.headings if h.level == 2],
        "reading_minutes": max(1, round(len(plain(revision.body).split()) / WORDS_PER_MINUTE)),
        "references": [_reference(citation, rendered.places.get(citation.key, 0)) for citation in citations],
        "source_notes": notes(publication) if publication else [],
        "digest": revision.digest,
        "digest_short": revision.digest[:12],
        "revision_number": revision.number,
        "history_url": reverse("articles:history", args=[revision.slug]),
        "preview": publication is None,
        "preview_note": note,
    }
    return {**page, **_told_to_machines(page, revision, publication)} if publication else page


def published_and_changed(publication: Any) -> tuple[datetime.datetime, datetime.datetime]:
    """When the article first went out, and when its words last changed in a way that counts, up to this publication.

    A minor change does not count; nor does the same text let out again after a new review.
    """
    out = publication.article.publications.filter(pk__lte=publication.pk).order_by("pk")
    first, *_ = rows = list(out.values_list("at", "revision", "revision_kind"))
    changed = first
    for row in rows:
        if row[2] != Revision.Kind.MINOR and row[1] != changed[1]:
            changed = row
    return first[0], changed[0]


def review_due(reviewed: datetime.datetime, article: Article) -> datetime.date:
    """The day by which a review is repeated: as many months later as the topic says."""
    return months_later(timezone.localdate(reviewed), article.topic.review_interval_months)


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day of another month, or the last one of a shorter month; months may be negative."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _told_to_machines(page: dict[str, Any], revision: Revision, publication: Any) -> dict[str, Any]:
    """What the head of a published page adds: a preview makes no claim to machines."""
    return {
        "structured": as_scripts(of_article(page, revision, publication)),
        "published_time": with_zone(page["first_published"]),
        "modified_time": with_zone(page["updated"] or page["first_published"]),
        "record_url": reverse("articles:record", args=[revision.slug]),
    }


def _corrections(publication: Any) -> list[dict[str, Any]]:
    """What was put right, up to this publication, in the words that were signed."""
    corrected = told_publications(publication.article).filter(pk__lte=publication.pk, revision__kind=Revision.Kind.CORRECTION)
    first = {earlier.revision_id: earlier for earlier in corrected.select_related("revision")}  # newest first
    return [
        {
            "text": earlier.revision.change_note,
            "at": earlier.at,
            "url": reverse("reviews:notice", args=["correction", earlier.pk]),
        }
        for earlier in sorted(first.values(), key=lambda earlier: -earlier.pk)
    ]


def _approval(revision: Revision, kind: str) -> Any | None:
    return revision.signoffs.approving(kind).select_related("reviewer__contributor").order_by("-pk").first()


def _people(contributions: Iterable[Contribution]) -> list[dict[str, str]]:
    return [_person(c.credited_as, "", c.user) for c in contributions]


def _signer(signoff: Any) -> dict[str, str]:
    return _person(signoff.signed_as, signoff.credential_as, signoff.reviewer)


def _person(printed_name: str, detail: str, user: User) -> dict[str, str]:
    name, _, post_nominals = printed_name.partition(", ")
    contributor = getattr(user, "contributor", None)
    url = contributor.get_absolute_url() if contributor else ""
    return {"name": name, "post_nominals": post_nominals, "detail": detail, "url": url}


def _reference(citation: Citation, times: int) -> dict[str, Any]:
    return {
        "number": citation.number,
        "entry_html": citation.entry,
        "links": [{"label": label, "url": url} for label, url in citation.links],
        "retracted": citation.retracted_reason,
        "backlinks": [
            {"id": f"cite-{citation.number}-{n}", "letter": chr(96 + n) if n <= 26 else str(n)} for n in range(1, times + 1)
        ],
    }
