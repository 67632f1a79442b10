"""The screen that compares live pages by how many readers they helped, with each interval drawn as a bar.

The bars are made here, of attributes alone: nothing inline that the Content-Security-Policy would refuse.
"""

from typing import Any

from django.core.paginator import Paginator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles import shelves
from articles.models import Page
from articles.models.article import ArticleQuerySet
from reviews.helpfulness import FEWEST_VOTES, BeforeAndAfter, Figures, before_and_after, of_articles, percent, worst_first

PER_PAGE = 50
MOST = 1_000  # pages that are ranked in a large house: nobody mends more of them before they are ranked anew


def of(articles: ArticleQuerySet, wanted: str, *, everything: bool) -> dict[str, Any]:
    """One leaf of the list. A fixed number of queries, however many articles there are.

    All pages of a large house are ranked every ten minutes, and only the first of them listed.
    """
    large = everything and shelves.is_large()
    ranked = shelves.kept("helps-least", lambda: worst_first(articles)[:MOST]) if large else worst_first(articles)
    leaf = Paginator(ranked, PER_PAGE).get_page(wanted)
    keys = list(leaf)
    pages = {page.pk: page for page in Page.objects.live().filter(pk__in=keys).only("slug", "title")}
    versions = of_articles(keys)
    rows = [_row(pages[key], versions[key]) for key in keys if key in pages and versions[key]]
    return {
        "leaf": leaf,
        "ranked": [row for row in rows if row["known"]],
        "unknown": [row for row in rows if not row["known"]],
        "fewest": FEWEST_VOTES,
        "most": f"{MOST:,}" if large else "",
    }


def drawn(compared: BeforeAndAfter | None) -> SafeString:
    """Both intervals as bars from 0 to 100 %, with what they show as their text; nothing where nobody voted."""
    told = [("now", compared.now), ("before", compared.before)] if compared else []
    shown = [(name, figures) for name, figures in told if figures and figures.votes]
    if not shown:
        return SafeString()
    words = "; ".join(f"{name} {percent(f.interval[0])} to {percent(f.interval[1])} %" for name, f in shown)
    return format_html(
        '<svg class="rv-bar" viewBox="0 0 204 28" width="204" height="28" role="img" aria-label="{}">{}</svg>',
        f"Helpful, from 0 to 100 %: {words}",
        format_html_join("", "{}", ((_bar(name, figures),) for name, figures in shown)),
    )


def _bar(name: str, figures: Figures) -> SafeString:
    top = {"now": 3, "before": 17}[name]
    low, high = (2 + 2 * percent(bound) for bound in figures.interval)
    at = 2 + 2 * percent(figures.share or 0)
    return format_html(
        '<rect class="rv-bar-whole" x="2" y="{}" width="200" height="8"/>'
        '<rect class="rv-bar-{}" x="{}" y="{}" width="{}" height="8"/>'
        '<rect class="rv-bar-share" x="{}" y="{}" width="2" height="12"/>',
        top, name, low, top, max(2, high - low), at - 1, top - 2,
    )  # fmt: skip


def _row(page: Page, versions: list[Figures]) -> dict[str, Any]:
    compared = before_and_after(versions)
    assert compared is not None
    return {
        "page": page,
        "compared": compared,
        "known": compared.now.votes >= FEWEST_VOTES,
        "bar": drawn(compared),
    }
