"""The admin site: the editorial office under the publisher's own name, with passwords chosen in person.

It stands outside the package articles.admin, which registers itself with this site while it is being imported.
"""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest
from django.template.response import TemplateResponse

from articles.models import User
from articles.today import latest, tiles


class OwnPasswordForm(PasswordChangeForm):
    """Changing one's own password, having given the old one: from then on it may sign (21 CFR 11.200(a)(2))."""

    def save(self, commit: bool = True):  # type: ignore[no-untyped-def]
        self.user.choose_password(self.cleaned_data["new_password1"])
        if commit:
            self.user.save()
        return self.user


class EditorialSite(AdminSite):
    site_header = site_title = f"{settings.SITE_NAME} editorial office"
    index_title = "Today"
    password_change_form = OwnPasswordForm
    enable_nav_sidebar = False

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        assert isinstance(request.user, User)
        context = {"tiles": tiles(request.user), "latest": latest(request.user), **(extra_context or {})}
        return super().index(request, context)
