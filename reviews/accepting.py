"""What an invitation’s link opens: once, for a while, a password chosen in person, and with it the review desk."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles import history
from articles.models import Article, User
from articles.refusal import Refused, Stale
from reviews.inviting import hash_of
from reviews.models import Invitation, InvitationUse, ReviewRequest

USED = "This link has been used already: it works only once."


def find(token: str) -> Invitation | None:
    people = ("request__revision__article__page__withdrawal", "request__reviewer__contributor", "by__contributor", "use")
    return Invitation.objects.select_related(*people).filter(token_hash=hash_of(token)).first()


def why_closed(invitation: Invitation) -> str:
    """Why the link opens nothing, in words that tell a stranger nothing; empty: it opens."""
    request = invitation.request
    if hasattr(invitation, "use"):
        return USED
    if not request.reviewer.is_active:
        return "The account that this link was made for is closed."
    if not ReviewRequest.objects.open().filter(pk=request.pk).exists() or _taken_down_since(invitation):
        return "This review is no longer needed. Thank you for being ready to help."
    if Invitation.objects.filter(request=request, pk__gt=invitation.pk).exists():
        return "A newer link has been sent to you since, and only the newest one works. Look for the later mail."
    if invitation.expires_at <= timezone.now():
        return f"This link could be used until {invitation.expires_at:%-d %B %Y at %H:%M %Z}."
    return ""


@transaction.atomic
def accept(invitation: Invitation, password: str) -> User:
    """The person chooses a password, with which they may sign from now on. The link opens nothing any more."""
    article = Article.objects.locked(invitation.request.revision.article_id)
    invitation = Invitation.objects.get(pk=invitation.pk)  # as it is now, while nobody else can use it
    if reason := why_closed(invitation):
        raise Stale(reason)
    reviewer = User.objects.select_for_update(of=("self",)).get(pk=invitation.request.reviewer_id)
    if reviewer.password_is_own:
        raise Stale("You have a password already: log in with it.")
    try:
        validate_password(password, reviewer)
    except ValidationError as fault:
        raise Refused(*fault.messages) from fault
    reviewer.choose_password(password)
    reviewer.save(update_fields=["password", "password_is_own"])
    InvitationUse.objects.create(invitation=invitation, at=timezone.now())
    history.record("invitation.used", by=reviewer, article=article, invitation=invitation.pk, request=invitation.request_id)
    return reviewer


def _taken_down_since(invitation: Invitation) -> bool:
    """Words that are being mended after a withdrawal are reviewed all the same; those it came upon are not."""
    page = getattr(invitation.request.revision.article, "page", None)
    return bool(page and page.withdrawal and page.withdrawal.at >= invitation.at)
