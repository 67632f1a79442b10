"""The desk of whoever signs: what waits for them and until when, what they signed, and how long they may go on."""

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from articles.models import User
from articles.today import Line, Listing, Section, Tile
from reviews import requesting
from reviews.admin.printing import BADGES
from reviews.admin.standing import waiting
from reviews.desks.asking import FEW, link, on, short
from reviews.models import Credential, ReviewRequest, SignOff
from reviews.models.signoff import Decision

WEEK = datetime.timedelta(days=7)
ENDS_SOON = datetime.timedelta(days=60)
LATEST = 3


def desk(user: User) -> Section | None:
    """For whoever has been given the right to sign."""
    if not user.has_perm("reviews.add_signoff") or (user.is_superuser and not requesting.may_sign(user)):
        return None
    today = timezone.localdate()
    due = list(ReviewRequest.objects.waiting().for_user(user).order_by("due", "pk").values_list("due", "pk"))
    signed = SignOff.objects.filter(reviewer=user)
    return Section(
        "reviewing",
        "Reviewing",
        _tiles(user, [day for day, _ in due], today, signed.count()),
        [_waiting([pk for _, pk in due[:FEW]], today), _signed(signed), *_credentials(user, today)],
    )


def _tiles(user: User, due: list[datetime.date], today: datetime.date, signed: int) -> list[Tile]:
    listed, mine = "reviews_reviewrequest_changelist", f"reviewer={user.pk}"
    late, week = sum(day < today for day in due), sum(today <= day <= today + WEEK for day in due)
    return [
        Tile(len(due), "Waiting for my review", link(listed, f"state=open&{mine}"), "waiting"),
        Tile(late, "Overdue", link(listed, f"state=overdue&{mine}"), "blocked"),
        Tile(week, "Due within 7 days", link(listed, f"state=open&{mine}"), "ready"),
        Tile(signed, "Signed by me", link(listed, f"state=answered&{mine}"), "live"),
    ]


def _waiting(keys: list[int], today: datetime.date) -> Listing:
    found = ReviewRequest.objects.filter(pk__in=keys).select_related("revision").defer("revision__body").order_by("due", "pk")
    lines = [
        Line(
            short(review.revision.title),
            link("reviews_reviewrequest_change", "", review.pk),
            f"{review.get_kind_display()}, due {review.due:%-d %B %Y}",
            ("blocked" if review.due < today else "waiting", waiting(review.due, today)),
        )
        for review in found
    ]
    empty = "Nothing waits for you. When an editor asks you for a review, you get a mail, and it appears here."
    return Listing("Waiting for me", lines, empty)


def _signed(signed: "QuerySet[SignOff]") -> Listing:
    found = signed.select_related("revision", "revocation").defer("revision__body").order_by("-pk")[:LATEST]
    lines = [
        Line(
            short(signoff.revision.title),
            link("reviews_reviewrequest_change", "", signoff.request_id),
            f"{signoff.get_kind_display()}, {on(signoff.signed_at)}",
            ("withdrawn", "Taken back")
            if hasattr(signoff, "revocation")
            else (BADGES[Decision(signoff.decision)], signoff.get_decision_display()),
        )
        for signoff in found
    ]
    return Listing("My latest signatures", lines, "You have signed nothing yet.")


def _credentials(user: User, today: datetime.date) -> list[Listing]:
    """The credential that lasts longest. Facts are checked without one, so nobody is told that they lack one."""
    held = list(Credential.objects.filter(holder=user).order_by("-valid_from", "-pk"))
    in_force = set(Credential.objects.in_force(today).filter(holder=user).values_list("pk", flat=True))
    usable = [one for one in held if one.pk in in_force]
    best = max(usable, key=lambda one: one.valid_until or datetime.date.max) if usable else next(iter(held), None)
    if best is None:
        return []
    line = Line(best.as_printed, "", *_standing(best, today, usable=bool(usable)))
    return [Listing("My credential", [line], "")]


def _standing(held: Credential, today: datetime.date, *, usable: bool) -> tuple[str, tuple[str, str]]:
    """What there is to know about it, and a badge."""
    if held.revoked_at:
        return "You cannot sign a medical review with it. Ask an editor what is to be done.", ("withdrawn", "Revoked")
    if held.valid_until and held.valid_until < today:
        told = f"It ended on {held.valid_until:%-d %B %Y}. Send the editors the renewed registration: until then you cannot sign."
        return told, ("blocked", "Lapsed")
    if not usable:
        return "Nobody has verified it yet, or it is not valid yet: you cannot sign a medical review with it.", (
            "waiting",
            "Not usable",
        )
    if held.valid_until is None:
        return "Valid without an end.", ("live", "In force")
    days = (held.valid_until - today).days
    left = f"Valid until {held.valid_until:%-d %B %Y}, {days} day{'' if days == 1 else 's'} left."
    if held.valid_until - today <= ENDS_SOON:
        return f"{left} Send the editors the renewed registration in good time.", ("ready", "Ends soon")
    return left, ("live", "In force")
