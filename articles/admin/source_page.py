"""One source: its form, how it is printed, where it stands, who said so, and where drafts cite it."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse

from articles.admin.doors import account, status_of
from articles.admin.source_form import DAYS, PEOPLE, WRITTEN, SourceForm, initial_of
from articles.admin.source_words import STANDING, badge, look_ups_are_off, notice_rows, who, who_said
from articles.bibliography.standing import Notice
from articles.bibliography.style import STYLES, entry_html
from articles.link_checks import is_dead
from articles.models import Article, Citation, Reference
from articles.references import add_reference, change_reference, is_cited, seen
from articles.refusal import Refused

GROUPS = (
    ("What it is", ("key", "type", "source_class", "peer_reviewed", "title", "authors", "editors")),
    ("Where and when it appeared", (
        "container_title", "abbreviation", "year", "month", "day", "volume", "issue", "pages", "edition", "publisher",
        "place", "genre", "number", "language", "updated",
    )),
    ("Where it is found", ("doi", "pmid", "pmcid", "isbn", "url", "accessed", "archive_url")),
)  # fmt: skip
STYLE_NAMES = {"nlm": "NLM", "ama": "AMA, 11th edition"}
LATEST = 20


def source_page(request: HttpRequest, reference: Reference | None, *, may_save: bool, may_see: bool) -> HttpResponse:
    """GET shows the form; POST calls one verb, and keeps what was typed whatever goes wrong."""
    if not may_save and (request.method == "POST" or not reference or not may_see):
        raise PermissionDenied
    if request.method != "POST":
        initial = {**initial_of(reference), "base": seen(reference)} if reference else {"type": "article-journal"}
        return _page(request, reference, SourceForm(initial=initial, reference=reference), may_save=may_save)
    form = SourceForm(request.POST, reference=reference)
    if not form.is_valid():
        return _page(request, reference, form, status=422)
    try:
        kept = _kept(request, reference, form)
    except Refused as refusal:
        if reference:
            reference.refresh_from_db()
            form.data = {**form.data.dict(), "base": seen(reference)}  # type: ignore[attr-defined]
        return _page(request, reference, form, refusal=refusal, status=status_of(refusal))
    messages.success(request, f"Saved. Cite it as [@{kept.key}].")
    return HttpResponseRedirect(reverse("admin:articles_reference_change", args=[kept.pk]))


def found(object_id: str) -> Reference:
    """The reference of an address, however it was typed."""
    sound = object_id.isascii() and object_id.isdigit() and len(object_id) < 19
    reference = Reference.objects.select_related("merged_into").filter(pk=object_id).first() if sound else None
    if reference is None:
        raise Http404("There is no such reference.")
    return reference


def _kept(request: HttpRequest, reference: Reference | None, form: SourceForm) -> Reference:
    if reference is None:
        return add_reference(form.source(), by=account(request))
    return change_reference(reference.pk, form.source(), base=form.cleaned_data["base"], by=account(request))


def _page(
    request: HttpRequest,
    reference: Reference | None,
    form: SourceForm,
    *,
    may_save: bool = True,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": reference.label if reference else "New reference",
        "opts": Reference._meta,
        "reference": reference,
        "form": form,
        "groups": [(name, [form[field] for field in fields]) for name, fields in GROUPS],
        "may_save": may_save,
        "refusal": refusal,
        **(_about(request, reference) if reference else {}),
    }
    return TemplateResponse(request, "admin/articles/reference/form.html", context, status=status)


def _about(request: HttpRequest, reference: Reference) -> dict[str, Any]:
    """What stands beside the form."""
    user = account(request)
    return {
        "entries": _entries(reference),
        "badge": badge(reference.standing),
        "notices": notice_rows(reference.notices),
        "checks": [(check, who(check.asked), STANDING.get(check.standing, "")) for check in reference.checks.all()[:LATEST]],
        "link_checks": reference.link_checks.all()[:LATEST],
        "is_dead": bool(reference.url) and is_dead(reference),
        "ask_url": _address("reviews_reference_check", reference.pk) if user.has_perm("articles.change_reference") else "",
        "unasked": look_ups_are_off(),
        "who_said": who_said(reference.provenance),
        "may_merge": may_merge(user) and reference.merged_into is None,
        "merged": list(reference.merged.values_list("key", flat=True)),
        "is_cited": is_cited(reference),
        "uses": _uses(request, reference),
        "others": sorted(set(reference.csl) - _shown_variables()),
    }


def may_merge(user: Any) -> bool:
    return bool(user.has_perm("articles.change_reference") and user.has_perm("articles.edit_any_article"))


def _entries(reference: Reference) -> list[tuple[str, str]]:
    """The entry in every style we have, the house's own first."""
    styles = sorted(STYLES, key=lambda style: style != settings.REFERENCE_STYLE)
    told = [Notice(**notice) for notice in reference.notices]
    return [(STYLE_NAMES[style], entry_html(reference.csl, reference.identifiers, style, told)) for style in styles]


def _uses(request: HttpRequest, reference: Reference) -> list[Article]:
    """The articles whose newest draft cites it, with its number there, of those that this person may see."""
    cited = Citation.objects.filter(revision=OuterRef("draft"), reference=reference)
    mine = Article.objects.visible_to(account(request)).annotate(number=Subquery(cited.values("number")[:1]))
    return list(mine.filter(number__isnull=False).select_related("draft").order_by("draft__title")[:200])


def _address(name: str, *args: int) -> str:
    """Where it is done, if this house does it."""
    try:
        return reverse(f"admin:{name}", args=args)
    except NoReverseMatch:
        return ""


def _shown_variables() -> set[str]:
    return {"type", "issued", *WRITTEN.values(), *PEOPLE.values(), *DAYS.values()}
