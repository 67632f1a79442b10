"""A small publishing house to look around in: made-up people, real sources, articles in every place of the story.

Everything is made through the real verbs, so a demonstration can hold nothing that the site would refuse.
"""

import datetime
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

import articles
from articles import history
from articles.bibliography.standing import Notice, Standing
from articles.drafting import Text, save_draft, start_article
from articles.models import Article, Contributor, Picture, Reference, Revision, Topic, User
from articles.pictures import store_picture
from articles.references import Source, add_reference
from articles.source_checks import Answer, record_answers
from reviews import credentials, demonstration_office, demonstration_readers, publishing, remarks, requesting, signing
from reviews.models import Credential, SignOff
from reviews.models.signoff import Decision, Kind

DATA = Path(articles.__file__).parent / "demo_data"
GROUP_OF = {"writer": "Writers", "editor": "Editors", "fact_checker": "Reviewers", "medical_reviewer": "Reviewers"}
ABOUT_THE_SOURCE = {"id", "claims", "topic", "source_class", "peer_reviewed", "retraction", "republication_of", "superseded_by"}
IDENTIFIERS = {"DOI": "doi", "PMID": "pmid", "PMCID": "pmcid", "ISBN": "isbn", "URL": "url"}


def password_of(username: str) -> str:
    """Known to everybody who reads this line: never used unless DEBUG is on."""
    return f"{username}-shows-imprimatur"


def build() -> None:
    """Makes what is missing and leaves what is there: running it twice is harmless."""
    people = {facts["username"]: facts for facts in json.loads((DATA / "people.json").read_text())}
    for facts in people.values():
        _person(facts)
    ed = User.objects.get(username="ed")
    for facts in people.values():
        _credential(facts, verified_by=ed)
    for facts in json.loads((DATA / "references.json").read_text()):
        _reference(facts, by=ed)
    for facts in json.loads((DATA / "topics.json").read_text()):
        _topic(facts)
    for slug, tell in STORIES.items():
        if not Article.objects.filter(slug=slug).exists():
            with transaction.atomic():
                tell(_Story(slug))
    demonstration_readers.speak()
    with transaction.atomic():
        demonstration_office.goes_on(_Story(""))


class _Story:
    """The cast, and the steps of the road for one article."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.cast = {user.username: user for user in User.objects.select_related("contributor")}

    def drafts(self, writer: str) -> Revision:
        text, topic = self._words(f"{self.slug}.md", by=writer)
        return start_article(text, topic=topic, by=self.cast[writer])

    def redrafts(self, revision: Revision, version: str, writer: str, kind: str = Revision.Kind.UPDATE) -> Revision:
        text, _ = self._words(f"{self.slug}.{version}.md", by=writer)
        return save_draft(revision.article_id, replace(text, kind=kind), base=revision.pk, by=self.cast[writer])

    def asks(self, revision: Revision, kind: str, reviewer: str, *, days: int = 10, note: str = "") -> Any:
        due = timezone.localdate() + datetime.timedelta(days=days)
        return requesting.request_review(
            revision, kind=kind, reviewer=self.cast[reviewer], due=due, by=self.cast["ed"], note=note
        )

    def signs(self, revision: Revision, kind: str, reviewer: str, decision: str = Decision.APPROVE, note: str = "") -> SignOff:
        request = self.asks(revision, kind, reviewer)
        held = Credential.objects.filter(holder=request.reviewer).first()
        answer = signing.Answer(
            decision=decision,
            digest=revision.digest,
            seen=history.last_number(revision.article),
            password=password_of(reviewer),
            note=note,
            interests="None",
            credential=held.pk if held else None,
            checklist=dict.fromkeys(signing.CHECKLIST, decision == Decision.APPROVE),
            verdicts={citation.pk: ("supports", "") for citation in revision.citations.all()},
            accepted=True,
        )
        return signing.sign(request.pk, answer, by=request.reviewer)

    def approves(self, revision: Revision, doctor: str) -> Revision:
        self.signs(revision, Kind.FACTS, "fay")
        self.signs(revision, Kind.MEDICAL, doctor)
        return revision

    def publishes(self, revision: Revision) -> Any:
        return publishing.publish(revision, by=self.cast["ed"])

    def _words(self, name: str, by: str) -> tuple[Text, Topic]:
        _, head, body = (DATA / "articles" / name).read_text().split("---\n", 2)
        facts = dict(line.split(": ", 1) for line in head.strip().splitlines())
        topic, _ = Topic.objects.get_or_create(slug=slugify(facts["topic"]), defaults={"name": facts["topic"]})
        text = Text(
            slug=facts["slug"],
            title=facts["title"],
            summary=facts["summary"],
            body=body,
            picture=self._picture(facts["picture"], self.cast[by]) if "picture" in facts else None,
            picture_alt=facts.get("picture_alt", ""),
            change_note=facts.get("change_note", ""),
        )
        return text, topic

    def _picture(self, name: str, by: User) -> Picture:
        return store_picture(SimpleUploadedFile(name, (DATA / "pictures" / name).read_bytes()), by=by)


def _live_and_updated(story: _Story) -> None:
    first = story.approves(story.drafts("wren"), "dr_ruth")
    story.publishes(first)
    second = story.approves(story.redrafts(first, "v2", "ed"), "dr_ruth")
    story.publishes(second)


def _live_with_a_newer_draft(story: _Story) -> None:
    first = story.approves(story.drafts("milo"), "dr_omar")
    story.publishes(first)
    story.redrafts(first, "v2", "milo")


def _live_and_corrected(story: _Story) -> None:
    first = story.approves(story.drafts("wren"), "dr_ruth")
    report = demonstration_readers.first_report(story.publishes(first))
    note = "Correction. One trial does not settle which way works best, and the article now says so."
    begun = demonstration_office.correct(report, change_note=note, by=story.cast["ed"])
    corrected = story.redrafts(begun, "correction", "wren", kind=Revision.Kind.CORRECTION)
    story.publishes(story.approves(corrected, "dr_ruth"))


def _signed_and_ready(story: _Story) -> None:
    story.approves(story.drafts("wren"), "dr_ruth")


def _changes_requested(story: _Story) -> None:
    revision = story.drafts("milo")
    story.signs(revision, Kind.FACTS, "fay")
    story.signs(
        revision, Kind.MEDICAL, "dr_omar", Decision.CHANGES,
        note="Please say for whom surgery was studied before comparing it with splints.",
    )  # fmt: skip
    advice = "A reader may take this for advice to wait. Say who should be seen soon."
    remarks.remark(revision, text=advice, quote="", by=story.cast["dr_omar"])


def _waiting(story: _Story) -> None:
    revision = story.drafts("wren")
    story.asks(revision, Kind.FACTS, "fay", note="Six sources; the guideline is the long one.")
    story.asks(revision, Kind.MEDICAL, "dr_ruth", days=14)


def _withdrawn(story: _Story) -> None:
    publication = story.publishes(story.approves(story.drafts("milo"), "dr_ruth"))
    reason = "We are rewriting this article and took it down until its new version has been reviewed."
    publishing.withdraw(publication, reason=reason, by=story.cast["ed"])


def _only_a_draft(story: _Story) -> None:
    story.drafts("milo")


def _rests_on_a_retracted_source(story: _Story) -> None:
    revision = story.drafts("wren")
    story.asks(revision, Kind.FACTS, "fay", note="The first source worries me.")
    story.asks(revision, Kind.MEDICAL, "dr_ruth", days=14)


STORIES = {
    "type-2-diabetes": _withdrawn,
    "low-back-pain": _live_with_a_newer_draft,
    "migraine": _live_and_corrected,
    "nocturnal-leg-cramps": _live_and_updated,
    "hypertension": _signed_and_ready,
    "carpal-tunnel-syndrome": _changes_requested,
    "iron-deficiency-anaemia": _waiting,
    "plantar-fasciitis": _only_a_draft,
    "mediterranean-diet": _rests_on_a_retracted_source,
}


def _person(facts: dict[str, Any]) -> None:
    if User.objects.filter(username=facts["username"]).exists():
        return
    admin = facts["role"] == "admin"
    user = User(
        username=facts["username"], first_name=facts["first_name"], last_name=facts["last_name"], email=facts["email"],
        is_staff=True, is_superuser=admin,
    )  # fmt: skip
    user.choose_password(password_of(user.username))
    user.save()
    if admin:
        return
    user.groups.add(Group.objects.get(name=GROUP_OF[facts["role"]]))
    Contributor.objects.create(
        user=user,
        name=f"{facts['first_name']} {facts['last_name']}",
        slug=slugify(f"{facts['first_name']} {facts['last_name']}"),
        post_nominals=facts["post_nominals"],
        specialty=facts["specialty"],
        biography=facts["biography"],
        interests="None",
        interests_on=timezone.localdate(),
    )


def _credential(facts: dict[str, Any], *, verified_by: User) -> None:
    given = facts.get("credential")
    holder = User.objects.get(username=facts["username"])
    if not given or holder.credentials.exists():
        return
    today = timezone.localdate()
    ends_in = {"current": None, "ending": 45, "lapsed": -30}[given["standing"]]  # days
    made = Credential.objects.create(
        holder=holder,
        qualification=given["qualification"],
        registering_body=given["registering_body"],
        number=given["number"],
        specialty=given["specialty"],
        valid_from=today - datetime.timedelta(days=900),
        valid_until=today + datetime.timedelta(days=ends_in) if ends_in else None,
    )
    credentials.verify(made, by=verified_by)


def _topic(facts: dict[str, Any]) -> None:
    """A shelf under its wider one, which is made first. Shelves are furniture, and never signed."""
    if Topic.objects.filter(name=facts["name"]).exists():
        return
    Topic.objects.get_or_create(
        slug=slugify(facts["name"]),
        defaults={
            "name": facts["name"],
            "parent": Topic.objects.filter(name=facts.get("parent", "")).first(),
            "description": facts["description"],
            "specialty": facts["specialty"],
            "review_interval_months": facts.get("review_interval_months", 12),
            "editor": User.objects.get(username="ed"),
        },
    )


def _reference(facts: dict[str, Any], *, by: User) -> None:
    if Reference.objects.filter(key=facts["id"]).exists():
        return
    source = Source(
        key=facts["id"],
        csl={name: value for name, value in facts.items() if name not in ABOUT_THE_SOURCE | set(IDENTIFIERS)},
        source_class=facts["source_class"],
        peer_reviewed=facts["peer_reviewed"],
        **{field: facts[name] for name, field in IDENTIFIERS.items() if name in facts},
    )
    reference = add_reference(source, by=by)
    if retraction := facts.get("retraction"):
        notice = Notice(
            type="retraction",
            doi=retraction.get("notice_doi", ""),
            pmid=retraction.get("notice_pmid", ""),
            date=retraction["date"],
            sources=("recorded facts",),
            citation=retraction["notice_citation"],
        )
        record_answers(reference.pk, [Answer("recorded facts", Standing.retracted, (notice,))], by=by)
