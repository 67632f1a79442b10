"""Who an article belongs to and on which shelf it stands: decided by editors."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles.admin.doors import account, editable, told
from articles.drafting import assign, shelve
from articles.models import Article, Topic, User
from articles.refusal import Refused


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(User.objects.none(), label="Owner")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = User.objects.filter(is_active=True, is_staff=True).select_related("contributor").order_by("username")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["owner"].label_from_instance = lambda user: user.printed_name  # type: ignore[attr-defined]


class ShelfForm(forms.Form):
    topic = forms.ModelChoiceField(Topic.objects.all(), label="Topic")


@require_POST
def hand_over(request: HttpRequest, article_id: int) -> HttpResponseRedirect:
    """An editor gives the article another owner."""
    article, form = _of_an_editor(request, article_id), OwnerForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose who the article is handed to.")
        return _back(article)
    try:
        assign(article.pk, owner=form.cleaned_data["owner"], by=account(request))
    except Refused as refusal:
        told(request, refusal)
    else:
        messages.success(request, f"The article now belongs to {form.cleaned_data['owner'].printed_name}.")
    return _back(article)


@require_POST
def move(request: HttpRequest, article_id: int) -> HttpResponseRedirect:
    """An editor puts the article on another shelf."""
    article, form = _of_an_editor(request, article_id), ShelfForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a topic.")
        return _back(article)
    shelve(article.pk, topic=form.cleaned_data["topic"], by=account(request))
    messages.success(request, f"The article now stands under {form.cleaned_data['topic']}.")
    return _back(article)


def _of_an_editor(request: HttpRequest, article_id: int) -> Article:
    article = editable(request, article_id)
    if not account(request).has_perm("articles.edit_any_article"):
        raise PermissionDenied
    return article


def _back(article: Article) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))
