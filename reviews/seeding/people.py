"""The made-up people of the archive: accounts with one password, profiles, and credentials that an editor has verified."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify

from articles.models import Contributor, User
from articles.refusal import Refused
from reviews.models import Credential
from reviews.seeding.rows import Batch, Chain, Keys, site_chain

GROUPS = {
    "writer": ("Writers",),
    "checker": ("Reviewers",),
    "doctor": ("Reviewers",),
    "editor": ("Editors",),
    "everything": ("Writers", "Reviewers", "Editors"),
}
COUNTS = {"editor": 8, "writer": 24, "checker": 12, "doctor": 16, "everything": 1}
TOLD = {
    "editor": "edit, ask for reviews, publish, decide about reports",
    "writer": "write",
    "checker": "check facts",
    "doctor": "review the medicine, with a credential",
    "everything": "has all roles, and a credential",
}
POST_NOMINALS = {"checker": "MSc", "doctor": "MD", "everything": "MD"}
PLANTS = (
    "Acorn Alder Anise Apple Aspen Aster Basil Beech Birch Bracken Bramble Briar Cedar Chestnut Clover Conifer Cypress "
    "Damson Dandelion Elder Elm Fennel Fern Fir Foxglove Gorse Hawthorn Hazel Heather Hemlock Holly Hornbeam Ivy Juniper "
    "Larch Laurel Lavender Lichen Lilac Linden Lupin Mallow Maple Marigold Medlar Mulberry Myrtle Nettle Oak Oleander Olive "
    "Pine Plum Poplar Quince Rowan Sage Sorrel Spruce Tamarisk Thistle"
)
FIRST_NAMES = PLANTS.split()
FAMILY_NAME = "Madeup"
HIRED = datetime.timedelta(days=331)  # before everything that they sign


@dataclass(frozen=True)
class Doctor:
    """Somebody who may sign the medicine, and with what."""

    user: User
    credential: Credential


@dataclass(frozen=True)
class Cast:
    """Whose archive it is."""

    writers: Sequence[User]
    checkers: Sequence[User]
    doctors: Sequence[Doctor]
    editors: Sequence[User]


def username(role: str, number: int) -> str:
    return f"measured-{role}-{number}"


@transaction.atomic
def hired(password: str, at: datetime.datetime) -> Cast:
    """Opens the accounts; if they are there from an earlier archive they are given the password."""
    wanted = {group for groups in GROUPS.values() for group in groups}
    if missing := wanted - set(Group.objects.values_list("name", flat=True)):
        raise Refused(f"The archive needs the groups that a new site has: {', '.join(sorted(missing))} cannot be found.")
    if 0 < (known := _ours().count()) < sum(COUNTS.values()):
        raise Refused(f"Only {known} of the accounts of an earlier archive are left: fill a database that holds none of them.")
    hashed = make_password(password)  # once for all: it takes its time
    if not _ours().update(password=hashed, password_is_own=True):
        batch = Batch(Keys())
        office = _Office(batch, site_chain(batch), hashed, at)
        names = iter(FIRST_NAMES)
        for role, count in COUNTS.items():
            for number in range(1, count + 1):
                office.hires(role, number, next(names))
        batch.write()
    return cast()


def cast() -> Cast:
    """Everybody, with their profiles and credentials."""
    users = {user.username: user for user in _ours().select_related("contributor")}
    held = {credential.holder_id: credential for credential in Credential.objects.filter(holder__in=users.values())}

    def of(role: str) -> list[User]:
        return [users[username(role, number)] for number in range(1, COUNTS[role] + 1)]

    doctors = [Doctor(user, held[user.pk]) for user in [*of("everything"), *of("doctor")]]
    return Cast(of("writer"), of("checker"), doctors, of("editor"))


def _ours() -> QuerySet[User]:
    names = [username(role, number) for role, count in COUNTS.items() for number in range(1, count + 1)]
    return User.objects.filter(username__in=names)


class _Office:
    """Where accounts are opened, by the first editor, who is there before all others."""

    def __init__(self, batch: Batch, chain: Chain, hashed: str, at: datetime.datetime) -> None:
        self.batch, self.chain, self.hashed, self.at = batch, chain, hashed, at
        self.groups = {group.name: group for group in Group.objects.all()}
        self.editor: User | None = None

    def hires(self, role: str, number: int, first_name: str) -> None:
        user = self._account(role, number, first_name)
        self.editor = self.editor or user
        profile = self._profile(role, user)
        self.chain.tell(self.at, "contributor.added", self.editor, contributor=str(profile), id=profile.pk)
        if role in ("doctor", "everything"):
            self._credential(user)

    def _account(self, role: str, number: int, first_name: str) -> User:
        name = username(role, number)
        user = self.batch.add(
            User(
                username=name, first_name=first_name, last_name=FAMILY_NAME, email=f"{name}@example.org",
                password=self.hashed, password_is_own=True, is_staff=True, date_joined=self.at,
            )
        )  # fmt: skip
        for group in GROUPS[role]:
            self.batch.add(User.groups.through(user=user, group=self.groups[group]))
        return user

    def _profile(self, role: str, user: User) -> Contributor:
        return self.batch.add(
            Contributor(
                user=user,
                name=user.get_full_name(),
                slug=slugify(user.get_full_name()),
                post_nominals=POST_NOMINALS.get(role, ""),
                biography="This person was made up for measuring.",
                interests="None",
                interests_on=timezone.localdate(self.at),
            )
        )

    def _credential(self, holder: User) -> None:
        credential = self.batch.add(
            Credential(
                holder=holder, qualification="MD", registering_body="Register of Made-Up Doctors",
                number=f"MADE-UP-{holder.pk}", valid_from=timezone.localdate(self.at), verified_by=self.editor,
                verified_at=self.at,
            )
        )  # fmt: skip
        who = {"credential": credential.pk, "holder": holder.pk}
        self.chain.tell(self.at, "credential.added", self.editor, **who, facts=credential.as_printed)
        self.chain.tell(self.at, "credential.verified", self.editor, **who)
