"""Who works in a scratch archive while it is measured: people of our own, and whoever has most to do there."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.test import Client
from django.utils import timezone

from articles.models import Article, User
from reviews.benchmarking.load import Visitor
from reviews.models import Credential, ReportOwner, ReviewRequest
from reviews.models.signoff import Kind

PASSWORD = "measured-in-a-scratch-archive"
GROUPS = ("Writers", "Reviewers", "Editors")
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # what is measured is our work, not the hash's


class People:
    """A writer, a fact checker, a medical reviewer and an editor of our own; made once in each archive."""

    def __init__(self) -> None:
        settings.PASSWORD_HASHERS = QUICK
        self.wren, self.fay = _person("wren", "Writers"), _person("fay", "Reviewers")
        self.ruth, self.ed = _person("ruth", "Reviewers"), _person("ed", "Editors", chief=True)
        self.credential = Credential.objects.filter(holder=self.ruth).first() or Credential.objects.create(
            holder=self.ruth, qualification="MD", registering_body="Measured", number="1", valid_from=timezone.localdate(),
            verified_by=self.ed, verified_at=timezone.now(),
        )  # fmt: skip


def busiest() -> dict[str, User]:
    """For each role, who has most on the desk; and somebody with every role."""
    requests = ReviewRequest.objects.open().filter(reviewer__in=_only("Reviewers"))
    found = {
        "writer": _most(Article.objects.filter(owner__in=_only("Writers")), "owner"),
        "fact checker": _most(requests.filter(kind=Kind.FACTS), "reviewer"),
        "medical reviewer": _most(requests.filter(kind=Kind.MEDICAL), "reviewer"),
        "editor": _most(ReportOwner.objects.filter(owner__in=_only("Editors")), "owner"),
        "all roles": _with_groups(len(GROUPS)).first() or _person("all", *GROUPS),
    }
    return {role: user for role, user in found.items() if user}


def _most(records: QuerySet[Any], holder: str) -> User | None:
    by_number = records.order_by().values(holder).annotate(held=Count("pk")).order_by("-held")
    return User.objects.filter(pk=by_number.values_list(holder, flat=True).first()).first()


def _only(group: str) -> QuerySet[User]:
    return _with_groups(1).filter(groups__name=group)


def _with_groups(number: int) -> QuerySet[User]:
    return User.objects.annotate(number=Count("groups")).filter(number=number, is_active=True)


def logged_in(user: User, port: int) -> Visitor:
    """A browser in which this person is logged in, and that may send forms."""
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    token = "m" * 32
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}"
    return Visitor(port, {"Cookie": cookies, "X-CSRFToken": token})


def _person(name: str, *groups: str, chief: bool = False) -> User:
    known = User.objects.filter(username=f"measured-{name}").first()
    if known:
        return known
    user = User(username=f"measured-{name}", is_staff=True, is_superuser=chief)
    user.choose_password(PASSWORD)
    user.save()
    user.groups.set(Group.objects.filter(name__in=groups))
    return user
