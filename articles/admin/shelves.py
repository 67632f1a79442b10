"""Topics, and the public faces of people: edited in place by editors, with an event for every change."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q

from articles.admin.recorded import RecordedAdmin
from articles.models import Contributor, Topic, User

EDITS = "articles.edit_any_article"
GRANTED_BY = "django.contrib.auth.backends.ModelBackend"


class PersonField(forms.ModelChoiceField):
    """One of the staff who may edit every article. Without the admin's pop-ups, which would lead into their accounts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.none(), required=False, empty_label="Nobody", **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.printed_name}{'' if obj.is_active else ' (has left)'}"

    def offer(self, chosen: int | None) -> None:
        """Whoever is chosen already can stay, so that the rest of a topic can be changed after they have left."""
        staff = User.objects.with_perm(EDITS, backend=GRANTED_BY).filter(is_staff=True)
        people = User.objects.filter(Q(pk__in=staff.values("pk")) | Q(pk=chosen))
        self.queryset = people.select_related("contributor").order_by("contributor__name", "username")


class TopicForm(forms.ModelForm):
    editor = PersonField(help_text="Hears of reports from readers and of reviews that fall due; empty: the owner of each article")
    deputy = PersonField(help_text="Is reminded together with the editor")

    class Meta:
        model = Topic
        fields = ["name", "slug", "parent", "description", "specialty", "review_interval_months", "editor", "deputy"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["editor"].offer(self.instance.editor_id)  # type: ignore[attr-defined]
        self.fields["deputy"].offer(self.instance.deputy_id)  # type: ignore[attr-defined]

    def clean_deputy(self) -> User | None:
        deputy: User | None = self.cleaned_data["deputy"]
        if deputy and deputy == self.cleaned_data.get("editor"):
            raise forms.ValidationError("The deputy is somebody else than the editor.")
        return deputy

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
    kept = ("name", "slug", "parent_id", "description", "specialty", "review_interval_months", "editor_id", "deputy_id")
    form = TopicForm
    list_display = ["name", "parent", "edited_by", "review_interval_months"]
    list_select_related = ["parent", "editor__contributor"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    @admin.display(description="editor")
    def edited_by(self, topic: Topic) -> str:
        return topic.editor.printed_name if topic.editor else "–"


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
