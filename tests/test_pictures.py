import io
import struct
import zlib

import pytest
from PIL import Image

from articles.models import Article, Picture
from articles.pictures import store_picture
from articles.refusal import Refused
from tests import office, worlds

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
SCRIPT = b"<!doctype html><script>alert(1)</script>"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side: int) -> bytes:
    """A PNG that says it is very large and holds next to nothing."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + chunk(b"IEND", b"")


HOSTILE = {
    "svg": (SVG, "x.svg", "image/svg+xml"),
    "svg called png": (SVG, "x.png", "image/png"),
    "script called gif": (SCRIPT, "x.gif", "image/gif"),
    "gif head on a script": (b"GIF89a" + SCRIPT, "x.gif", "image/gif"),
    "bomb": (bomb(30_000), "x.png", "image/png"),
    "truncated": (office.png(size=(300, 300))[:400], "x.png", "image/png"),
    "no bytes": (b"", "x.png", "image/png"),
    "tiff": (b"II*\0" + b"\0" * 64, "x.tif", "image/tiff"),
    "too large": (b"\xff\xd8\xff" + b"\0" * (8 * 1024 * 1024 + 1), "x.jpg", "image/jpeg"),
    "pdf": (b"%PDF-1.4\n", "x.png", "image/png"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_not_a_sound_picture_is_refused_and_told(cast, as_user, what):
    answer = as_user(cast.wren).post(office.url("articles_article_upload"), {"image": office.upload(*HOSTILE[what])})
    assert answer.status_code in (400, 422)
    assert answer.json()["errors"][0]
    assert not Picture.objects.exists()


def test_an_upload_without_a_file_is_told(cast, as_user):
    for data in ({}, {"image": "text"}):
        answer = as_user(cast.wren).post(office.url("articles_article_upload"), data)
        assert answer.status_code == 400 and answer.json()["errors"]


def test_a_picture_gets_its_own_name_and_the_same_one_is_one_record(cast, as_user):
    for _ in range(2):
        file = office.upload(office.png(), "../../x.svg")
        answer = as_user(cast.wren).post(office.url("articles_article_upload"), {"image": file})
        picture = Picture.objects.get()
        assert answer.json() == {"path": f"/pictures/{picture.sha256}.png", "width": 30, "height": 20}


def stored(picture, by, **hidden):
    out = io.BytesIO()
    picture.save(out, "JPEG", **hidden)
    return store_picture(office.upload(out.getvalue() + SCRIPT, "x.jpg"), by=by).file.read()


def test_the_place_where_a_picture_was_taken_and_what_follows_it_are_not_kept(cast):
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    kept = stored(Image.new("RGB", (20, 10), "red"), cast.wren, exif=exif)
    assert b"secret" not in kept and b"<script" not in kept
    assert Image.open(io.BytesIO(kept)).size == (20, 10)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_a_colour_profile_or_xmp_inside_a_picture_is_not_kept(cast, kind):
    buffer = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(buffer, kind, icc_profile=SCRIPT, xmp=SCRIPT)
    kept = store_picture(office.upload(buffer.getvalue()), by=cast.wren).file.read()
    assert SCRIPT in buffer.getvalue() or kind == "PNG"
    assert b"<script" not in kept


def test_a_comment_inside_a_picture_is_not_kept(cast):
    assert b"<script" not in stored(Image.new("RGB", (20, 10), "red"), cast.wren, comment=SCRIPT)


def test_a_picture_cannot_be_uploaded_without_the_right_to(cast, as_user):
    answer = as_user(cast.fay).post(office.url("articles_article_upload"), {"image": office.upload(office.png())})
    assert answer.status_code == 403
    assert not Picture.objects.exists()


def test_a_bomb_is_refused_before_it_goes_off():
    with pytest.raises(Refused):
        store_picture(office.upload(bomb(20_000)), by=None)  # type: ignore[arg-type]


def save(client, draft, **changes):
    return client.post(office.editor(draft), office.typed(draft, **changes))


def test_a_lead_picture_is_saved_with_its_description(cast, as_user):
    draft = worlds.drafted(cast)
    answer = save(as_user(cast.wren), draft, picture=office.upload(office.png()), picture_alt="A calf")
    assert answer.status_code == 302
    saved = Article.objects.get().draft
    assert (saved.picture, saved.picture_alt, saved.picture_decorative) == (Picture.objects.get(), "A calf", False)


def test_a_lead_picture_needs_a_description_or_to_be_called_decorative(cast, as_user):
    draft, client = worlds.drafted(cast), as_user(cast.wren)
    answer = save(client, draft, picture=office.upload(office.png()), title="Typed meanwhile")
    page = answer.content.decode()
    assert answer.status_code == 422 and "Describe the picture for people who cannot see it" in page
    assert "Typed meanwhile" in page
    shown = Picture.objects.get().sha256
    assert answer.context["form"]["shown"].value() == shown  # it need not be uploaded again
    assert save(client, draft, shown=shown, picture_decorative="on").status_code == 302
    saved = Article.objects.get().draft
    assert saved.picture.sha256 == shown and saved.picture_decorative


def test_a_picture_is_not_both_described_and_decorative(cast, as_user):
    draft = worlds.drafted(cast)
    answer = save(as_user(cast.wren), draft, picture=office.upload(office.png()), picture_alt="A calf", picture_decorative="on")
    assert answer.status_code == 422 and "choose one of the two" in answer.content.decode()


def test_a_lead_picture_is_kept_and_can_be_removed(cast, as_user):
    picture = store_picture(office.upload(office.png()), by=cast.wren)
    draft, client = worlds.drafted(cast, picture=picture, picture_alt="A calf"), as_user(cast.wren)
    save(client, draft, title="Other")
    draft = Article.objects.get().draft
    assert draft.picture == picture
    assert save(client, draft, remove_picture="on").status_code == 302
    draft = Article.objects.get().draft
    assert (draft.picture, draft.picture_alt) == (None, "")


@pytest.mark.parametrize("what", ["svg", "script called gif", "bomb", "truncated", "no bytes"])
def test_a_lead_picture_that_is_none_is_refused_and_the_text_kept(cast, as_user, what):
    draft = worlds.drafted(cast)
    answer = save(as_user(cast.wren), draft, picture=office.upload(*HOSTILE[what]), title="Typed meanwhile", picture_alt="x")
    assert answer.status_code == 422
    assert "Typed meanwhile" in answer.content.decode()
    assert draft.article.revisions.count() == 1


@pytest.mark.parametrize("shown", ["0" * 64, "x", "' OR 1=1 --", "../../etc/passwd", "a" * 5000, "\0" * 64])
def test_a_picture_that_was_never_uploaded_cannot_be_named(cast, as_user, shown):
    draft = worlds.drafted(cast)
    assert save(as_user(cast.wren), draft, shown=shown, title="Other", picture_alt="x").status_code in (302, 422)
    assert Article.objects.get().draft.picture is None
