"""Finished answers of the reader's site, packed for sending. Written by `stored_responses` alone, and never believed unsealed."""

from django.db import models


class StoredResponse(models.Model):
    """The whole answer at one public address, as it was in one version of the site; the next version writes over it.

    It holds nothing that cannot be made again, and is sent only while the site is at that version (RFC 9111 calls it a
    stored response).
    """

    address = models.CharField(max_length=200, primary_key=True, help_text="Scheme and path: https:/articles/leg-cramps/")
    version = models.CharField(max_length=32, help_text="Of the whole site")
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(help_text="Pairs of name and value")
    made_at = models.DateTimeField(help_text="When these bytes were first the answer")
    sha256 = models.CharField(max_length=64, help_text="Of the answer as it is read")
    gzip = models.BinaryField()
    gzip_sha256 = models.CharField(max_length=64)
    brotli = models.BinaryField()
    brotli_sha256 = models.CharField(max_length=64)
    seal = models.CharField(max_length=81)

    def __str__(self) -> str:
        return self.address
