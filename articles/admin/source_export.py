"""Sources for other programs: the whole library, or what one article cites, as a file."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.admin.doors import account, visible
from articles.bibliography.export import Item, to_bibtex, to_csl_json, to_ris
from articles.models import Reference

FORMATS = {
    "csl": (to_csl_json, "application/vnd.citationstyles.csl+json", "json"),
    "ris": (to_ris, "application/x-research-info-systems", "ris"),
    "bibtex": (to_bibtex, "application/x-bibtex", "bib"),
}


@never_cache
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    if not account(request).has_perm("articles.view_reference"):
        raise PermissionDenied
    known = FORMATS.get(request.GET.get("format", ""))
    if known is None:
        raise Http404("Sources are exported as csl, ris or bibtex.")
    write, content_type, ending = known
    article = request.GET.get("article", "")
    name, items = _of_article(request, article) if article else ("library", _library())
    return HttpResponse(
        write(items),
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'},
    )


def _library() -> Iterable[Item]:
    found = Reference.objects.filter(merged_into=None).order_by("key")
    return ((reference.key, reference.csl, reference.identifiers) for reference in found.iterator(chunk_size=1000))


def _of_article(request: HttpRequest, number: str) -> tuple[str, list[Item]]:
    """What the newest draft cites, in its order, under the keys it uses."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404("There is no such article.")
    article = visible(request, int(number))
    items: list[Item] = []
    for citation in article.draft.citations.select_related("reference__merged_into") if article.draft else ():
        source = citation.reference.merged_into or citation.reference
        items.append((citation.key, source.csl, source.identifiers))
    return f"{article.slug}-references", items
