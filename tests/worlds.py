"""Worlds for tests, made through the real verbs, so that impossible worlds cannot exist.

Each function takes the story one step further; what a step needs and was not given, it makes.
"""

import datetime
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from articles import history
from articles.bibliography.standing import Notice, Standing
from articles.drafting import Text, save_draft, start_article
from articles.models import Contributor, Reference, Revision, Topic, User
from articles.source_checks import Answer, record_answers
from reviews import credentials, publishing, requesting, signing
from reviews.models import Credential, Publication, ReviewRequest, SignOff
from reviews.models.signoff import Kind

PASSWORD = "a-long-passphrase-of-one's-own"
BODY = """## What helps

A review of 11 trials found that magnesium made little difference to cramps at night [@garrison2020magnesium].

## When to get help

Talk to a doctor or a pharmacist if cramps keep you awake.
"""
TEXT = Text(
    slug="leg-cramps-at-night",
    title="Leg cramps at night",
    summary="What is known about cramps that wake people, and what is not.",
    body=BODY,
)


def person(username: str, *groups: str, name: str = "", post_nominals: str = "", **extra: Any) -> User:
    """An account with a password of its own choice, a public profile, and a place in the groups."""
    return people({username: (groups, name, post_nominals)}, **extra)[username]


def people(wanted: dict[str, tuple[tuple[str, ...], str, str]], **extra: Any) -> dict[str, User]:
    """Several at once, in few queries: by account name, the groups, the name and the post-nominals."""
    users = {}
    for username, (groups, _, _) in wanted.items():
        users[username] = User(username=username, email=f"{username}@example.org", is_staff=bool(groups), **extra)
        users[username].choose_password(PASSWORD)
    User.objects.bulk_create(users.values())
    known = {group.name: group for group in Group.objects.all()}
    User.groups.through.objects.bulk_create(
        User.groups.through(user=users[username], group=known[group])
        for username, (groups, _, _) in wanted.items()
        for group in groups
    )
    Contributor.objects.bulk_create(
        Contributor(
            user=users[username],
            name=name or username.replace("_", " ").title(),
            slug=username.replace("_", "-"),
            post_nominals=post_nominals,
        )
        for username, (_, name, post_nominals) in wanted.items()
    )
    return users


def the_cast() -> SimpleNamespace:
    """wren and milo write, ed edits, fay checks facts, dr_ruth and dr_omar review, dr_late's licence lapsed; root is root."""
    named = {
        "wren": (("Writers",), "Wren Adeyemi", ""),
        "milo": (("Writers",), "Milo Brandt", ""),
        "ed": (("Editors",), "Edith Castellanos", ""),
        "fay": (("Reviewers",), "Fay Lindqvist", "MSc"),
        "dr_ruth": (("Reviewers",), "Ruth Okonkwo", "MBBS, MRCGP"),
        "dr_omar": (("Reviewers",), "Omar Haddad", "MD"),
        "dr_late": (("Reviewers",), "Lateefah Quist", "MD"),
    }
    cast = SimpleNamespace(**people(named), root=User.objects.create_superuser("root", "root@example.org", PASSWORD))
    for holder in (cast.dr_ruth, cast.dr_omar):
        credential(holder, verified_by=cast.ed)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    credential(cast.dr_late, verified_by=cast.ed, valid_until=yesterday)
    return cast


def credential(holder: User, *, verified_by: User | None = None, **facts: Any) -> Credential:
    given = {
        "qualification": "MBBS",
        "registering_body": "Demonstration Medical Register",
        "number": f"DEMO-{holder.pk:04}",
        "valid_from": datetime.date(2020, 1, 1),
        **facts,
    }
    made = Credential.objects.create(holder=holder, **given)
    return credentials.verify(made, by=verified_by) if verified_by else made


def topic(name: str = "Sleep and pain", **facts: Any) -> Topic:
    return Topic.objects.get_or_create(slug=name.lower().replace(" ", "-"), defaults={"name": name, **facts})[0]


def reference(by: User, key: str = "garrison2020magnesium", **facts: Any) -> Reference:
    """A source with the bibliographic facts of a real review, and no identifiers but those given."""
    known = Reference.objects.filter(key=key).first()
    if known:
        return known
    csl = {
        "type": "article-journal",
        "title": "Magnesium for skeletal muscle cramps" if key == "garrison2020magnesium" else f"Study {key}",
        "author": [{"family": "Garrison", "given": "SR"}],
        "container-title-short": "Cochrane Database Syst Rev",
        "issued": {"date-parts": [[2020, 9, 21]]},
        "volume": "9",
        "page": "CD009402",
    }
    if key == "garrison2020magnesium":
        facts = {"doi": "10.1002/14651858.CD009402.pub3", "pmid": "32956536", **facts}
    given = {"csl": csl, "source_class": "systematic_review", "peer_reviewed": True, **facts}
    return Reference.objects.create(key=key, added_by=by, added_at=timezone.now(), **given)


def said_of(source: Reference, standing: Standing, *notices: Notice, asked: str = "crossref") -> Reference:
    """A register has given its answer about this source."""
    return record_answers(source.pk, [Answer(asked, standing, notices)], by=None)


def drafted(cast: SimpleNamespace, *, by: User | None = None, **changes: Any) -> Revision:
    """A first draft, by wren."""
    reference(cast.wren)
    return start_article(replace(TEXT, **changes), topic=topic(), by=by or cast.wren)


def redrafted(revision: Revision, *, by: User, **changes: Any) -> Revision:
    """The next draft upon this one."""
    return save_draft(revision.article_id, changed(revision, **changes), base=revision.pk, by=by)


def changed(revision: Revision, **changes: Any) -> Text:
    defaults = {"body": revision.body + "\n\nOne more sentence.", "change_note": "Says one thing more."}
    words = {name: getattr(revision, name) for name in Text.__dataclass_fields__}
    return Text(**{**words, "kind": Revision.Kind.UPDATE, **defaults, **changes})


def asked(revision: Revision, kind: str, reviewer: User, *, by: User) -> ReviewRequest:
    due = timezone.localdate() + datetime.timedelta(days=7)
    return requesting.request_review(revision, kind=kind, reviewer=reviewer, due=due, by=by)


def answer(request: ReviewRequest, **changes: Any) -> signing.Answer:
    """A complete approval of this request, as its reviewer's screen would send it now."""
    held = Credential.objects.filter(holder=request.reviewer).first()
    whole = signing.Answer(
        decision="approve",
        digest=request.revision.digest,
        seen=history.last_number(request.revision.article),
        password=PASSWORD,
        interests="None",
        credential=held.pk if held and request.kind != Kind.FACTS else None,
        checklist=dict.fromkeys(signing.CHECKLISTS[request.kind], True),
        verdicts={citation.pk: ("supports", "") for citation in request.revision.citations.all()},
        accepted=True,
    )
    return replace(whole, **changes)


def signed(revision: Revision, kind: str, reviewer: User, *, by: User, **changes: Any) -> SignOff:
    """Asked for and answered."""
    request = asked(revision, kind, reviewer, by=by)
    return signing.sign(request.pk, answer(request, **changes), by=reviewer)


def approved(cast: SimpleNamespace, revision: Revision | None = None) -> Revision:
    """Signed by fay and dr_ruth: ready to go out."""
    revision = revision or drafted(cast)
    signed(revision, Kind.FACTS, cast.fay, by=cast.ed)
    signed(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    return revision


def published(cast: SimpleNamespace, revision: Revision | None = None) -> Publication:
    """Live."""
    return publishing.publish(approved(cast, revision), by=cast.ed)
