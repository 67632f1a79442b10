"""The editor: a writer types upon the newest draft and saves. What was typed comes back whatever goes wrong.

The door fetches, asks whether this person may, calls one verb, and answers: 409 where somebody else saved meanwhile,
422 where the verb refuses.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.admin.doors import account, editable, may_edit, status_of, visible
from articles.admin.editor_form import EditorForm, initial_of
from articles.admin.panels import panels
from articles.admin.sides import side_of, side_of_text
from articles.citing import by_key
from articles.diff import changes
from articles.drafting import Text, save_draft, start_article
from articles.markup import render
from articles.models import Article, Revision
from articles.refusal import Refused, Stale
from articles.surroundings import previewed

SAVED = "editor_saved"  # in the session, once: which draft was typed upon, so that the browser drops its own copy
UNCHANGED = "Nothing had changed, so no new revision was made."


def start(request: HttpRequest) -> HttpResponse:
    """A new article."""
    user = account(request)
    if not user.has_perm("articles.add_article"):
        raise PermissionDenied
    form = _form(request, None)
    if request.method != "POST":
        return _page(request, form, None)
    if not form.is_valid():
        return _page(request, form.keep_upload(), None, status=422)
    try:
        revision = start_article(form.text(), topic=form.cleaned_data["topic"], by=user)
    except Refused as refusal:
        return _page(request, form.keep_upload(), None, refusal=refusal, status=status_of(refusal))
    return _saved(request, revision, base=None)


def edit(request: HttpRequest, object_id: str) -> HttpResponse:
    """The next draft of an article; for whoever may see but not change it, a page to read."""
    if not object_id.isascii() or not object_id.isdigit() or len(object_id) > 18:
        raise Http404("There is no such article.")
    if request.method != "POST":
        article = visible(request, int(object_id))
        if not may_edit(account(request), article):
            return _page(request, None, article)
        return _page(request, _form(request, article), article)
    article = editable(request, int(object_id))
    form = _form(request, article)
    if not form.is_valid():
        return _page(request, form.keep_upload(), article, status=422)
    return _save(request, form, article)


def _save(request: HttpRequest, form: EditorForm, article: Article) -> HttpResponse:
    text, base = form.text(), form.cleaned_data["base"]
    try:
        revision = save_draft(article.pk, text, base=base, by=account(request))
    except Stale as stale:
        newest = visible(request, article.pk)
        assert newest.draft
        return _page(request, form.keep_upload().moved_to(newest.draft), newest, refusal=stale, typed=text, status=409)
    except Refused as refusal:
        return _page(request, form.keep_upload(), article, refusal=refusal, status=422)
    if revision.pk == article.draft_id:
        messages.info(request, UNCHANGED)
        return _to_editor(request, article.pk, base)
    return _saved(request, revision, base=base)


def _saved(request: HttpRequest, revision: Revision, *, base: int | None) -> HttpResponse:
    messages.success(request, f"Saved as revision {revision.number}.")
    return _to_editor(request, revision.article_id, base)


def _to_editor(request: HttpRequest, article_id: int, base: int | None) -> HttpResponse:
    request.session[SAVED] = str(base or "new")
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article_id]))


def _form(request: HttpRequest, article: Article | None) -> EditorForm:
    draft = article.draft if article else None
    addresses = reverse("admin:articles_article_preview"), reverse("admin:articles_article_upload")
    given: dict[str, Any] = {
        "by": account(request),
        "draft": draft,
        "page": getattr(article, "page", None),
        "addresses": addresses,
    }
    if request.method == "POST":
        return EditorForm(request.POST, request.FILES, **given)
    return EditorForm(initial=initial_of(draft) if draft else {}, **given)


def _page(
    request: HttpRequest,
    form: EditorForm | None,
    article: Article | None,
    *,
    refusal: Refused | None = None,
    typed: Text | None = None,
    status: int = 200,
) -> HttpResponse:
    draft = article.draft if article else None
    context = {
        **admin.site.each_context(request),
        "title": str(article) if article else "New article",
        "opts": Article._meta,
        "article": article,
        "draft": draft,
        "form": form,
        "refusal": refusal,
        "differences": [c for c in changes(side_of(draft), side_of_text(typed, draft)) if not c.is_same]
        if typed and draft
        else [],
        "saved_upon": request.session.pop(SAVED, "") if request.method == "GET" else "",
        **(panels(request, article, form) if article else {}),
    }
    if form is None and draft:
        context["rendered"] = previewed(render(draft.body, by_key(draft.citations.all())).html)
    return TemplateResponse(request, "admin/articles/article/editor.html", context, status=status)
