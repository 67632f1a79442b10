"""The box for whatever a writer pastes, and for each source found in it what they may still decide."""

from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe

from articles.adding import Candidate, choosing, duplicate_of
from articles.admin.source_form import TYPES, described
from articles.admin.source_words import FIELDS, NoticeRow, badge, notice_rows, who, who_said
from articles.bibliography.draft import LARGEST_PASTE
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.links import best_url
from articles.bibliography.paste import decoded
from articles.bibliography.standing import Standing
from articles.bibliography.style import entry_html
from articles.models import Reference

LONGEST_TEXT = 500_000  # characters in the box; the form must come back with them
KINDS = {
    "doi": "a DOI", "pmid": "a PubMed number", "pmcid": "a PubMed Central number", "isbn": "an ISBN", "url": "a web address",
    "nbib": "a PubMed (.nbib) record", "ris": "a RIS record", "bibtex": "a BibTeX entry", "csl": "a CSL-JSON record",
    "pubmed-xml": "a PubMed XML record", "text": "free text",
}  # fmt: skip


class BoxForm(forms.Form):
    pasted = forms.CharField(
        label="DOI, PMID, PMCID, ISBN, web address, .nbib, RIS, BibTeX, CSL-JSON or plain text", required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}), help_text="One source or several, of different kinds.",
    )  # fmt: skip
    file = forms.FileField(
        label="Or a file", required=False, help_text="An export of PubMed, Zotero, EndNote or similar, up to 5 MB."
    )

    def clean_pasted(self) -> str:
        text = str(self.cleaned_data["pasted"])
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(f"This is longer than {LONGEST_TEXT:,} characters. Save it as a file and choose that.")
        return text

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file and (file.size or 0) > LARGEST_PASTE:
            raise forms.ValidationError("This file is larger than 5 MB. Divide it into smaller ones.")
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["pasted"].strip() and not cleaned["file"]:
            self.add_error("pasted", "Paste something, or choose a file.")
        return cleaned

    def text(self) -> str:
        """All of it; what no database keeps is left out."""
        file = self.cleaned_data["file"]
        parts = [self.cleaned_data["pasted"], decoded(file.read()) if file else ""]
        return "\n\n".join(part for part in parts if part.strip()).replace("\x00", "")


class ItemForm(forms.Form):
    """One source. The few fields of its description are asked only where nothing was understood."""

    carried = forms.CharField(widget=forms.HiddenInput)
    include = forms.BooleanField(label="Add this source", required=False)
    key = forms.CharField(label="Citation key", required=False, max_length=200)
    type = forms.ChoiceField(label="Type", choices=[*TYPES.items()], required=False)
    title = forms.CharField(label="Title", required=False, max_length=2000)
    authors = forms.CharField(
        label="Authors", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One to a line: Family, Given",
    )  # fmt: skip
    container_title = forms.CharField(label="Journal, book or web site", required=False, max_length=2000)
    year = forms.IntegerField(label="Year", required=False, min_value=1000, max_value=2999)
    source_class = forms.ChoiceField(label="Kind of source", choices=Reference.Class.choices)
    peer_reviewed = forms.BooleanField(label="Peer reviewed", required=False)

    def __init__(self, *args: Any, candidate: Candidate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidate = candidate
        for number, difference in enumerate(candidate.differences):
            label = FIELDS.get(difference.field, difference.field)
            self.fields[f"choice{number}"] = forms.ChoiceField(
                label=label[:1].upper() + label[1:],
                widget=forms.RadioSelect,
                choices=[
                    ("typed", f"As pasted: {difference.typed}"),
                    ("found", f"As {who(difference.register)} says: {difference.found}"),
                ],
                initial="typed",
                required=False,
            )

    def chosen(self) -> Candidate:
        """The source as the writer left it."""
        typed, differences = self.cleaned_data, self.candidate.differences
        prefers = [d for number, d in enumerate(differences) if typed.get(f"choice{number}") == "found"]
        candidate = choosing(self.candidate, prefers)
        if not candidate.draft.csl.get("title"):
            csl = {**candidate.draft.csl, **described(typed)}
            provenance = {**candidate.draft.provenance, **dict.fromkeys(csl, "typed")}
            candidate = replace(candidate, draft=replace(candidate.draft, csl=csl, provenance=provenance))
        return replace(
            candidate, key=typed["key"].strip(), source_class=typed["source_class"], peer_reviewed=typed["peer_reviewed"]
        )


class Item:
    """One source of the paste, as the page shows it."""

    def __init__(self, number: int, candidate: Candidate, form: ItemForm, same_as: int = 0) -> None:
        self.number, self.candidate, self.form, self.same_as = number, candidate, form, same_as
        self.draft = candidate.draft
        self.kind = KINDS.get(candidate.draft.kind, candidate.draft.kind)

    @cached_property
    def duplicate(self) -> Reference | None:
        return duplicate_of(self.draft.identifiers)

    @property
    def lacks_title(self) -> bool:
        return not self.draft.csl.get("title")

    @property
    def raw(self) -> str:
        return self.draft.raw if self.draft.kind == "text" else ""

    @property
    def entry(self) -> str:
        if self.lacks_title:
            return ""
        return mark_safe(entry_html(self.draft.csl, self.draft.identifiers, settings.REFERENCE_STYLE, self.draft.notices))

    @property
    def identifiers(self) -> list[tuple[str, str, str]]:
        """Each with its name and where it leads, if anywhere."""
        ids = {name: value for name, value in asdict(self.draft.identifiers).items() if value}
        return [(FIELDS[name], value, best_url(Identifiers(**{name: value}))) for name, value in ids.items()]

    @property
    def standing(self) -> str:
        told = self.candidate.standing
        return badge(told if told != Standing.unknown or not self.duplicate else self.duplicate.standing)

    @property
    def notices(self) -> list[NoticeRow]:
        told = (*self.draft.notices, *(notice for answer in self.candidate.answers for notice in answer.notices))
        return notice_rows(dict.fromkeys(told))

    @property
    def who_said(self) -> list[tuple[str, str]]:
        return who_said(self.draft.provenance)

    @property
    def choices(self) -> list[Any]:
        return [self.form[name] for name in self.form.fields if name.startswith("choice")]
