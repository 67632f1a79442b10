"""The doors to what the house promises about its reviews, and to what it put right: policy and corrections."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.history import edition
from articles.models import Wording
from articles.shelves import FEWEST_VOTES
from articles.views import answer
from articles.wording import wording_html
from reviews import house_rules
from reviews.corrections import log, notices

PER_PAGE = 25


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


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What was put right and what was taken down, newest first."""
    leaf = Paginator(log(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"notices": notices(list(leaf)), "pages": leaf, "wording": wording_html(Wording.Place.CORRECTIONS, edition())}
    return answer(request, "reviews/corrections.html", context)
