"""The people: the account that acts, and the public face that readers may look up.

An account is never deleted and its name never given to another (21 CFR 11.100(a)): whoever leaves is deactivated.
"""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from articles.bibliography.identifiers import normalise_orcid
from articles.locks import Frozen


class User(AbstractUser):
    """An account. Its person may sign only with a password that nobody else has set (21 CFR 11.200(a)(2))."""

    password_is_own = models.BooleanField(
        "chose the password in person",
        default=False,
        editable=False,
        help_text="Cleared whenever somebody else sets the password; a signature needs it.",
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="one_account_per_address",
                violation_error_message="Another account has this e-mail address: one person, one account.",
            ),
            Frozen(fields=["username"], name="username_is_never_reissued"),
        ]

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.password_is_own = False

    def choose_password(self, raw_password: str) -> None:
        """The owner's own choice, made while logged in; not yet saved."""
        self.set_password(raw_password)
        self.password_is_own = True

    @property
    def printed_name(self) -> str:
        """The name as it is printed in a signature: the public one where there is one, with post-nominals."""
        contributor: Contributor | None = getattr(self, "contributor", None)
        return contributor.printed_name if contributor else self.get_full_name() or self.get_username()


def check_orcid(value: str) -> None:
    """Field validator: the digits add up, and the iD is written in its one form."""
    try:
        written = normalise_orcid(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error
    if written != value:
        raise ValidationError(f"Write the iD as {written}.")


class Contributor(models.Model):
    """The public face of a person. Signatures and bylines keep their own copy of what is here."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="contributor",
        help_text="The account of this person, if they have one.",
    )  # fmt: skip
    name = models.CharField(max_length=150, help_text="As printed, without titles or degrees: Ruth Okonkwo")
    slug = models.SlugField(max_length=150, unique=True, help_text="The last part of the address of this person's page")
    post_nominals = models.CharField(max_length=150, blank=True, help_text="Letters after the name: MBBS, MRCGP")
    specialty = models.CharField(max_length=150, blank=True)
    biography = models.TextField(blank=True, max_length=4000, help_text="Plain text; an empty line starts a paragraph.")
    orcid = models.CharField(
        "ORCID iD", max_length=19, blank=True,
        validators=[check_orcid], help_text="0000-0002-1694-233X",
    )  # fmt: skip
    interests = models.TextField(
        "competing interests", blank=True, max_length=2000, help_text="“None” is an answer; empty means not yet declared."
    )
    interests_on = models.DateField("interests declared on", null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.printed_name

    @property
    def printed_name(self) -> str:
        return f"{self.name}, {self.post_nominals}" if self.post_nominals else self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:person", args=[self.slug])
