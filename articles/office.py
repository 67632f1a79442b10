"""The admin site: who works here, under the publisher's own name, with passwords chosen in person."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.forms import PasswordChangeForm


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
