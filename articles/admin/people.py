"""Accounts and what they may do: for administrators only, with an event for every change.

Nobody is deleted: whoever leaves is deactivated, so that what they signed keeps its name (21 CFR 11.100).
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from articles.admin.doors import account
from articles.admin.recorded import RecordedAdmin
from articles.history import record
from articles.models import User


class ForAdministrators(RecordedAdmin):
    """Who decides what others may do is not itself a matter of permissions that can be given away."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and account(request).is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)


class NewUserForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "first_name", "last_name", "email", "is_staff")


@admin.register(User)
class UserAdmin(ForAdministrators, StockUserAdmin):
    noun = "person"
    kept = (
        "username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser", "password_is_own",
        "groups", "user_permissions",
    )  # fmt: skip
    add_form = NewUserForm
    list_display = ["username", "shown_name", "email", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "is_superuser", "groups"]
    list_select_related = ["contributor"]
    filter_horizontal = ()  # plain lists, which have names that a screen reader can say
    readonly_fields = ["password_is_own", "last_login", "date_joined"]
    fieldsets = (
        (None, {"fields": ("username", "password", "password_is_own")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("What the account may do", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "first_name", "last_name", "email", "is_staff", "usable_password", "password1", "password2")},
        ),
    )

    @admin.display(description="Name")
    def shown_name(self, user: User) -> str:
        return user.printed_name

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """A name is never given to another person, and so never changed."""
        return [*self.readonly_fields, "username"] if obj else list(self.readonly_fields)

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form: type[forms.ModelForm] = super().get_form(request, obj, change=change, **kwargs)
        if "groups" in form.base_fields:
            form.base_fields["groups"] = forms.ModelMultipleChoiceField(
                Group.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label="Groups"
            )
        if "is_active" in form.base_fields:
            form.base_fields["is_active"].help_text = "Untick to close the account. Accounts are never deleted."
        return form

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Somebody else's choice of a password: it lets its owner in, but may not sign until they choose their own."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            answer: HttpResponse = super().user_change_password(request, id, form_url)
            if request.method == "POST" and answer.status_code == 302:
                person = User.objects.get(pk=id)
                record("person.password_set", by=account(request), person=person.get_username(), id=person.pk)
        return answer


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ForAdministrators, StockGroupAdmin):
    noun = "group"
    kept = ("name", "permissions")
    filter_horizontal = ()
