"""The finished page of a made-up article, and what can be searched of it, sealed as `pages.refresh` and `search.index` do."""

from articles import search
from articles.look import fingerprint
from articles.models import Page, SearchEntry
from articles.pages import review_due, sealed, withdrawn_html
from articles.sealing import seal, sha256
from reviews.seeding.made import Made
from reviews.seeding.moulds import Moulds, filled


def finish(made: Made, moulds: Moulds | None) -> None:
    """Moulds for a page that is live, none for one that is withdrawn."""
    if moulds is None:
        html = withdrawn_html(made.publications[-1], made.withdrawal, made.publications[0].at)
    else:
        texts = filled(moulds, made)
        html = texts.html
        _index(made, texts)
    made.batch.add(_page(made, html))


def _page(made: Made, html: str) -> Page:
    publication, revision, withdrawal = made.publications[-1], made.publications[-1].revision, made.withdrawal
    page = Page(
        article=made.article,
        publication=publication,
        withdrawal=withdrawal,
        slug=revision.slug,
        title=revision.title,
        summary=revision.summary,
        html=html,
        etag=sha256(html.encode()),
        first_published_at=made.publications[0].at,
        updated_at=withdrawal.at if withdrawal else publication.at,
        review_due=None if withdrawal else review_due(publication.medical.signed_at, made.article),
        review_months=None if withdrawal else made.plan.topic.review_interval_months,
        look=fingerprint(),
    )
    page.seal = seal("page", sealed(page))
    return page


def _index(made: Made, texts: Moulds) -> None:
    publication = made.publications[-1]
    entry = SearchEntry(
        article=made.article, topic_id=made.article.topic_id, publication=publication, title=publication.revision.title,
        summary=publication.revision.summary, headings=texts.headings, text=texts.text,
    )  # fmt: skip
    entry.seal = seal("search", search.sealed(entry))
    made.batch.add(entry)
