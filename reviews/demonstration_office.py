"""What came after publication in the demonstration: decisions, schedules, reviews that are due again, a guest.

Through the real verbs, like all the rest; each step looks first whether it was done, so that twice is once.
"""

import datetime
from typing import Any

from django.utils import timezone

from articles.drafting import save_draft, text_of
from articles.models import Article, Revision, User
from reviews import inviting, reminding, scheduling, triaging
from reviews.models import FeedbackReport, Publication, Schedule
from reviews.models.signoff import Decision, Kind
from reviews.models.triage import Outcome
from reviews.specialist import Specialist

GUEST = Specialist(
    first_name="Noor", last_name="Haverkamp", email="noor@example.org", post_nominals="MD (demo)", specialty="Haematology",
    qualification="MD (demonstration only)", registering_body="Demonstration Medical Register (fictional)", number="DEMO-0004",
    looked_up=True,
)  # fmt: skip


def goes_on(story: Any) -> None:
    """`story` gives the cast and the steps of the road."""
    ed = story.cast["ed"]
    _review_again_after_a_report(ed)
    _schedule_the_update(story)
    _object_to_what_is_live(story)
    _ask_again_for_what_is_live(story)
    _invite_a_guest(ed)
    today = timezone.localdate()
    reminding.remind_of_reviews(today)
    reminding.remind_of_requests(today)


def correct(report: FeedbackReport, *, change_note: str, by: User) -> Revision:
    """An editor agrees with a reader; the draft that the correction begins with."""
    [triage] = triaging.triage(
        [report], outcome=Outcome.CORRECT, reason="The review says this of one trial only.", by=by, change_note=change_note,
        answer="Thank you: you are right, one trial does not settle it. We are correcting the sentence.",
    )  # fmt: skip
    assert triage.draft
    return triage.draft


def _review_again_after_a_report(ed: User) -> None:
    outdated = FeedbackReport.objects.filter(detail__reason="outdated", triage=None)
    for report in outdated:
        triaging.triage([report], outcome=Outcome.REVIEW, reason="Ask whether there is a newer guideline.", answer="", by=ed)


def _schedule_the_update(story: Any) -> None:
    draft = _draft("low-back-pain")
    if draft.publications.exists() or Schedule.objects.filter(revision=draft).exists():
        return
    story.approves(draft, "dr_omar")
    tomorrow = timezone.localtime() + datetime.timedelta(days=1)
    scheduling.schedule(draft, at=tomorrow.replace(hour=9, minute=0, second=0, microsecond=0), by=story.cast["ed"])


def _object_to_what_is_live(story: Any) -> None:
    live = _live("nocturnal-leg-cramps")
    if not live.renewals.exists():
        story.signs(
            live.revision, Kind.MEDICAL, "dr_omar", Decision.CHANGES,
            note="A reader nearly missed the warning about stopping medicines. Please move it up.",
        )  # fmt: skip


def _ask_again_for_what_is_live(story: Any) -> None:
    """And for a second look at a slip that was mended in it since."""
    live = _live("migraine")
    if live.renewals.exists():
        return
    story.asks(live.revision, Kind.MEDICAL, "dr_ruth", days=5, note="A reader asks whether there is a newer guideline.")
    text = text_of(live.revision)
    mended = text.body.replace("health-care provider", "healthcare provider")
    small = {**vars(text), "body": mended, "kind": Revision.Kind.MINOR, "change_note": "Spells one word as elsewhere."}
    draft = save_draft(live.article_id, type(text)(**small), base=live.article.draft_id, by=story.cast["wren"])
    story.asks(draft, Kind.LOOK, "dr_omar", days=3)


def _invite_a_guest(ed: User) -> None:
    if User.objects.filter(email=GUEST.email).exists():
        return
    due = timezone.localdate() + datetime.timedelta(days=12)
    guest = Specialist(**{**vars(GUEST), "valid_from": due - datetime.timedelta(days=900)})
    note = "Your view as a specialist would help us much."
    inviting.invite(_draft("iron-deficiency-anaemia"), kind=Kind.MEDICAL, specialist=guest, due=due, note=note, by=ed)


def _draft(slug: str) -> Revision:
    draft = Article.objects.select_related("draft").get(slug=slug).draft
    assert draft
    return draft


def _live(slug: str) -> Publication:
    return Publication.objects.filter(article__slug=slug).select_related("revision", "article").order_by("-pk")[0]
