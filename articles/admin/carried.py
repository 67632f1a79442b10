"""What was understood of a paste, carried by the page from the look at it to the word of the person who adds it.

It is signed for that person and for a day, so that nobody can send a source, or a register's good word, that was never
shown to them.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core import signing

from articles.adding import Candidate, Difference
from articles.bibliography.draft import SourceDraft
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.standing import Notice, Standing
from articles.models import User
from articles.refusal import Stale
from articles.source_checks import Answer

A_DAY = 24 * 60 * 60
LONGEST = 60_000  # characters of one source; no real record needs a tenth of it


def packed(candidate: Candidate, user: User) -> str:
    draft = candidate.draft
    raw = draft.raw if draft.kind == "text" else ""  # kept only where nothing else was understood
    carried = {
        "draft": {**asdict(draft), "raw": raw, "provenance": dict(draft.provenance)},
        "key": candidate.key,
        "source_class": candidate.source_class,
        "peer_reviewed": candidate.peer_reviewed,
        "differences": [asdict(difference) for difference in candidate.differences],
        "answers": [asdict(answer) for answer in candidate.answers],
        "said": candidate.said,
    }
    return signing.dumps(carried, salt=_salt(user), compress=True)


def unpacked(text: str, user: User) -> Candidate:
    try:
        carried = signing.loads(text, salt=_salt(user), max_age=A_DAY)
    except signing.BadSignature as error:
        raise Stale("What this page knew of the sources is too old or incomplete. Look at the paste once more.") from error
    return Candidate(
        draft=_draft(carried["draft"]),
        key=carried["key"],
        source_class=carried["source_class"],
        peer_reviewed=carried["peer_reviewed"],
        differences=tuple(Difference(**difference) for difference in carried["differences"]),
        answers=tuple(_answer(answer) for answer in carried["answers"]),
        said=tuple(carried["said"]),
    )


def _draft(carried: Mapping[str, Any]) -> SourceDraft:
    rebuilt = {
        "identifiers": Identifiers(**carried["identifiers"]),
        "problems": tuple(carried["problems"]),
        "notices": _notices(carried["notices"]),
    }
    return SourceDraft(**{**carried, **rebuilt})


def _answer(carried: Mapping[str, Any]) -> Answer:
    rebuilt = {"standing": Standing(carried["standing"]), "notices": _notices(carried["notices"])}
    return Answer(**{**carried, **rebuilt})


def _notices(carried: list[dict[str, Any]]) -> tuple[Notice, ...]:
    return tuple(Notice(**{**notice, "sources": tuple(notice["sources"])}) for notice in carried)


def _salt(user: User) -> str:
    return f"articles.paste.{user.pk}"
