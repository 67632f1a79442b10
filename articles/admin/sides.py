"""The two sides of a comparison: everything a reader is told, part by part, as plain text."""

import html
import re

from articles.citing import cite
from articles.drafting import Text
from articles.models import Citation, Picture, Revision

_TAG = re.compile(r"<[^>]*>")


def side_of(revision: Revision) -> dict[str, str]:
    """A saved revision, with its citations as they were cited then."""
    return {
        **_words(revision),
        "Kind of change": revision.get_kind_display(),
        "What changed": revision.change_note,
        "Sources": _sources(list(revision.citations.all())),
    }


def side_of_text(text: Text, draft: Revision) -> dict[str, str]:
    """What somebody typed and could not save. The kind is compared only where it was asked for."""
    first = draft.kind == Revision.Kind.FIRST and not draft.publications.exists()
    tidy = text.tidied()
    return {
        **_words(tidy),
        "Kind of change": draft.get_kind_display() if first else Revision.Kind(tidy.kind).label,
        "What changed": "" if first else tidy.change_note,
        "Sources": _sources(cite(tidy.body, tidy.retracted_reasons)),
    }


def _words(text: Text | Revision) -> dict[str, str]:
    return {
        "Title": text.title,
        "Address": text.slug,
        "Summary": text.summary,
        "Picture": _picture(text.picture, text.picture_alt, decorative=text.picture_decorative),
        "Text": text.body,
    }


def _picture(picture: Picture | None, alt: str, *, decorative: bool) -> str:
    if picture is None:
        return ""
    return f"{picture}\n" + ("Decorative" if decorative else f"Description: {alt}")


def _sources(citations: list[Citation]) -> str:
    lines = [(f"{c.number}. {html.unescape(_TAG.sub('', c.entry))}", c.retracted_reason) for c in citations]
    return "\n".join(f"{line} (cited although it was retracted: {why})" if why else line for line, why in lines)
