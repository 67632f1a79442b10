"""The doors through which readers speak: was it helpful, what is wrong, thank you. No cookie, no script needed.

What they send names the publication that they saw, by a token of ours; a page that was never published takes nothing.
"""

import uuid
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from articles.models import Page
from articles.pages import is_genuine, site
from articles.prepared import prepared
from articles.replica import never_from_a_replica
from articles.sealing import number_in, token
from reviews import feedback, receipts, throttle
from reviews.models import FeedbackReport, Publication
from reviews.report_form import ReportForm
from reviews.same_origin import is_from_here

VOTED, TOLD = "imprimatur.feedback.voted", "imprimatur.feedback.told"
UNKNOWN = "There is no report under this code. Compare it with the one that you noted, sign by sign."
NO_CODE = "A code has twelve letters and digits, such as K7PM-2QXD-94TR. Compare it with the one that you noted."
TOO_MANY_LOOKUPS = "Too many codes came from your network just now. Wait a minute, then try again."
# Written out: to be put together by Django would take it longer than to be answered, at every vote.
_HERE = """SELECT b.article_id FROM reviews_publication b JOIN articles_page p ON p.article_id = b.article_id
    WHERE b.id = %s AND p.slug = %s"""
A_DAY = 86_400  # seconds
BROKEN = "This form was changed on its way, or is too old. Nothing was stored: go back to the article, and send it from there."
TOO_MANY = "Too many reports came from your network just now, and this one was not stored. Wait a minute, then send it again."


@csrf_exempt  # there is no cookie to protect; what another site sends is refused all the same
@require_POST
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """Yes or no; then on to what could be better."""
    if not is_from_here(request):
        return _refused(request, _page_at(slug), 403, "This form was sent from another site. Nothing was stored.")
    shown = request.POST.get("shown", "")
    publication, article = _publication_at(slug, shown)
    helpful = {"yes": True, "no": False}.get(request.POST.get("helpful", ""))
    if publication is None or helpful is None:
        return _refused(request, _page_at(slug), 400, BROKEN)
    client = _client(request)
    if not throttle.admitted(client, article):
        return _refused(request, _page_at(slug), 429, TOO_MANY)
    if not throttle.first_vote(client, publication):
        return _to_report(slug, shown=shown, again="1")
    try:
        report = feedback.vote(publication, helpful=helpful, key=_key(request))
    except Exception:
        throttle.forget_vote(client, publication)
        raise
    return _to_report(slug, voted=signing.dumps(report.pk, salt=VOTED))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_from_a_replica
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks what is wrong, POST takes it: 422 with all that was typed where it cannot be taken."""
    page = _page_at(slug)
    if request.method != "POST":
        return _ask(request, page)
    if not is_from_here(request):
        return _refused(request, page, 403, "This form was sent from another site. Nothing was stored.")
    form = ReportForm(request.POST)
    valid = form.is_valid()
    voted = _vote_of(form["voted"].value() or "", page)
    publication = voted.publication if voted else _publication(form["shown"].value() or "", page)
    if publication is None:
        return _form(request, page, form.anew(**{"": BROKEN}), 400)
    if not valid:
        return _form(request, page, form.anew(), 422)
    if not throttle.admitted(_client(request), page.pk):
        return _form(request, page, form.anew(**{"": TOO_MANY}), 429)
    try:
        told = feedback.tell(publication, form.told(), key=form.cleaned_data["key"] or uuid.uuid4(), voted=voted)
    except feedback.NotTaken as refusal:
        return _form(request, page, form.anew(**refusal.faults), 422)
    query = urlencode({"told": signing.dumps(told.pk, salt=TOLD)})
    return _see_other(f"{reverse('reviews:thanks', args=[page.slug])}?{query}")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_from_a_replica
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """The report is stored. Whoever left an address may have it deleted here."""
    page = _page_at(slug)
    given = request.POST.get("told") or request.GET.get("told") or ""
    told = _report(given, TOLD, settings.REPLY_ADDRESS_DAYS * A_DAY)  # there is nothing to delete after that
    if told is None or told.publication.article_id != page.pk:
        return _refused(request, page, 400, BROKEN)
    if request.method == "POST":
        if not is_from_here(request):
            return _refused(request, page, 403, "This form was sent from another site. Nothing was changed.")
        feedback.forget_address(told)
        return _see_other(f"{request.path}?{urlencode({'told': given, 'forgotten': '1'})}")
    context = {
        "told": given,
        "has_address": hasattr(told, "reply_address"),
        "forgotten": "forgotten" in request.GET,
        "code": told.detail.receipt,
    }
    return _answer(request, page, "thanks", 200, **context)


@csrf_exempt  # nothing is changed by asking
@require_http_methods(["GET", "HEAD", "POST"])
@never_from_a_replica
def receipt(request: HttpRequest) -> HttpResponse:
    """What became of the report under this code. A form that is posted leaves the code out of the addresses that servers log."""
    typed = (request.POST.get("code") or request.GET.get("code") or "").strip()[: receipts.LONGEST]
    if not typed:
        return _looked_up(request, 200)
    if not throttle.may_look_up(_client(request)):
        return _looked_up(request, 429, typed=typed, fault=TOO_MANY_LOOKUPS)
    found = receipts.found(typed)
    if found is None:
        return _looked_up(request, 404, typed=typed, fault=UNKNOWN if receipts.meant(typed) else NO_CODE)
    return _looked_up(request, 200, report=receipts.told(found))


def _looked_up(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    response = render(request, "reviews/receipt.html", {"site": site(), **context}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _ask(request: HttpRequest, page: Page) -> HttpResponse:
    """The empty form: after a vote, about the publication that was read, or else about the one that is live."""
    voted, shown = request.GET.get("voted", ""), request.GET.get("shown", "")
    if voted and not _vote_of(voted, page):
        return _refused(request, page, 400, BROKEN)
    if not voted and _publication(shown, page) is None:
        if shown or page.withdrawal_id:
            return HttpResponseRedirect(page.get_absolute_url())  # the page itself says what became of it
        return _to_report(page.slug, shown=token("shown", page.publication_id))
    quote = request.GET.get("quote", "")[: feedback.LONGEST_QUOTE]
    form = ReportForm(initial={"shown": shown, "voted": voted, "key": uuid.uuid4(), "quote": quote})
    return _form(request, page, form, 200)


def _form(request: HttpRequest, page: Page, form: ReportForm, status: int) -> HttpResponse:
    voted = _vote_of(str(form["voted"].value() or ""), page)
    return _answer(request, page, "report", status, form=form, voted=voted, again="again" in request.GET, is_fault=status >= 400)


def _refused(request: HttpRequest, page: Page, status: int, why: str) -> HttpResponse:
    return _answer(request, page, "not_taken", status, why=why)


def _answer(request: HttpRequest, page: Page, template: str, status: int, **context: Any) -> HttpResponse:
    named = "An article that was withdrawn" if page.withdrawal_id else page.title
    whole = {"site": site(), "page": page, "named": named, **context}
    response = render(request, f"reviews/{template}.html", whole, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _to_report(slug: str, **query: str) -> HttpResponse:
    return _see_other(f"{reverse('reviews:report', args=[slug])}?{urlencode(query)}")


class _SeeOther(HttpResponseRedirect):
    """Whatever was sent is not sent again by going back (RFC 9110, section 15.4.4)."""

    status_code = 303


def _see_other(address: str) -> HttpResponse:
    return _SeeOther(address, headers={"Cache-Control": "no-store"})


def _page_at(slug: str) -> Page:
    pages = Page.objects.defer("html").select_related("publication")
    page = pages.filter(slug=slug).first() or pages.moved_from(slug).first()
    if page is None or not is_genuine(page):
        raise Http404
    return page


def _publication_at(slug: str, shown: str) -> tuple[int | None, int]:
    """The publication that a token of ours names, if it is one of the page at this address, now or formerly; and its article.

    A vote shows nothing of the page, so the page is not fetched for it, nor its seal looked at.
    """
    pk = number_in("shown", shown)
    if not pk:
        return None, 0
    with connection.cursor() as cursor:
        cursor.execute(prepared(_HERE, connection), [pk, slug])
        found = cursor.fetchone()
    if found:
        return pk, found[0]
    page = _page_at(slug)
    return (pk, page.pk) if _publication(shown, page) else (None, 0)


def _publication(shown: str, page: Page) -> Publication | None:
    """The publication that a token of ours names, if it is one of this page."""
    pk = number_in("shown", shown)
    if pk == page.publication_id:
        return page.publication
    return Publication.objects.filter(pk=pk, article=page.pk).first() if pk else None


def _vote_of(given: str, page: Page) -> FeedbackReport | None:
    found = _report(given, VOTED, A_DAY)
    return found if found and found.publication.article_id == page.pk else None


def _report(given: str, purpose: str, seconds: int) -> FeedbackReport | None:
    try:
        pk = signing.loads(given, salt=purpose, max_age=seconds)
    except signing.BadSignature:
        return None
    return FeedbackReport.objects.select_related("publication", "reply_address", "detail").filter(pk=pk).first()


def _key(request: HttpRequest) -> uuid.UUID:
    """A key that the reader's browser made, so that a second try is the same vote; without script there is none."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _client(request: HttpRequest) -> str:
    """Where it came from, for the limits alone: written nowhere but hashed into the cache."""
    return getattr(request, "client_address", "") or request.META.get("REMOTE_ADDR", "")
