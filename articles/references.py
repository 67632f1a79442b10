"""Sources: adding one and mending one. What was published keeps its citations as they were made.

A citation key is what texts are written with, so it stays as it is from the first citation on.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from articles.bibliography.identifiers import normalise_doi, normalise_isbn, normalise_pmcid, normalise_pmid, safe_url
from articles.history import record
from articles.models import Reference, User
from articles.models.reference import CITATION_KEY
from articles.refusal import Refused, Stale
from articles.sealing import digest

NORMALISED: Mapping[str, Callable[[str], str]] = {
    "doi": normalise_doi,
    "pmid": normalise_pmid,
    "pmcid": normalise_pmcid,
    "isbn": normalise_isbn,
    "url": safe_url,
    "archive_url": safe_url,
}
NAMES = {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID", "isbn": "ISBN", "url": "Web address", "archive_url": "Archived copy"}


@dataclass(frozen=True)
class Source:
    """What an editor types about a source."""

    key: str
    csl: Mapping[str, Any]
    source_class: str
    peer_reviewed: bool = False
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    isbn: str = ""
    url: str = ""
    archive_url: str = ""


def source_of(reference: Reference) -> Source:
    return Source(**{name: getattr(reference, name) for name in Source.__dataclass_fields__})


def seen(reference: Reference) -> str:
    """Names the state of a source that a screen shows, so that a stale screen overwrites nothing."""
    return digest(asdict(source_of(reference)))


@transaction.atomic
def add_reference(source: Source, *, by: User, raw: str = "", provenance: Mapping[str, str] | None = None) -> Reference:
    """A source that texts can cite from now on; `raw` and `provenance` tell what was pasted, and who said what."""
    source = _sound(source, known=None)
    reference = _stored(
        Reference(**asdict(source), raw=raw, provenance=dict(provenance or {}), added_by=by, added_at=timezone.now())
    )
    record("reference.added", by=by, key=source.key)
    return reference


@transaction.atomic
def change_reference(reference_id: int, source: Source, *, base: str, by: User) -> Reference:
    """Mends a source. Drafts show it when next saved; what was signed or published stays as it was cited."""
    reference = Reference.objects.select_for_update().get(pk=reference_id)
    before = source_of(reference)
    if seen(reference) != base:
        raise Stale("Somebody else changed this reference while you had it open. Compare, and save again if you still mean it.")
    source = _sound(source, known=reference)
    changed = {name: [old, new] for name, old in asdict(before).items() if (new := getattr(source, name)) != old}
    if changed:
        for name, (_, new) in changed.items():
            setattr(reference, name, new)
        _stored(reference)
        record("reference.changed", by=by, key=source.key, changes=changed)
    return reference


def is_cited(reference: Reference) -> bool:
    return reference.citations.exists()


def matching(text: str) -> QuerySet[Reference]:
    """Sources in which every word asked for occurs: in the key, an identifier, an author's name, the title or the journal."""
    found = Reference.objects.filter(merged_into=None).order_by("key").annotate(whole=Cast("csl", TextField()))
    for word in text.replace("\x00", "").split()[:8]:
        escaped = json.dumps(word)[1:-1]  # SQLite keeps the letters of a list as JSON wrote them
        spellings = {word, escaped}
        anywhere = reduce(or_, (Q(whole__icontains=spelling) for spelling in spellings))  # cheap, so that few are taken apart
        author = reduce(or_, (Q(csl__author__icontains=spelling) for spelling in spellings))
        described = Q(csl__title__icontains=word) | author | Q(**{"csl__container-title__icontains": word})
        numbered = Q(doi__icontains=word) | Q(pmid=word) | Q(pmcid__iexact=word)
        found = found.filter(Q(key__icontains=word) | numbered | (anywhere & described))
    return found


def _sound(source: Source, known: Reference | None) -> Source:
    """The source in the one form we keep, or every reason against it."""
    reasons: list[str] = []
    numbers: dict[str, Any] = {}
    for name, normalise in NORMALISED.items():
        try:
            raw = getattr(source, name).strip()
            numbers[name] = normalise(raw) if raw else ""
        except ValueError as error:
            reasons.append(f"{NAMES[name]}: {error}")
    source = replace(source, key=source.key.strip(), **numbers)
    reasons += _key_faults(source.key, known)
    if not str(source.csl.get("title") or "").strip():
        reasons.append("Give the source a title.")
    if source.source_class not in Reference.Class.values:
        reasons.append("Choose what kind of source this is.")
    others = Reference.objects.exclude(pk=known.pk) if known else Reference.objects.all()
    for name, label in (("doi", "DOI"), ("pmid", "PMID")):
        number = getattr(source, name)
        twin = others.filter(**{f"{name}__iexact": number}).first() if number else None
        if twin:
            reasons.append(f"The reference {twin.key} has this {label} already: cite that one.")
    if reasons:
        raise Refused(*reasons)
    return source


def _key_faults(key: str, known: Reference | None) -> list[str]:
    if known and key != known.key and is_cited(known):
        return [f"The key {known.key} is used in texts, and so stays as it is."]
    try:
        RegexValidator(CITATION_KEY)(key)
    except ValidationError:
        return ["The key may hold letters, digits and - _ : . + only, such as garrison2020magnesium."]
    others = Reference.objects.exclude(pk=known.pk) if known else Reference.objects.all()
    return ["Another reference has this key: choose a different one."] if others.filter(key__iexact=key).exists() else []


def _stored(reference: Reference) -> Reference:
    try:
        with transaction.atomic():
            reference.save()
    except IntegrityError as error:  # somebody added the same source in this very moment
        raise Refused("Another reference with this key, DOI or PMID was added just now: look for it in the list.") from error
    return reference
