"""Pages that were drawn with an earlier look are drawn anew when they are next asked for, one by one, never all at once.

Only whoever keeps the signatures can say that a page may be built from its records: see BUILDERS.
"""

import logging

from django.db import Error

from articles import replica
from articles.look import BUILDERS, fingerprint
from articles.models import Page
from articles.refusal import Refused
from articles.waiting import without_waiting

log = logging.getLogger(__name__)


def renewed(page: Page) -> Page:
    """The page in today's look. Where it cannot be built now, it is served as it stands: its words are the same."""
    if page.look == fingerprint():
        return page
    try:
        with without_waiting():
            for build in BUILDERS:
                build(page.pk)
    except (Refused, Error) as fault:
        log.warning("The page of article %s could not be drawn anew: %s", page.pk, fault)
        return page
    with replica.reading(replica.PRIMARY):  # a replica has the old one for some moments more
        return Page.objects.with_latest().get(pk=page.pk)
