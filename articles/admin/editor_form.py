"""What a writer fills in. It checks only what belongs to the form; whether the text may be saved is asked of the verb."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.text import slugify
from markdownx.widgets import MarkdownxWidget

from articles.bibliography.standing import Standing
from articles.drafting import Text, text_of
from articles.models import Citation, Page, Picture, Revision, Topic, User
from articles.pictures import store_picture
from articles.refusal import Refused

NO_ALT = (
    "Describe the picture for people who cannot see it, or tick “The picture is decorative” if it says nothing "
    "that the text does not."
)
SHA256 = re.compile("[0-9a-f]{64}")
KINDS = {
    Revision.Kind.MINOR: "Minor change: spelling, grammar or layout only; one second look, and every date stays as it is",
    Revision.Kind.CLARIFICATION: "Clarification: says the same more clearly; reviewed in full",
    Revision.Kind.CORRECTION: "Correction: something that readers were told was wrong; reviewed in full and listed as corrected",
    Revision.Kind.UPDATE: "Update: something is new; reviewed in full",
}


class MarkdownInput(MarkdownxWidget):
    """django-markdownx's editor with our own addresses, which ask who is there, in place of its open ones."""

    def __init__(self, preview_url: str, upload_url: str) -> None:
        super().__init__({"rows": 30, "spellcheck": "true"})
        self.addresses = {"data-markdownx-urls-path": preview_url, "data-markdownx-upload-urls-path": upload_url}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"].update(self.addresses)
        return context


class EditorForm(forms.Form):
    """One form over the newest draft. `base` is the revision that was typed upon, `shown` the lead picture so far."""

    base = forms.IntegerField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label="Title", required=False, max_length=5000, widget=forms.TextInput(attrs={"maxlength": 200}))
    slug = forms.CharField(
        label="Address", required=False, max_length=5000, widget=forms.TextInput(attrs={"maxlength": 120}),
        help_text="The end of the page’s address. If it changes later on, the old address leads to the new one for good.",
    )  # fmt: skip
    topic = forms.ModelChoiceField(Topic.objects.all(), label="Topic", empty_label="Choose a topic")
    summary = forms.CharField(
        label="Summary", required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": 400}),
        help_text="What a reader learns here, in one to three sentences. It stands under the title, and in lists.",
    )  # fmt: skip
    body = forms.CharField(
        label="Text", required=False, strip=False,
        help_text="Markdown: ## heading, - list, **strong**. Cite a source as [@key]; the numbers and the list make themselves. "
        "[also read: leg-cramps], on a line of its own, points to another live article by its address.",
    )  # fmt: skip
    picture = forms.FileField(
        label="Upload a picture", required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text="JPEG, PNG, WebP or GIF, up to 8 MB. Hidden data such as the place it was taken is removed.",
    )  # fmt: skip
    remove_picture = forms.BooleanField(label="Remove this picture", required=False)
    picture_alt = forms.CharField(
        label="Description of the picture", required=False, widget=forms.TextInput(attrs={"maxlength": 300}),
        help_text="Read aloud to people who cannot see it: what does it show that matters here?",
    )  # fmt: skip
    picture_decorative = forms.BooleanField(
        label="The picture is decorative: it says nothing that the text does not", required=False
    )
    kind = forms.ChoiceField(
        label="Kind of change", choices=KINDS.items(), widget=forms.RadioSelect, initial=Revision.Kind.UPDATE
    )
    change_note = forms.CharField(
        label="What changed, and why", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
        help_text="Readers see this note. It is needed before the new version can be published; of a minor change, say what was "
        "mended and why.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, by: User, draft: Revision | None, page: Page | None, addresses: tuple[str, str], **kwargs: Any
    ) -> None:
        """`page` is what readers have or had, if they ever did; `addresses` are the preview's and the upload's."""
        super().__init__(*args, **kwargs)
        self.by, self.draft, self.published = by, draft, page.slug if page else ""
        self.stored: Picture | None = None
        self.fields["body"].widget = MarkdownInput(*addresses)
        for name in _not_asked(draft, self.published):
            del self.fields[name]
        if page and page.withdrawal_id:
            self._without_minor()
        self.retracted = _retracted(draft)
        for citation in self.retracted:
            self.fields[retracted_field(citation.reference_id)] = _reason_field(citation)

    def _without_minor(self) -> None:
        """Nothing is out that a minor change could rest on."""
        kinds = [(kind, said) for kind, said in KINDS.items() if kind != Revision.Kind.MINOR]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        if self.initial.get("kind") == Revision.Kind.MINOR:
            self.initial["kind"] = Revision.Kind.UPDATE

    @property
    def current_picture(self) -> Picture | None:
        """The picture as the form would save it: a new upload, else the one shown unless it is to be removed."""
        if self.stored:
            return self.stored
        name = self["shown"].value() or ""
        return Picture.objects.filter(sha256=name).first() if SHA256.fullmatch(name) else None

    def clean_picture(self) -> UploadedFile | None:
        upload = self.cleaned_data["picture"]
        if not upload:
            return None
        if not self.by.has_perm("articles.add_picture"):
            raise forms.ValidationError("Your account may not upload pictures. Ask an editor to add it.")
        try:
            self.stored = store_picture(upload, by=self.by)
        except Refused as refusal:
            raise forms.ValidationError(list(refusal.reasons)) from refusal
        return None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        alt, decorative = cleaned.get("picture_alt"), cleaned.get("picture_decorative")
        if self._picture():
            if decorative and alt:
                self.add_error("picture_alt", "You described the picture and also called it decorative: choose one of the two.")
            if not decorative and not alt:
                self.add_error("picture_alt", NO_ALT)
        return cleaned

    def text(self) -> Text:
        """What was typed, for the verb."""
        typed = self.cleaned_data
        picture = self._picture()
        return Text(
            slug=typed.get("slug") or self.published or slugify(typed["title"])[:120],
            title=typed["title"],
            summary=typed["summary"],
            body=typed["body"],
            picture=picture,
            picture_alt=typed["picture_alt"] if picture else "",
            picture_decorative=typed["picture_decorative"] if picture else False,
            kind=typed.get("kind", Revision.Kind.UPDATE),
            change_note=typed.get("change_note", ""),
            retracted_reasons={key: typed[name] for citation in self.retracted for key, name in _keys_and_field(citation)},
        )

    def _picture(self) -> Picture | None:
        return self.stored or (None if self.cleaned_data.get("remove_picture") else self.current_picture)

    def moved_to(self, draft: Revision) -> "EditorForm":
        """The same words, from now on typed upon another draft: the next save goes through deliberately."""
        return self._with("base", str(draft.pk))

    def keep_upload(self) -> "EditorForm":
        """A picture that was stored is not asked for again because something else was wrong."""
        return self._with("shown", self.stored.sha256) if self.stored else self

    def _with(self, name: str, value: str) -> "EditorForm":
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[name] = value
        self.data = data
        return self


def retracted_field(reference_id: int) -> str:
    """The name of the field that asks why a retracted source is cited."""
    return f"retracted_{reference_id}"


def _retracted(draft: Revision | None) -> list[Citation]:
    if draft is None:
        return []
    cited = draft.citations.select_related("reference__merged_into")
    return [c for c in cited if (c.reference.merged_into or c.reference).standing == Standing.retracted]


def _reason_field(citation: Citation) -> forms.CharField:
    return forms.CharField(
        label="Why it is cited although it was retracted", required=False, max_length=500, initial=citation.retracted_reason,
        help_text="Readers see this. Without it nobody can sign or publish the text.",
        widget=forms.Textarea(attrs={"rows": 2, "form": "editor"}),
    )  # fmt: skip


def _keys_and_field(citation: Citation) -> list[tuple[str, str]]:
    """A source that was merged meanwhile is cited under the other key from this save on."""
    kept = citation.reference.merged_into or citation.reference
    return [(key, retracted_field(citation.reference_id)) for key in {citation.key, kept.key}]


def initial_of(draft: Revision) -> dict[str, Any]:
    text = text_of(draft)
    out = draft.publications.exists()  # a new change has a note of its own
    return {
        **{name: getattr(text, name) for name in ("slug", "title", "summary", "body", "picture_alt", "picture_decorative")},
        "base": draft.pk,
        "shown": draft.picture.sha256 if draft.picture else "",
        "kind": Revision.Kind.UPDATE if out or text.kind == Revision.Kind.FIRST else text.kind,
        "change_note": "" if out else text.change_note,
    }


def _not_asked(draft: Revision | None, published: str) -> list[str]:
    if draft is None:
        return ["kind", "change_note", "remove_picture"]
    if not published:
        return ["topic", "kind", "change_note"]
    return ["topic"]
