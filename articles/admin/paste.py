"""“Add references”: whatever a writer pastes is understood, looked up and shown; stored is what they then confirm.

The editor asks the same address for the same form, to show it in its own dialogue.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from articles.adding import Candidate, add_all, looked_at, not_in_the_library
from articles.admin.carried import LONGEST, packed, unpacked
from articles.admin.doors import account, status_of
from articles.admin.paste_form import BoxForm, Item, ItemForm
from articles.admin.source_words import look_ups_are_off
from articles.bibliography.draft import SourceDraft
from articles.bibliography.keys import make_key
from articles.bibliography.paste import understand
from articles.models import Reference
from articles.refusal import Refused

MOST_AT_ONCE = 100  # sources that one screen can show and one answer can carry
TOO_LONG = "Line {line}: this piece is too long to be one source, and was left out."
GUESSED_TYPES = {"isbn": "book", "url": "webpage"}


@never_cache
def paste(request: HttpRequest) -> HttpResponse:
    """GET shows the box; POST shows what was understood, or adds what was confirmed."""
    if not account(request).has_perm("articles.add_reference"):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, BoxForm(), [])
    return _confirm(request) if "confirm" in request.POST else _look(request)


def _look(request: HttpRequest) -> HttpResponse:
    box = BoxForm(request.POST, request.FILES)
    if not box.is_valid():
        return _page(request, box, [], status=422)
    drafts = understand(box.text())
    shown, notes = _as_many_as_fit(drafts)
    items = [_item(request, number, candidate) for number, candidate in enumerate(looked_at(shown), start=1)]
    _mark_twins(items)
    if off := look_ups_are_off():
        notes.append(off)
    return _page(request, box, items, notes=notes)


def _as_many_as_fit(drafts: list[SourceDraft]) -> tuple[list[SourceDraft], list[str]]:
    long = [draft for draft in drafts if len(str(draft.csl)) > LONGEST or (draft.kind == "text" and len(draft.raw) > LONGEST)]
    notes = [TOO_LONG.format(line=draft.line) for draft in long[:20]]
    notes += [problem for draft in long[:20] for problem in draft.problems if draft.kind == "text"]
    drafts = [draft for draft in drafts if draft not in long] if long else drafts
    if len(drafts) <= MOST_AT_ONCE:
        return drafts, notes
    new = not_in_the_library(drafts)
    notes.append(
        f"These are {len(drafts):,} sources, {len(drafts) - len(new):,} of them in the library already. Here are the first "
        f"{min(MOST_AT_ONCE, len(new))} of the others: add them, then look at the same paste or file again for the next."
    )
    return new[:MOST_AT_ONCE], notes


def _item(request: HttpRequest, number: int, candidate: Candidate) -> Item:
    initial = {
        "carried": packed(candidate, account(request)),
        "include": candidate.can_be_added,
        "key": candidate.key if candidate.draft.csl.get("title") else "",
        "type": GUESSED_TYPES.get(candidate.draft.kind, "article-journal"),
        "source_class": candidate.source_class,
        "peer_reviewed": candidate.peer_reviewed,
    }
    return Item(number, candidate, ItemForm(initial=initial, prefix=f"item{number}", candidate=candidate))


def _mark_twins(items: list[Item]) -> None:
    """The same source twice in one paste is offered once."""
    first: dict[tuple[str, str], int] = {}
    for item in items:
        ids = item.draft.identifiers
        names = [(name, getattr(ids, name).lower()) for name in ("doi", "pmid", "pmcid") if getattr(ids, name)]
        item.same_as = next((first[name] for name in names if name in first), 0)
        if item.same_as:
            item.form.initial["include"] = False
        for name in names:
            first.setdefault(name, item.number)


def _confirm(request: HttpRequest) -> HttpResponse:
    box = BoxForm(initial={"pasted": request.POST.get("pasted", "")})
    try:
        items = _items_sent(request)
    except Refused as stale:
        return _page(request, box, [], refusal=stale, status=status_of(stale))
    ticked = [item for item in items if item.form["include"].value()]
    if wrong := [item for item in ticked if not item.form.is_valid()]:
        return _page(request, box, items, wrong=wrong, status=422)
    try:
        if not ticked:
            raise Refused("Tick at least one source.")
        added = add_all(_with_keys([item.form.chosen() for item in ticked]), by=account(request))
    except Refused as refusal:
        return _page(request, box, items, refusal=refusal, status=status_of(refusal))
    return _added(request, added)


def _items_sent(request: HttpRequest) -> list[Item]:
    items = []
    for number in range(1, MOST_AT_ONCE + 1):
        if carried := request.POST.get(f"item{number}-carried"):
            candidate = unpacked(carried, account(request))
            items.append(Item(number, candidate, ItemForm(request.POST, prefix=f"item{number}", candidate=candidate)))
    return items


def _with_keys(chosen: list[Candidate]) -> list[Candidate]:
    """A key for each source that was left without one."""
    taken = {*Reference.objects.values_list("key", flat=True), *(candidate.key for candidate in chosen)}
    keyed = []
    for candidate in chosen:
        key = candidate.key or make_key(candidate.draft.csl, taken)
        taken.add(key)
        keyed.append(replace(candidate, key=key))
    return keyed


def _added(request: HttpRequest, added: list[Reference]) -> HttpResponse:
    keys = [reference.key for reference in added]
    if _for_the_editor(request):
        return JsonResponse({"keys": keys})
    cite = " ".join(f"[@{key}]" for key in keys[:10]) + (" …" if len(keys) > 10 else "")
    messages.success(request, f"Added {len(keys)} reference{'s' if len(keys) > 1 else ''}. Cite as {cite}")
    if len(added) == 1:
        return HttpResponseRedirect(reverse("admin:articles_reference_change", args=[added[0].pk]))
    return HttpResponseRedirect(reverse("admin:articles_reference_changelist"))


def _for_the_editor(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "editor"


def _page(
    request: HttpRequest,
    box: BoxForm,
    items: list[Item],
    *,
    notes: Sequence[str] = (),
    wrong: Sequence[Item] = (),
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Add references",
        "opts": Reference._meta,
        "form": box,
        "items": items,
        "notes": notes,
        "refusal": refusal,
        "in_editor": _for_the_editor(request),
        "wrong": wrong,
    }
    name = "paste_form" if _for_the_editor(request) else "paste"
    return TemplateResponse(request, f"admin/articles/reference/{name}.html", context, status=status)
