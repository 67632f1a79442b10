"""What I am told: how each person of the office wants to hear of each kind of thing. Everybody has their own page alone."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

from articles.admin.doors import account, status_of
from articles.models import User
from articles.refusal import Refused
from reviews.admin.screens import screen
from reviews.models import NoticeKind
from reviews.outbox import FIXED, offered, preferences, set_preferences


def preferences_view(request: HttpRequest) -> HttpResponse:
    """GET shows what one chose, POST chooses."""
    user = account(request)
    if request.method in ("GET", "HEAD"):
        return _draw(request, user, {})
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    wanted = {name: request.POST[name] for name in request.POST if name in NoticeKind}
    try:
        set_preferences(user, wanted)
    except Refused as refusal:
        return _draw(request, user, wanted, reasons=list(refusal.reasons), status=status_of(refusal))
    messages.success(request, "From now on you are told as you chose.")
    return HttpResponseRedirect(request.path)


def _draw(request: HttpRequest, user: User, typed: dict[str, str], **context: Any) -> HttpResponse:
    chosen = preferences(user)
    rows = [
        {"kind": kind, "how": typed.get(kind, how), "offered": offered(kind)} for kind, how in chosen.items() if kind not in FIXED
    ]
    fixed = [(kind.label, reason) for kind, reason in FIXED.items()]
    hour = f"{settings.DIGEST_HOUR:02}:00"
    return screen(request, "preferences", "What I am told", rows=rows, fixed=fixed, address=user.email, hour=hour, **context)
