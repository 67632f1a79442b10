"""One way to write a moment for machines, so that feeds, sitemaps and pages agree with what readers see."""

import datetime

from django.utils import timezone


def with_zone(at: datetime.datetime) -> str:
    """ISO 8601 to the second, in the site's time zone: its day is the day that the page shows (W3C Date and Time Formats)."""
    return timezone.localtime(at).isoformat(timespec="seconds")


def day(at: datetime.datetime) -> str:
    """The day that the page shows, as ISO 8601."""
    return timezone.localdate(at).isoformat()
