"""What a writer's browser sends: the editor's form as the page would fill it."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from articles.models import Revision
from tests import worlds
from tests.pages import Page

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


def editor(revision: Revision) -> str:
    return url("articles_article_change", revision.article_id)


def typed(revision: Revision, **changes: Any) -> dict[str, Any]:
    """The form over this revision, with what was typed into it."""
    form = {
        "base": revision.pk,
        "shown": revision.picture.sha256 if revision.picture else "",
        "title": revision.title,
        "slug": revision.slug,
        "summary": revision.summary,
        "body": revision.body,
        "picture_alt": revision.picture_alt,
        "kind": "update",
        "change_note": revision.change_note,
    }
    return {**form, **changes}


def new_article(**changes: Any) -> dict[str, Any]:
    text = worlds.TEXT
    form = {"title": text.title, "slug": text.slug, "summary": text.summary, "body": text.body, "topic": worlds.topic().pk}
    return {**form, **changes}


def png(colour: str = "teal", size: tuple[int, int] = (30, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def upload(data: bytes, name: str = "picture.png", kind: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def assert_harmless(html: str) -> None:
    """No text that somebody typed has become an element, a handler or an address that runs."""
    page = Page(html)
    assert not [e for e in page.all("script") if not e.attrs.get("src", "").startswith(("/static/", "/admin/jsi18n/"))]
    assert not [e for e in page.elements if e.tag == "img" and e.attrs.get("src") == "x"]
    assert not [name for e in page.elements for name in e.attrs if name.startswith("on") or name == "style"]
    assert not [value for value in page.values("href") if value.strip().lower().startswith(("javascript:", "data:"))]
