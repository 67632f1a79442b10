"""What stands beside the text: what was found in it, its sources, where it stands, and what people said about it."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from articles.admin.doors import account, may_edit
from articles.admin.editor_form import EditorForm, retracted_field
from articles.admin.filing import OwnerForm, ShelfForm
from articles.admin.source_words import WORTH_SAYING, badge
from articles.checking import findings_of
from articles.models import Article, Revision, User
from articles.standing import badges, objections, open_remarks, requests, with_standing


def panels(request: HttpRequest, article: Article, form: EditorForm | None = None) -> dict[str, Any]:
    """Everything the editor's page shows beside the form."""
    user, draft = account(request), article.draft
    found = findings_of(draft) if draft else []
    is_editor = user.has_perm("articles.edit_any_article")
    return {
        "may_edit": may_edit(user, article),
        "badges": badges(with_standing(Article.objects.filter(pk=article.pk)).get()),
        "errors_found": [finding for finding in found if finding.severity == "error"],
        "warnings_found": [finding for finding in found if finding.severity == "warning"],
        "citations": _cited(draft, form) if draft else [],
        "waiting": list(requests().filter(revision__article=article).select_related("reviewer__contributor", "revision")),
        "objections": list(objections().filter(revision__article=article).select_related("revision")),
        "remarks": [{"remark": remark, "url": _address("reviews_remark_reply", remark.pk)} for remark in open_remarks(article)],
        "credits": list(draft.contributions.all()) if draft else [],
        "links": _links(user, article),
        "owner_form": OwnerForm(initial={"owner": article.owner_id}) if is_editor else None,
        "shelf_form": ShelfForm(initial={"topic": article.topic_id}) if is_editor else None,
        "page": getattr(article, "page", None),
    }


def _cited(draft: Revision, form: EditorForm | None) -> list[dict[str, Any]]:
    """The sources with where each stands, and the field that asks why a retracted one is cited."""
    found = []
    for citation in draft.citations.select_related("reference__merged_into"):
        source = citation.reference.merged_into or citation.reference
        name = retracted_field(citation.reference_id)
        found.append({
            "citation": citation,
            "badge": badge(source.standing) if source.standing in WORTH_SAYING else "",
            "field": form[name] if form and name in form.fields else None,
        })  # fmt: skip
    return found


def _links(user: User, article: Article) -> list[tuple[str, str]]:
    """Where one can go from here, as far as this person may."""
    draft = article.draft
    if draft is None:
        return []
    links = [
        ("Preview page", _address("articles_revision_page", draft.pk)),
        ("All revisions", _address("articles_article_revisions", article.pk)),
    ]
    if user.has_perm("reviews.add_reviewrequest"):
        links.append(("Ask for review", f"{_address('reviews_reviewrequest_add')}?revision={draft.pk}"))
    if user.has_perm("reviews.add_publication") or user.has_perm("reviews.view_publication"):
        links.append(("Publishing checklist", _address("reviews_publication_checklist", draft.pk)))
    if user.has_perm("articles.view_event"):
        links.append(("What happened", f"{_address('articles_event_changelist')}?article__id__exact={article.pk}"))
    return [(label, url) for label, url in links if url]


def _address(name: str, *args: int) -> str:
    try:
        return reverse(f"admin:{name}", args=args)
    except NoReverseMatch:
        return ""
