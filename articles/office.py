"""The admin site: the editorial office under the publisher's own name, with passwords chosen in person.

It stands outside the package articles.admin, which registers itself with this site while it is being imported.
"""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.models import User
from articles.today import latest, sections, tiles_of


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
    enable_nav_sidebar = False

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's own page with our form, for which this version of Django has no setting."""
        context = {**self.each_context(request), **(extra_context or {})}
        done = reverse("admin:password_change_done", current_app=self.name)
        return PasswordChangeView.as_view(form_class=OwnPasswordForm, success_url=done, extra_context=context)(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        assert isinstance(request.user, User)
        desks = sections(request.user)
        context = {"sections": desks, "tiles": tiles_of(desks), "latest": latest(request.user), **(extra_context or {})}
        return super().index(request, context)
