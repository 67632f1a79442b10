"""The doors to what the house promises about its reviews, and to what it put right: policy, corrections and each notice."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from articles import keyset
from articles.keeping import kept
from articles.models import Wording
from articles.shelves import FEWEST_VOTES
from articles.site_version import edition
from articles.views import answer
from articles.wording import wording_html
from reviews import house_rules
from reviews.correction_notices import address_of_withdrawn
from reviews.correction_notices import notice as notice_of
from reviews.corrections import LOGGED, Type, log, notices

PER_PAGE = 25


@kept()
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """How we review: what the software enforces, and what this house has set."""
    context = {
        "sources": house_rules.sources(),
        "intervals": house_rules.intervals(),
        "counts": house_rules.counts(),
        "wording": wording_html(Wording.Place.POLICY, edition()),
        "fewest": FEWEST_VOTES,
    }
    return answer(request, "reviews/policy.html", context)


@kept("type", "after", "before")
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What was put right, doubted and taken down, newest first; or the notices of one type."""
    asked = request.GET.get("type", "")
    chosen = Type(asked) if asked in Type.values else None
    leaf = keyset.leaf(*log([chosen] if chosen else LOGGED), asked=request.GET, size=PER_PAGE)
    context = {
        "notices": notices([(kind, pk) for _, kind, pk in leaf.keys]),
        "pages": leaf,
        "chosen": chosen,
        "keep": f"type={chosen}" if chosen else "",
        "types": Type,
        "wording": wording_html(Wording.Place.CORRECTIONS, edition()),
    }
    return answer(request, "reviews/corrections.html", context)


@kept()
@require_safe
def notice(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """One notice, for good at this address; of an article that is withdrawn by now only that is told."""
    found = notice_of(kind, int(pk))
    if found is None:
        if withdrawn := address_of_withdrawn(kind, int(pk)):
            return HttpResponseRedirect(withdrawn)
        raise Http404
    return answer(request, "reviews/notice.html", {"notice": found})
