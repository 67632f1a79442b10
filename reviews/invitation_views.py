"""The public door of an invitation. Opening it changes nothing: mail servers open links to see what is behind them.

The link’s secret stands in one address only. What is sent from there goes to an address without it, so that neither the
log of logins nor any other keeps it.
"""

from typing import Any

from django import forms
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from articles.admin.doors import status_of
from articles.refusal import Refused, Stale
from articles.replica import never_from_a_replica
from reviews import accepting, throttle
from reviews.models import Invitation

BY_PASSWORD = "django.contrib.auth.backends.ModelBackend"
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
TOO_MANY = "There were too many tries from your network just now. Wait a minute, then send it again."
# With no-referrer a browser would not say where a form comes from either, and Django takes no such form (Fetch, 3.1).
FORM_SAYS_THE_SITE_ALONE, SAYS_NOTHING = "strict-origin", "no-referrer"


class PasswordForm(forms.Form):
    """Whether a password is good enough is for the verb to say."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=100)
    password = forms.CharField(
        label="Choose a password", strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters, such as four words that do not belong together. You sign reviews with it: "
        "nobody else may know it.",
        error_messages={"required": "Choose a password."},
    )  # fmt: skip
    again = forms.CharField(
        label="The same password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Type the same password again."},
    )  # fmt: skip

    def clean(self) -> None:
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if password and again and password != again:
            self.add_error("again", "The two passwords are not the same: type them again.")


@require_safe
@never_from_a_replica
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who asks for what by when, and the form; or why the link opens nothing."""
    return _draw(request, _found(token), PasswordForm(initial={"token": token}))


@sensitive_post_parameters()
def accept(request: HttpRequest) -> HttpResponse:
    """Takes the password, lets the person in, and leads them to the desk."""
    if request.method != "POST":
        raise Http404  # there is nothing here to open: the link is in the mail
    found = _found(request.POST.get("token", ""))
    form = PasswordForm(request.POST)
    if not throttle.admitted(_client(request), "/invitation/"):
        form.add_error(None, TOO_MANY)
        return _draw(request, found, form, 429)
    if not form.is_valid():
        return _draw(request, found, form, 422)
    try:
        reviewer = accepting.accept(found, form.cleaned_data["password"])
    except Stale:
        return _draw(request, _found(request.POST["token"]), form, 409)
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error("password", reason)
        return _draw(request, found, form, status_of(refusal))
    login(request, reviewer, backend=BY_PASSWORD)
    return HttpResponse(status=303, headers={**PRIVATE, "Location": _desk(found), "Referrer-Policy": SAYS_NOTHING})


def _draw(request: HttpRequest, found: Invitation, form: PasswordForm, status: int = 200) -> HttpResponse:
    """The form, unless there is nothing left to do with it."""
    if why := accepting.why_closed(found):
        login_first = why == accepting.USED
        return _answer(request, "invitation_closed", 410, SAYS_NOTHING, why=why, desk=_desk(found) if login_first else "")
    if found.request.reviewer.password_is_own:
        return _answer(request, "invitation_known", status, SAYS_NOTHING, desk=_desk(found))
    context = {"invitation": found, "review": found.request, "revision": found.request.revision, "form": form}
    return _answer(request, "invitation", status, FORM_SAYS_THE_SITE_ALONE, **context)


def _answer(request: HttpRequest, template: str, status: int, referrer: str, **context: Any) -> HttpResponse:
    response = render(request, f"reviews/{template}.html", context, status=status)
    for name, value in {**PRIVATE, "Referrer-Policy": referrer}.items():
        response.headers[name] = value
    return response


def _found(token: str) -> Invitation:
    found = accepting.find(token)
    if found is None:
        raise Http404
    return found


def _desk(found: Invitation) -> str:
    return reverse("admin:reviews_reviewrequest_change", args=[found.request_id])


def _client(request: HttpRequest) -> str:
    return getattr(request, "client_address", "") or request.META.get("REMOTE_ADDR", "")
