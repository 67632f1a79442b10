"""Who says what on the strength of a source: every article and sentence that cites it, live and in draft."""

from dataclasses import dataclass
from typing import Any

from articles.bibliography.identifiers import normalise_doi, normalise_pmid
from articles.markup import sentences_citing
from articles.models import Article, Page, Reference, Revision


@dataclass(frozen=True)
class Use:
    """One revision that cites the source, and its sentences."""

    article: Article
    revision: Revision
    where: str  # "live" or "draft"
    number: int
    sentences: tuple[str, ...]


def find_source(name: str) -> Reference | None:
    """A source by its key, DOI or PMID, as somebody would paste it."""
    name = name.strip()
    lookups: list[dict[str, Any]] = [{"key": name}]
    for field, normalise in (("doi__iexact", normalise_doi), ("pmid", normalise_pmid)):
        try:
            lookups.append({field: normalise(name)})
        except ValueError:
            continue
    for lookup in lookups:
        if found := Reference.objects.filter(**lookup).first():
            return found.merged_into or found
    return None


def impact_of(reference: Reference) -> list[Use]:
    """Live pages first, then drafts; an article whose draft is live is told once."""
    same = [reference.pk, *reference.merged.values_list("pk", flat=True)]
    uses: list[Use] = []
    live = Page.objects.live().filter(publication__revision__citations__reference__in=same).select_related("article")
    for page in live.order_by("pk"):
        uses.append(_use(page.article, page.publication.revision, "live", same))
    drafts = Article.objects.filter(draft__citations__reference__in=same).select_related("draft").order_by("pk")
    told = {use.revision.pk for use in uses}
    uses += [_use(article, article.draft, "draft", same) for article in drafts if article.draft and article.draft_id not in told]
    return uses


def _use(article: Article, revision: Revision, where: str, same: list[int]) -> Use:
    citation = revision.citations.filter(reference__in=same).order_by("number")[0]
    return Use(article, revision, where, citation.number, tuple(sentences_citing(revision.body).get(citation.key, ())))
