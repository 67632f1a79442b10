"""What the editor's scripts ask while somebody types: the text as readers would see it, and sources to cite."""

import re

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from articles.admin.doors import account
from articles.admin.source_words import STANDING, TINTS, WORTH_SAYING
from articles.bibliography.nlm import entry_text
from articles.checking import pointers_to_nothing, retracted_among
from articles.citing import by_key, cite
from articles.drafting import LONGEST_BODY
from articles.findings import findings
from articles.markup import render
from articles.references import matching
from articles.surroundings import previewed

MOST_RESULTS = 20
_TAGS_WITH_PLACES = re.compile(r"<(?:a|h[2-6])\b(?:[^\">]|\"[^\"]*\")*>")


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The body through the publishing renderer, with today's numbers, entries and findings. Nothing is stored."""
    user = account(request)
    if not (user.has_perm("articles.add_article") or user.has_perm("articles.change_article")):
        return HttpResponse("Your account may not write articles.", status=403)
    body = request.POST.get("content", "")
    if len(body) > LONGEST_BODY:
        return HttpResponse(
            f"The text is longer than {LONGEST_BODY:,} characters: it can be neither shown nor saved.", status=413
        )
    citations = cite(body)
    rendered = render(body, by_key(citations))
    found = findings(
        title="-", summary="-", body=body, picture=False, picture_alt="", picture_decorative=False, known_keys=set(rendered.keys)
    )
    found += retracted_among(citations) + pointers_to_nothing(body)
    context = {"html": _apart(previewed(rendered.html)), "citations": citations, "findings": found, "words": len(body.split())}
    return HttpResponse(render_to_string("admin/articles/article/preview.html", context))


def _apart(html: str) -> str:
    """A heading called “Content” must not take the office page's own id of that name."""
    return _TAGS_WITH_PLACES.sub(
        lambda tag: tag[0].replace(' id="', ' id="preview-').replace(' href="#', ' href="#preview-'), html
    )


@require_GET
def references(request: HttpRequest) -> JsonResponse:
    """Sources whose author, title, key or identifier holds the words asked for."""
    user = account(request)
    if not user.has_perm("articles.view_reference"):
        raise PermissionDenied
    found = matching(request.GET.get("q", ""))[:MOST_RESULTS]
    return JsonResponse(
        {
            "results": [
                {
                    "key": reference.key,
                    "label": reference.label,
                    "entry": entry_text(reference.csl, reference.identifiers),
                    "standing": STANDING[reference.standing] if reference.standing in WORTH_SAYING else "",
                    "tint": TINTS.get(reference.standing, ""),
                }
                for reference in found
            ]
        }
    )
