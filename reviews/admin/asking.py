"""Asking for reviews of one revision: who, what kind, by when. All who are chosen are asked, or nobody is."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from articles.admin.doors import account, status_of
from articles.models import Article, Page, Revision, User
from articles.refusal import Refused
from reviews import requesting
from reviews.admin import sourced
from reviews.admin.screens import screen
from reviews.models import ReviewRequest
from reviews.models.signoff import Kind

USUAL_TIME = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Candidate:
    """Somebody who may sign, and every reason why they cannot be asked for this."""

    user: User
    reasons: list[str]


class AskingForm(forms.Form):
    """Who is asked for what. Whether they may be is for the verb to say, so nobody is missing from the choices."""

    due = forms.DateField(label="Due date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(
        label="Note to the reviewers", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Goes out with the request, by e-mail. Optional.",
    )  # fmt: skip

    def __init__(self, people: list[User], kinds: list[Kind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        for kind in kinds:
            self.fields[kind] = forms.TypedMultipleChoiceField(
                label=kind.label,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(user.pk, user.printed_name) for user in people],
            )

    def clean(self) -> None:
        if not self.errors and not any(self.cleaned_data[kind] for kind in self.kinds):
            raise forms.ValidationError("Choose at least one person to ask.")


def ask(request: HttpRequest, revision: Revision) -> HttpResponse:
    """The screen, and what happens when it is sent."""
    user = account(request)
    if not Article.objects.editable_by(user).filter(pk=revision.article_id).exists():
        raise PermissionDenied
    kinds = requesting.kinds_for(revision)
    people = sorted(requesting.signers().select_related("contributor"), key=lambda one: one.printed_name)
    if request.method != "POST":
        initial = {"due": timezone.localdate() + USUAL_TIME, **_asked_before(revision)}
        return _draw(request, revision, people, AskingForm(people, kinds, initial=initial), [], 200)
    form = AskingForm(people, kinds, request.POST)
    if not form.is_valid():
        return _draw(request, revision, people, form, _errors(form), 422)
    chosen = [(kind, one) for kind in kinds for one in people if one.pk in form.cleaned_data[kind]]
    try:
        _request_all(revision, chosen, form.cleaned_data["due"], form.cleaned_data["note"], user)
    except Refused as refusal:
        return _draw(request, revision, people, form, list(refusal.reasons), status_of(refusal))
    names = ", ".join(dict.fromkeys(one.printed_name for _, one in chosen))
    messages.success(request, f"Asked for a review of revision {revision.number}: {names}.")
    return HttpResponseRedirect(reverse("admin:reviews_publication_checklist", args=[revision.pk]))


@transaction.atomic
def _request_all(revision: Revision, chosen: list[tuple[Kind, User]], due: datetime.date, note: str, by: User) -> None:
    """One request for each; when one is refused the rest are undone, and every reason is told at once."""
    refusals: list[Refused] = []
    for kind, reviewer in chosen:
        try:
            requesting.request_review(revision, kind=kind, reviewer=reviewer, due=due, note=note, by=by)
        except Refused as refusal:
            refusals.append(refusal)
    if refusals:
        raise type(refusals[0])(*dict.fromkeys(reason for refusal in refusals for reason in refusal.reasons))


def _draw(
    request: HttpRequest, revision: Revision, people: list[User], form: AskingForm, reasons: list[str], status: int
) -> HttpResponse:
    kinds = []
    for kind in form.kinds:
        candidates = [Candidate(user, requesting.unfit(user, kind, revision)) for user in people]
        fit = {str(candidate.user.pk) for candidate in candidates if not candidate.reasons}
        boxes = [box for box in form[kind] if str(box.data["value"]) in fit]
        kinds.append({"field": form[kind], "boxes": boxes, "unfit": [one for one in candidates if one.reasons]})
    newest = revision.article.draft
    is_live = Page.objects.live().filter(publication__revision=revision).exists()
    newer = newest if newest and newest.pk != revision.pk else None
    return screen(
        request,
        "ask",
        "Ask for review",
        status=status,
        revision=revision,
        form=form,
        kinds=kinds,
        reasons=reasons,
        newer=None if is_live else newer,
        is_live=is_live,
        **sourced.of(request, revision),
    )


def _asked_before(revision: Revision) -> dict[str, list[int]]:
    """The people who were asked on the latest earlier revision that anybody was asked about."""
    before = ReviewRequest.objects.filter(revision__article=revision.article_id, revision__number__lt=revision.number)
    last = before.order_by("-revision__number").first()
    asked = before.filter(revision=last.revision_id).values_list("kind", "reviewer") if last else []
    return {kind: [who for what, who in asked if what == kind] for kind in Kind.values}


def _errors(form: forms.Form) -> list[str]:
    return [
        f"{form.fields[name].label}: {text}" if name in form.fields else str(text)
        for name, texts in form.errors.items()
        for text in texts
    ]
