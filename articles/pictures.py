"""Uploads: what a picture is, is decided by decoding it, never by its name or what the browser calls it.

Every picture is drawn anew by Pillow and named by the hash of the result, so that nothing hidden in a file (scripts,
EXIF positions, a second format) is kept, and nothing published can be replaced under its own name.
"""

import io
import warnings

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

from articles.history import record
from articles.models import Picture, User
from articles.refusal import Refused
from articles.sealing import sha256

LARGEST_FILE = 8 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000
WIDEST = 1600  # pixels, as stored
FORMATS = {"JPEG": ("JPEG", "jpg"), "PNG": ("PNG", "png"), "WEBP": ("WEBP", "webp"), "GIF": ("PNG", "png")}
NOT_A_PICTURE = "This is not a picture that can be used: upload a JPEG, PNG, WebP or GIF file. SVG is not accepted."


def store_picture(upload: UploadedFile, *, by: User) -> Picture:
    """Keeps an uploaded picture; the same picture uploaded twice is one record. Raises Refused with what is wrong."""
    if upload.size is None or upload.size > LARGEST_FILE:
        raise Refused(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB: save it smaller and upload it again.")
    data, extension, size = _redrawn(upload.read())
    name = sha256(data)
    if known := Picture.objects.filter(sha256=name).first():
        return known
    try:
        return _stored(name, data, extension, size, by)
    except IntegrityError:  # the same picture arrived twice at once
        return Picture.objects.get(sha256=name)


def _stored(name: str, data: bytes, extension: str, size: tuple[int, int], by: User) -> Picture:
    width, height = size
    with transaction.atomic():
        picture = Picture(sha256=name, extension=extension, width=width, height=height, uploaded_by=by, at=timezone.now())
        picture.file.save(f"{name}.{extension}", ContentFile(data), save=False)
        picture.save(force_insert=True)
        record("picture.uploaded", by=by, sha256=name)
        return picture


def _redrawn(data: bytes) -> tuple[bytes, str, tuple[int, int]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(data), formats=list(FORMATS))
            if image.width * image.height > MOST_PIXELS:
                raise Refused(f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels: save it smaller.")
            kind, extension = FORMATS[image.format or ""]
            image = ImageOps.exif_transpose(image)
            image.thumbnail((WIDEST, WIDEST * 2))
            alpha = kind != "JPEG" and (image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info)
            image = image.convert("RGBA" if alpha else "RGB")
            image.info = {}  # or Pillow would write comments, profiles and XMP back
            out = io.BytesIO()
            image.save(out, kind, **({"quality": 85} if kind in {"JPEG", "WEBP"} else {"optimize": True}))
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(NOT_A_PICTURE) from error
    except (OSError, ValueError, SyntaxError, KeyError, EOFError, MemoryError) as error:
        raise Refused("The picture is damaged or cut short: open it, save it again, and upload that file.") from error
    return out.getvalue(), extension, image.size
