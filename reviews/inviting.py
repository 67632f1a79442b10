"""Inviting a specialist from outside: an account, a profile, a registration vouched for, and one request, in one deed.

The way in is a link whose secret is in the mail alone. Of it the records keep a hash, and so the mail is not written to
the outbox: it goes out once the deed holds, and whoever invited is told if it could not.
"""

import datetime
import hashlib
import secrets
from functools import partial

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from articles import history
from articles.models import Article, Contributor, Revision, User
from articles.refusal import Refused, Stale
from reviews import credentials, notices, requesting
from reviews.models import Credential, Invitation, NoticeKind, ReviewRequest
from reviews.specialist import Specialist, faults

# Letters of the Latin alphabet that are no other letter with a mark, and would be left out of a name to log in with.
PLAIN = str.maketrans(
    {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d",
     "Ð": "D", "þ": "th", "Þ": "Th", "ß": "ss", "ı": "i"}
)  # fmt: skip

__all__ = ["Specialist", "hash_of", "invite", "renew"]


@transaction.atomic
def invite(revision: Revision, *, kind: str, specialist: Specialist, due: datetime.date, by: User, note: str = "") -> Invitation:
    """Makes a reviewer of somebody who has no account, and asks them for this review."""
    article = Article.objects.locked(revision.article_id)
    specialist = specialist.tidied()
    reasons = faults(specialist, kind)
    if due < timezone.localdate():
        reasons.append("The due date has passed: choose today or a later day.")
    if reasons:
        raise Refused(*reasons)
    reviewer = _account_of(specialist, by)
    if specialist.has_registration:
        credential = Credential(holder=reviewer, **specialist.registration())
        credentials.verify(credentials.add_credential(credential, by=by), by=by)
    request = requesting.request_review(revision, kind=kind, reviewer=reviewer, due=due, by=by, note=note)
    # Not before: the ordinary mail about a request leads to a door that this person cannot open yet.
    reviewer.email = specialist.email
    _save(reviewer)
    return _send_link(request, article, "reviewer.invited", by)


@transaction.atomic
def renew(request: ReviewRequest, *, by: User) -> Invitation:
    """A new link for somebody who has not used theirs. The old one then opens nothing."""
    article = Article.objects.locked(request.revision.article_id)
    reviewer = User.objects.get(pk=request.reviewer_id)
    if not Invitation.objects.filter(request__reviewer=reviewer).exists():
        raise Refused(f"{reviewer.printed_name} was never invited by a link: they log in with their own account.")
    if reviewer.password_is_own:
        raise Stale(f"{reviewer.printed_name} has chosen a password meanwhile, and can log in with it.")
    if not reviewer.is_active:
        raise Refused(f"The account of {reviewer.printed_name} is closed: a link would open nothing.")
    if not ReviewRequest.objects.open().filter(pk=request.pk).exists():
        raise Stale("This review is no longer waited for, and so a link to it would open nothing.")
    return _send_link(request, article, "reviewer.invited_again", by)


def hash_of(token: str) -> str:
    """What is kept of a link’s secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _account_of(specialist: Specialist, by: User) -> User:
    """A reviewer who cannot log in yet, with a public profile. A name once given is never given again."""
    group = Group.objects.filter(name="Reviewers").first()
    if group is None:
        raise Refused("There is no group Reviewers to put them in: ask an administrator to make it.")
    name = slugify(specialist.name.translate(PLAIN))[:120].strip("-") or "reviewer"
    reviewer = User(
        username=_free(User, "username", name), first_name=specialist.first_name, last_name=specialist.last_name, is_staff=True
    )
    reviewer.set_unusable_password()
    _save(reviewer)
    reviewer.groups.add(group)
    profile = Contributor.objects.create(
        user=reviewer,
        name=specialist.name,
        slug=_free(Contributor, "slug", name),
        post_nominals=specialist.post_nominals,
        specialty=specialist.specialty,
    )
    history.record("person.added", by=by, person=reviewer.username, id=reviewer.pk, groups=[group.name], email=specialist.email)
    history.record("contributor.added", by=by, contributor=profile.printed_name, id=profile.pk)
    return reviewer


def _free(model: type[Model], field: str, name: str) -> str:
    """The name, or the first of name-2, name-3 and so on that nobody ever had."""
    taken = set(model._default_manager.filter(**{f"{field}__istartswith": name}).values_list(field, flat=True))
    taken = {one.lower() for one in taken}
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _save(reviewer: User) -> None:
    """Two editors may invite the same person at the same moment: one of them is told."""
    try:
        with transaction.atomic():
            reviewer.save()
    except IntegrityError as error:
        raise Stale("Somebody has just opened an account for a person of this name or address: look again.") from error


def _send_link(request: ReviewRequest, article: Article, event: str, by: User) -> Invitation:
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    invitation = Invitation.objects.create(
        request=request,
        token_hash=hash_of(secret),
        expires_at=now + datetime.timedelta(days=settings.INVITATION_DAYS),
        by=by,
        at=now,
    )
    history.record(
        event, by=by, article=article, invitation=invitation.pk, request=request.pk, reviewer=request.reviewer_id,
        expires=invitation.expires_at.isoformat(),
    )  # fmt: skip
    transaction.on_commit(partial(_mail, invitation, secret))
    return invitation


def _mail(invitation: Invitation, secret: str) -> None:
    """Never twice, and never from the records, which do not hold the link: a mail that fails is told to who invited."""
    subject = f"Will you review an article? {invitation.request.revision.title}"
    try:
        send_mail(" ".join(subject.split()), _text(invitation, secret), None, [invitation.request.reviewer.email])
    except OSError as fault:
        name = invitation.request.reviewer.printed_name
        desk = reverse("admin:reviews_reviewrequest_change", args=[invitation.request_id])
        notices.tell(
            invitation.by, NoticeKind.FAILURE, f"The invitation of {name} was not sent",
            f"The mail with the link for {name} could not be sent ({type(fault).__name__}). The request stands, and nobody "
            f"has the link.\n\nSend a new link here: {settings.SITE_URL}{desk}\n",
            key=f"invitation:{invitation.pk}",
        )  # fmt: skip


def _text(invitation: Invitation, secret: str) -> str:
    request = invitation.request
    note = f"They write:\n{request.note}\n\n" if request.note else ""
    contact = f", or write to {settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else ""
    return (
        f"{request.reviewer.contributor.name},\n\n"
        f"{invitation.by.printed_name} of {settings.SITE_NAME} asks you for a {request.get_kind_display().lower()} of "
        f"“{request.revision.title}” (revision {request.revision.number}) by {request.due:%-d %B %Y}.\n\n{note}"
        "This link is yours alone. Behind it you choose a password, and then read the article. Opening it decides nothing:\n"
        f"{settings.SITE_URL}{reverse('reviews:invitation', args=[secret])}\n\n"
        f"From then on you log in with the name {request.reviewer.get_username()} and that password.\n"
        f"The link works once, until {invitation.expires_at:%-d %B %Y at %H:%M %Z}. After that, ask for a new one.\n"
        f"If you do not know why you are asked, leave it{contact}. Nobody can sign in your name without your password.\n"
    )
