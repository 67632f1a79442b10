"""The form for a source: plain fields over CSL-JSON. Whatever the form does not know stays as it was."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms

from articles.models import Reference
from articles.references import NORMALISED, Source

TYPES = {
    "article-journal": "Journal article",
    "article": "Preprint",
    "book": "Book",
    "chapter": "Chapter in a book",
    "report": "Report or guideline",
    "webpage": "Web page",
}
WRITTEN = {
    "title": "title",
    "container_title": "container-title",
    "abbreviation": "container-title-short",
    "volume": "volume",
    "issue": "issue",
    "pages": "page",
    "edition": "edition",
    "publisher": "publisher",
    "place": "publisher-place",
    "genre": "genre",
    "number": "number",
    "language": "language",
}
PEOPLE = {"authors": "author", "editors": "editor"}
DAYS = {"updated": "updated", "accessed": "accessed"}
ISSUED = ("year", "month", "day")


def _text(label: str, help_text: str = "", **attrs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=2000, help_text=help_text, widget=forms.TextInput(attrs=attrs))


def _people(label: str) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label, required=False, widget=widget, help_text="One to a line: Family, Given. A line without a comma is a group."
    )


def _number(label: str, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=least, max_value=most)


class SourceForm(forms.Form):
    base = forms.CharField(widget=forms.HiddenInput, required=False)
    key = forms.CharField(
        label="Citation key", required=False, max_length=200,
        help_text="What writers type: [@garrison2020magnesium]. It stays as it is once a text cites it.",
    )  # fmt: skip
    type = forms.ChoiceField(label="Type")
    source_class = forms.ChoiceField(label="Kind of source", choices=[("", "Choose"), *Reference.Class.choices], required=False)
    peer_reviewed = forms.BooleanField(label="Peer reviewed", required=False)
    title = forms.CharField(label="Title", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    authors = _people("Authors")
    editors = _people("Editors")
    container_title = _text("Journal, book or web site")
    abbreviation = _text("Journal, abbreviated", "As in the NLM Catalog: Cochrane Database Syst Rev")
    year = _number("Year", 1000, 2999)
    month = _number("Month", 1, 12)
    day = _number("Day", 1, 31)
    volume = _text("Volume")
    issue = _text("Issue")
    pages = _text("Pages", "As printed: 284-290, or e1000097")
    edition = _text("Edition", "Such as 2nd")
    publisher = _text("Publisher")
    place = _text("Place")
    genre = _text("Series", "Such as NICE guideline")
    number = _text("Number", "Such as NG59")
    language = _text("Language", "Two letters: en, de, fr")
    updated = forms.DateField(label="Updated on", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    accessed = forms.DateField(label="Read on", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    doi = _text("DOI", "10.1000/xyz123, or an address with it")
    pmid = _text("PMID")
    pmcid = _text("PMCID")
    isbn = _text("ISBN")
    url = _text("Web address")
    archive_url = _text("Archived copy", "Where the page can still be read as it was, such as web.archive.org")

    def __init__(self, *args: Any, reference: Reference | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.csl: dict[str, Any] = dict(reference.csl) if reference else {}
        kind = str(self.csl.get("type", ""))
        self.fields["type"].choices = [*TYPES.items(), *([(kind, kind)] if kind and kind not in TYPES else [])]  # type: ignore[attr-defined]
        for name in NORMALISED:
            setattr(self, f"clean_{name}", lambda name=name: self._normalised(name))

    def _normalised(self, name: str) -> str:
        try:
            return NORMALISED[name](self.cleaned_data[name]) if self.cleaned_data[name].strip() else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        year, month, day = (cleaned.get(name) for name in ISSUED)
        if (month and not year) or (day and not month):
            self.add_error("year", "A day needs its month, and a month its year.")
        elif year and month and day:
            try:
                datetime.date(year, month, day)
            except ValueError:
                self.add_error("day", "There is no such day.")
        return cleaned

    def source(self) -> Source:
        typed = self.cleaned_data
        names = ("key", "source_class", "peer_reviewed", *NORMALISED)
        return Source(csl=self._described(), **{name: typed[name] for name in names})

    def _described(self) -> dict[str, Any]:
        """The description with what was changed; a field that still says what was shown is left alone."""
        shown, typed, csl = shown_of(self.csl), self.cleaned_data, dict(self.csl)
        csl["type"] = typed["type"]
        for name, variable in WRITTEN.items():
            if (text := " ".join(typed[name].split())) != shown.get(name, ""):
                _set(csl, variable, text)
        for name, variable in PEOPLE.items():
            lines = [" ".join(line.split()) for line in typed[name].splitlines() if line.strip()]
            if lines != shown.get(name, "").splitlines():
                known = {written(person): person for person in _list(csl.get(variable))}
                _set(csl, variable, [known.get(line) or _person(line) for line in lines])
        for name, variable in DAYS.items():
            if typed[name] != shown.get(name):
                day = typed[name]
                _set(csl, variable, {"date-parts": [[day.year, day.month, day.day]]} if day else None)
        if any(typed[name] != shown.get(name) for name in ISSUED):
            parts = [typed[name] for name in ISSUED if typed[name]]
            _set(csl, "issued", {"date-parts": [parts]} if parts else None)
        return csl


def described(typed: Mapping[str, Any]) -> dict[str, Any]:
    """A short description, of the few fields that are asked where nothing was understood."""
    csl: dict[str, Any] = {"type": typed.get("type") or "article-journal"}
    _set(csl, "title", " ".join(typed["title"].split()))
    _set(csl, "author", [_person(" ".join(line.split())) for line in typed["authors"].splitlines() if line.strip()])
    _set(csl, "container-title", " ".join(typed["container_title"].split()))
    _set(csl, "issued", {"date-parts": [[typed["year"]]]} if typed["year"] else None)
    return csl


def initial_of(reference: Reference) -> dict[str, Any]:
    plain = ("key", "source_class", "peer_reviewed", *NORMALISED)
    return {**{name: getattr(reference, name) for name in plain}, **shown_of(reference.csl), "type": reference.csl.get("type")}


def shown_of(csl: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of a description."""
    shown: dict[str, Any] = {name: " ".join(str(csl.get(variable) or "").split()) for name, variable in WRITTEN.items()}
    for name, variable in PEOPLE.items():
        shown[name] = "\n".join(filter(None, (written(person) for person in _list(csl.get(variable)))))
    for name, variable in DAYS.items():
        parts = _parts(csl.get(variable))
        shown[name] = datetime.date(*parts) if len(parts) == 3 else None
    for name, part in zip(ISSUED, _parts(csl.get("issued")), strict=False):
        shown[name] = part
    return shown


def written(person: Any) -> str:
    """A name on its line: "Family, Given", or the name of a group."""
    if not isinstance(person, Mapping):
        return ""
    particles = (person.get("dropping-particle"), person.get("non-dropping-particle"), person.get("family"))
    family = " ".join(str(part) for part in particles if part)
    given = " ".join(str(part) for part in (person.get("given"), person.get("suffix")) if part)
    return " ".join((", ".join(filter(None, (family, given))) or str(person.get("literal") or person.get("name") or "")).split())


def _person(line: str) -> dict[str, str]:
    family, comma, given = (part.strip() for part in line.partition(","))
    return {"family": family, "given": given} if comma and family else {"literal": line}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _parts(value: Any) -> list[int]:
    """Year, month and day of a CSL date as far as it has them; nothing where it says more than three fields can show."""
    try:
        dates = value["date-parts"]
        parts = [int(part) for part in dates[0]][:3]
        datetime.date(*([*parts, 1, 1][:3]))
    except (TypeError, KeyError, IndexError, ValueError):
        return []
    return parts


def _set(csl: dict[str, Any], variable: str, value: Any) -> None:
    if value:
        csl[variable] = value
    else:
        csl.pop(variable, None)
