"""Smaller copies of pictures for small places: cards, telephones. Drawn from the signed picture when first asked for."""

import io

from django.core.files.base import ContentFile, File
from PIL import Image

from articles.models import Picture

WIDTHS = (320, 640)  # pixels


def rendition(picture: Picture, width: int) -> File:
    """The picture at one of WIDTHS, as WebP, opened; its height follows. Raises FileNotFoundError if the original is gone."""
    storage, name = picture.file.storage, f"pictures/{picture.sha256}-{width}.webp"
    if not storage.exists(name):
        storage.save(name, ContentFile(_drawn(picture, width)))  # of two at once, the second is kept under another name
    return storage.open(name, "rb")


def _drawn(picture: Picture, width: int) -> bytes:
    with picture.file.open("rb") as original:
        image: Image.Image = Image.open(original)
        image.thumbnail((width, width * 4))
        out = io.BytesIO()
        image.save(out, "WEBP", quality=80)
    return out.getvalue()
