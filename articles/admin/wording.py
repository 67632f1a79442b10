"""The site's own words: which places there are, what stands there now and stood there before, and the form to change it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.admin.doors import account, status_of
from articles.admin.lists import Keyed
from articles.models import Wording
from articles.refusal import Refused
from articles.wording import LONGEST, in_force, set_wording

EARLIER = 50
WHERE = {
    "home": "/", "about": "/about/", "funding": "/about/#funding", "policy": "/policy/", "privacy": "/privacy/",
    "disclaimer": "/disclaimer/", "corrections": "/corrections/",
}  # fmt: skip


@admin.register(Wording)
class WordingAdmin(Keyed):
    """One list of places, and one page for each."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a text is never changed: another takes its place

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        place = request.GET.get("place", "")
        if not place:
            places = [{"place": place, "text": in_force(place), "url": _url(place.value)} for place in Wording.Place]
            return self._drawn(request, "list", "The site’s own words", places=places)
        if place not in Wording.Place.values:
            raise Http404("There is no such place.")
        return self._place(request, Wording.Place(place))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return HttpResponseRedirect(_url())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(_url())

    def _place(self, request: HttpRequest, place: Wording.Place) -> HttpResponse:
        """GET shows the text in force; POST sets another. What was typed survives a refusal."""
        if request.method != "POST":
            return self._form(request, place)
        if not self.has_add_permission(request):
            raise PermissionDenied
        typed, seen = request.POST.get("text", ""), request.POST.get("seen", "")
        try:
            number = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else None
            set_wording(place, typed, by=account(request), seen=number)
        except Refused as refusal:
            return self._form(request, place, typed=typed, refusal=refusal)
        messages.success(request, "Readers see these words from now on.")
        return HttpResponseRedirect(_url(place.value))

    def _form(
        self, request: HttpRequest, place: Wording.Place, typed: str | None = None, refusal: Refused | None = None
    ) -> HttpResponse:
        texts = list(Wording.objects.filter(place=place).select_related("by__contributor")[: EARLIER + 1])
        now = texts[0] if texts else None
        return self._drawn(
            request, "place", place.label, status_of(refusal) if refusal else 200,
            place=place, now=now, earlier=texts[1:], typed=typed if typed is not None else now.text if now else "",
            where=WHERE[place], longest=LONGEST, may_set=self.has_add_permission(request), refusal=refusal,
        )  # fmt: skip

    def _drawn(self, request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
        whole = {**admin.site.each_context(request), "title": title, "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/articles/wording/{template}.html", whole, status=status)


def _url(place: str = "") -> str:
    return reverse("admin:articles_wording_changelist") + (f"?place={place}" if place else "")
