"""Inviting a specialist from outside, and sending a new link to one who has not used theirs."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from articles.admin.doors import account, status_of
from articles.models import Article, Revision
from articles.refusal import Refused
from reviews import inviting, requesting
from reviews.admin.screens import ask_and_do, back_to, requests_of, screen, visible_revision
from reviews.models import ReviewRequest
from reviews.models.signoff import Kind
from reviews.specialist import faults

USUAL_TIME = datetime.timedelta(days=14)  # a stranger needs longer than a colleague
DATE = {"type": "date"}


class InvitingForm(forms.Form):
    """What the screen asks. Whether it is enough is for the verb to say, all at once, so that no field insists."""

    PERSON = ("first_name", "last_name", "post_nominals", "email")
    REGISTRATION = ("qualification", "specialty", "registering_body", "number", "valid_from", "valid_until", "looked_up")
    REQUEST = ("kind", "due", "note")

    first_name = forms.CharField(label="First name", required=False)
    last_name = forms.CharField(label="Last name", required=False)
    post_nominals = forms.CharField(
        label="Letters after the name", required=False, help_text="MBBS, MRCGP; printed with each signature. Optional."
    )
    email = forms.CharField(
        label="E-mail address", required=False, widget=forms.EmailInput, help_text="The link goes there, and nowhere else."
    )
    qualification = forms.CharField(label="Qualification", required=False, help_text="MBBS; Registered dietitian; …")
    specialty = forms.CharField(label="Specialty", required=False, help_text="Optional.")
    registering_body = forms.CharField(label="Who keeps the register", required=False)
    number = forms.CharField(label="Registration number", required=False)
    valid_from = forms.DateField(label="Valid from", required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    valid_until = forms.DateField(
        label="Valid until", required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        help_text="Leave it empty where the register gives no end.",
    )  # fmt: skip
    looked_up = forms.BooleanField(label="I have looked this registration up in the register today", required=False)
    kind = forms.ChoiceField(
        label="What is asked", widget=forms.RadioSelect, error_messages={"required": "Choose what is asked of the person."}
    )
    due = forms.DateField(label="Due date", widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    note = forms.CharField(
        label="Note to the reviewer", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Goes out with the invitation. Optional.",
    )  # fmt: skip

    def __init__(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = requesting.kinds_for(revision)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    def specialist(self) -> inviting.Specialist:
        """What was typed; what cannot be read, such as a day that is none, is as good as missing."""
        typed: dict[str, Any] = {"first_name": "", "last_name": "", "email": ""}
        fields = (*self.PERSON, *self.REGISTRATION)
        return inviting.Specialist(**typed | {name: self.cleaned_data[name] for name in fields if name in self.cleaned_data})

    def person_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.PERSON]

    def registration_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.REGISTRATION if name != "looked_up"]


def invite(request: HttpRequest, revision_id: int) -> HttpResponse:
    """The screen, and what happens when it is sent."""
    user = account(request)
    revision = visible_revision(user, revision_id)
    _may_invite(request, revision)
    if request.method != "POST":
        form = InvitingForm(revision, initial={"due": timezone.localdate() + USUAL_TIME})
        return _draw(request, revision, form, [], 200)
    form = InvitingForm(revision, request.POST)
    if not form.is_valid():
        reasons = faults(form.specialist().tidied(), form.cleaned_data.get("kind", Kind.FACTS))
        return _draw(request, revision, form, [*_errors(form), *reasons], 422)
    typed = form.cleaned_data
    try:
        invitation = inviting.invite(
            revision, kind=typed["kind"], specialist=form.specialist(), due=typed["due"], note=typed["note"], by=user
        )
    except Refused as refusal:
        return _draw(request, revision, form, list(refusal.reasons), status_of(refusal))
    messages.success(request, f"{invitation.request.reviewer.printed_name} has been invited; the link is on its way.")
    return HttpResponseRedirect(_desk(invitation.request))


def renew(request: HttpRequest, request_id: int) -> HttpResponse:
    """Asks, and sends a new link."""
    user = account(request)
    review = requests_of(user).select_related("revision__article", "reviewer__contributor").filter(pk=request_id).first()
    if review is None:
        raise Http404
    _may_invite(request, review.revision)
    return ask_and_do(
        request,
        "reason",
        f"A new link for {review.reviewer.printed_name}",
        act=lambda: inviting.renew(review, by=user),
        done=f"A new link is on its way to {review.reviewer.email}.",
        back=back_to(request, _desk(review)),
        explanation=f"It goes to {review.reviewer.email}. The links that were sent before then open nothing.",
        button="Send a new link",
    )


def _may_invite(request: HttpRequest, revision: Revision) -> None:
    user = account(request)
    editable = Article.objects.editable_by(user).filter(pk=revision.article_id).exists()
    if not (editable and user.has_perm("reviews.add_invitation") and user.has_perm("reviews.add_reviewrequest")):
        raise PermissionDenied


def _draw(request: HttpRequest, revision: Revision, form: InvitingForm, reasons: list[str], status: int) -> HttpResponse:
    title = "Invite a specialist from outside"
    return screen(request, "invite", title, status=status, revision=revision, form=form, reasons=reasons)


def _errors(form: forms.Form) -> list[str]:
    return [f"{form.fields[name].label}: {text}" for name, texts in form.errors.items() for text in texts]


def _desk(review: ReviewRequest) -> str:
    return reverse("admin:reviews_reviewrequest_change", args=[review.pk])
