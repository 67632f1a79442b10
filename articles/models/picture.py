"""Pictures, named by the hash of their own bytes: what was signed cannot be swapped under the same name."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from articles.locks import AppendOnly


class Picture(models.Model):
    """An uploaded picture, decoded and encoded anew by us: no hidden data, no script, no EXIF position."""

    sha256 = models.CharField(max_length=64, unique=True)
    extension = models.CharField(max_length=4)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    file = models.FileField(upload_to="pictures")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [AppendOnly(name="pictures_never_change")]

    def __str__(self) -> str:
        return f"{self.width} × {self.height} {self.extension} {self.sha256[:8]}"

    def get_absolute_url(self) -> str:
        return reverse("articles:picture", args=[self.sha256, self.extension])


class PictureUse(models.Model):
    """A revision shows a picture, at its head or in its text. Decides which pictures strangers may see."""

    revision = models.ForeignKey("Revision", models.PROTECT, related_name="picture_uses")
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="uses")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "picture"], name="one_use_per_revision"),
            AppendOnly(name="picture_uses_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.picture} in {self.revision}"
