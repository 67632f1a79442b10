"""A house full of words that nobody may read yet, or any more: what every public answer is held against."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

from django.db import connection

from articles.locks import suspended
from reviews import publishing
from reviews.models import Publication
from tests import worlds

UNSIGNED = ("zebra", "walrus", "gannet", "lemming")  # in no word, address or name of what is live


def around(cast: SimpleNamespace) -> Publication:
    """One live article, between a draft, one waiting, a newer draft of its own and one withdrawn. Their words: UNSIGNED."""
    worlds.drafted(cast, slug="zebra-draft", title="Zebra, a draft", summary="Zebra.", body="## Zebra\n\nZebra words.")
    worlds.approved(cast, worlds.drafted(cast, slug="walrus-waits", title="Walrus waits", summary="Walrus.", body="Walrus."))
    live = worlds.published(cast)
    worlds.redrafted(live.revision, by=cast.milo, title="Gannet, newer", summary="Gannet.", change_note="Gannet note.")
    gone = worlds.published(cast, worlds.drafted(cast, slug="lemming-gone", title="Lemming, gone", summary="Lemming words."))
    publishing.withdraw(gone, reason="It was wrong.", by=cast.ed)
    return live


def found_in(text: str, *, but: str = "") -> list[str]:
    return [word for word in UNSIGNED if word != but and word in text.lower()]


@contextmanager
def another_hand() -> Iterator[None]:
    """Whoever can lift the locks and write what they like. PostgreSQL wants nothing left to check, before and after."""
    connection.check_constraints()
    with suspended(connection):
        yield
        connection.check_constraints()
