"""Topics, and the public faces of people: edited in place by editors, with an event for every change."""

from typing import Any

from django import forms
from django.contrib import admin

from articles.admin.recorded import RecordedAdmin
from articles.models import Contributor, Topic


class TopicForm(forms.ModelForm):
    class Meta:
        model = Topic
        fields = ["name", "slug", "parent", "description", "specialty", "review_interval_months"]

    def clean_parent(self) -> Topic | None:
        """No shelf stands on itself, nor on one of its own."""
        parent: Topic | None = self.cleaned_data["parent"]
        above = parent
        while above is not None:
            if above.pk == self.instance.pk:
                raise forms.ValidationError("A topic cannot stand under itself.")
            above = above.parent
        return parent


@admin.register(Topic)
class TopicAdmin(RecordedAdmin):
    noun = "topic"
    kept = ("name", "slug", "parent_id", "description", "specialty", "review_interval_months")
    form = TopicForm
    list_display = ["name", "parent", "review_interval_months"]
    list_select_related = ["parent"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Contributor)
class ContributorAdmin(RecordedAdmin):
    noun = "contributor"
    kept = ("user_id", "name", "slug", "post_nominals", "specialty", "biography", "orcid", "interests", "interests_on")
    list_display = ["name", "post_nominals", "specialty", "user"]
    list_select_related = ["user"]
    search_fields = ["name", "specialty", "user__username"]
    prepopulated_fields = {"slug": ["name"]}

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return "__" not in lookup and super().lookup_allowed(lookup, value, request)
