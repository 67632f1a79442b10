"""A specialist from outside, as an editor knows them before they have an account, and whether that is enough."""

import datetime
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from articles.models import User
from reviews.models.signoff import Kind

REGISTRATION = {
    "qualification": "the qualification",
    "registering_body": "who keeps the register",
    "number": "the registration number",
}
LONGEST = {  # as the account, the profile and the credential can keep it
    "name": ("The name", 150),
    "post_nominals": ("What stands after the name", 150),
    "specialty": ("The specialty", 150),
    "qualification": ("The qualification", 150),
    "registering_body": ("The name of the register’s keeper", 150),
    "number": ("The registration number", 60),
}


@dataclass(frozen=True)
class Specialist:
    """`looked_up`: whoever invites has looked the registration up in the register today, and vouches for it."""

    first_name: str
    last_name: str
    email: str
    post_nominals: str = ""
    specialty: str = ""
    qualification: str = ""
    registering_body: str = ""
    number: str = ""
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None
    looked_up: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def has_registration(self) -> bool:
        """Whether anything of one was filled in; then all of it has to be."""
        return any([*(getattr(self, field) for field in REGISTRATION), self.valid_from, self.valid_until])

    def tidied(self) -> "Specialist":
        """Without the blanks that come with what is typed and pasted."""
        tidy: dict[str, Any] = {n: " ".join(v.split()) for n, v in asdict(self).items() if isinstance(v, str)}
        return replace(self, **tidy)

    def registration(self) -> dict[str, Any]:
        """The facts of their credential."""
        fields = (*REGISTRATION, "specialty", "valid_from", "valid_until")
        return {field: getattr(self, field) for field in fields}


def faults(specialist: Specialist, kind: str) -> list[str]:
    """Every reason why this person cannot be invited to such a review; empty: they can."""
    reasons = [] if specialist.first_name and specialist.last_name else ["Give the first and the last name."]
    reasons += [
        f"{what} is longer than {most} characters: shorten it."
        for name, (what, most) in LONGEST.items()
        if len(getattr(specialist, name)) > most
    ]
    try:
        validate_email(specialist.email)
    except ValidationError:
        reasons.append("Give the e-mail address of the person: the invitation goes there.")
    if User.objects.filter(email__iexact=specialist.email).exclude(email="").exists():
        reasons.append(f"{specialist.email} belongs to an account already: ask them in the ordinary way.")
    if kind != Kind.FACTS or specialist.has_registration:
        reasons += _faults_of_registration(specialist)
    return reasons


def _faults_of_registration(specialist: Specialist) -> list[str]:
    today = timezone.localdate()
    start, end = specialist.valid_from, specialist.valid_until
    reasons = [f"Give {what}, as the register has it." for field, what in REGISTRATION.items() if not getattr(specialist, field)]
    if start is None:
        reasons.append("Give the day from which the registration is valid.")
    elif start > today:
        reasons.append("The registration is not valid yet: nobody can sign with it before it begins.")
    if end and end < today:
        reasons.append("The registration has ended: nobody can sign with it.")
    elif start and end and end < start:
        reasons.append("The registration ends before it begins.")
    if not specialist.looked_up:
        reasons.append("Look the registration up in the register today, and tick that you have.")
    return reasons
