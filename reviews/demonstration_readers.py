"""What the readers of the demonstration answered and reported, through the verbs that real readers' forms call."""

import json
import uuid
from pathlib import Path
from typing import Any

from django.db import transaction

import articles
from reviews import feedback
from reviews.models import FeedbackReport, Publication

DATA = Path(articles.__file__).parent / "demo_data" / "readers.json"
EVERY_TIME = uuid.uuid5(uuid.NAMESPACE_URL, "https://readers.example.org/")  # the same keys, so that twice is once


@transaction.atomic
def speak() -> None:
    """Votes on every version of the live articles, and some reports; said again, nothing is added."""
    said = json.loads(DATA.read_text())
    published = {slug: list(Publication.objects.filter(article__slug=slug).order_by("pk")) for slug in said["votes"]}
    for slug, versions in said["votes"].items():
        for place, (publication, given) in enumerate(zip(published[slug], versions, strict=False)):
            _votes(publication, f"{slug}/{place}", given)
    for number, report in enumerate(said["reports"]):
        if publications := published[report["article"]][report["publication"] :]:
            _report(publications[0], f"report/{number}", report)


def first_report(publication: Publication) -> FeedbackReport:
    """The report on this version that came first, told as soon as the version is out; `speak` finds it told."""
    reports = json.loads(DATA.read_text())["reports"]
    number, said = next((n, r) for n, r in enumerate(reports) if r["article"] == publication.article.slug)
    return _report(publication, f"report/{number}", said)


def _votes(publication: Publication, name: str, given: dict[str, int]) -> None:
    for answer, times in given.items():
        for number in range(times):
            feedback.vote(publication.pk, helpful=answer == "yes", key=_key(f"{name}/{answer}/{number}"))


def _report(publication: Publication, name: str, report: dict[str, Any]) -> FeedbackReport:
    told = feedback.Told(report["reason"], report.get("quote", ""), report["text"], report.get("address", ""))
    voted = feedback.vote(publication.pk, helpful=report["helpful"], key=_key(f"{name}/vote")) if "helpful" in report else None
    return feedback.tell(publication, told, key=_key(name), voted=voted)


def _key(name: str) -> uuid.UUID:
    return uuid.uuid5(EVERY_TIME, name)
