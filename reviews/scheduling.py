"""Publishing at a named minute. A schedule is pinned to one revision; it meets the gate when it is made and when it is due.

`tend` calls `fire_due` every minute, on as many machines as there are. What came of a schedule is one row, written while the
article is held, in the transaction that publishes: so it fires once, or not at all.
"""

import datetime
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from articles import history
from articles.models import Article, Revision, User
from articles.refusal import Refused, Stale
from reviews import gate, notices, publishing
from reviews.models import NoticeKind, Publication, Schedule, ScheduleOutcome

SOONEST = datetime.timedelta(minutes=1)
LATEST = datetime.timedelta(days=365)
Outcome = ScheduleOutcome.Outcome


@dataclass
class Fired:
    """What came of the schedules that were due; those that failed are still open, and are tried again."""

    outcomes: list[ScheduleOutcome] = field(default_factory=list)
    failed: list[tuple[Schedule, Exception]] = field(default_factory=list)


@transaction.atomic
def schedule(revision: Revision, *, at: datetime.datetime, by: User) -> Schedule:
    """Puts the named revision, and no other, down for this moment. Raises Refused with every reason against it."""
    article = Article.objects.locked(revision.article_id)
    made = _schedule(article, revision, at, by)
    text = f"{by.printed_name} has scheduled “{revision.title}” (revision {revision.number}) for {when(at)}."
    _tell(article, text, f"Scheduled: “{revision.title}”", made, key="scheduled", besides=by)
    return made


@transaction.atomic
def cancel(schedule: Schedule, *, reason: str, by: User) -> ScheduleOutcome:
    """Nothing goes out then. Raises Stale where it went out, was refused or cancelled meanwhile."""
    article = Article.objects.locked(schedule.article_id)
    _still_open(schedule)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the schedule is cancelled: the reason stays with the record.")
    if len(reason) > 2000:
        raise Refused("The reason is longer than 2,000 characters: shorten it.")
    outcome = _close(article, schedule, Outcome.CANCELLED, [reason], by=by)
    title = schedule.revision.title
    text = f"{by.printed_name} has cancelled the publication of “{title}” that was scheduled for {when(schedule.at)}: {reason}"
    _tell(article, text, f"No longer scheduled: “{title}”", schedule, besides=by)
    return outcome


@transaction.atomic
def move(schedule: Schedule, *, at: datetime.datetime, by: User) -> Schedule:
    """Cancels it and puts the same revision down for another moment, or leaves everything as it was."""
    article = Article.objects.locked(schedule.article_id)
    _still_open(schedule)
    _close(article, schedule, Outcome.CANCELLED, [f"Moved to {when(at)}."], by=by)
    made = _schedule(article, schedule.revision, at, by)
    title = schedule.revision.title
    text = f"{by.printed_name} has moved the publication of “{title}” from {when(schedule.at)} to {when(at)}."
    _tell(article, text, f"Moved: “{title}”", made, key="scheduled", besides=by)
    return made


def fire_due(now: datetime.datetime | None = None) -> Fired:
    """Publishes what is due, the oldest first, each in a transaction of its own: what fails keeps nothing else back."""
    fired = Fired()
    for due in list(Schedule.objects.open().filter(at__lte=now or timezone.now()).select_related("revision", "article")):
        try:
            outcome = _fire(due)
        except Exception as error:  # whatever it is: the others are due as well, and the caller says so
            fired.failed.append((due, error))
        else:
            fired.outcomes += [outcome] if outcome else []
    return fired


def foreseen(schedule: Schedule) -> list[str]:
    """Why it would be refused when it is due, as far as can be known now: a credential that ends before then, say."""
    case = gate.read(schedule.revision)
    then = replace(case, now=max(schedule.at, case.now))
    return [*_unfit(schedule), *(reason.text for reason in gate.blockers(then))]


def when(at: datetime.datetime) -> str:
    """By the clock of the site, whose zone is named."""
    return f"{timezone.localtime(at):%-d %B %Y, %H:%M %Z}"


def _schedule(article: Article, revision: Revision, at: datetime.datetime, by: User) -> Schedule:
    """The row and its event; the caller holds the article."""
    now = timezone.now()
    reasons = [] if at >= now + SOONEST else [f"Choose a time at least one minute from now: it is {when(now)}."]
    if at > now + LATEST:
        reasons.append(f"Choose a time within a year from now: {when(now + LATEST)} at the latest.")
    for other in article.schedules.open().select_related("revision"):
        which = "This revision" if other.revision_id == revision.pk else f"Revision {other.revision.number}"
        reasons.append(f"{which} is already scheduled for {when(other.at)}: move or cancel that schedule first.")
    reasons += [reason.text for reason in gate.blockers(gate.read(revision))]
    if reasons:
        raise Refused(*reasons)
    made = Schedule.objects.create(article=article, revision=revision, at=at, by=by, made_at=now)
    history.record("publication.scheduled", by=by, article=article, **_said(made))
    return made


def _said(schedule: Schedule) -> dict[str, object]:
    """What the history tells of a schedule."""
    at = schedule.at.astimezone(datetime.UTC).isoformat()
    return {"schedule": schedule.pk, "revision": schedule.revision_id, "digest": schedule.revision.digest, "at": at}


def _still_open(schedule: Schedule) -> None:
    outcome = ScheduleOutcome.objects.filter(schedule=schedule).first()
    if outcome:
        raise Stale(f"This schedule is closed meanwhile: {outcome.get_outcome_display().lower()}. Look again.")


@transaction.atomic
def _fire(schedule: Schedule) -> ScheduleOutcome | None:
    """None where another machine was faster."""
    article = Article.objects.locked(schedule.article_id)
    if ScheduleOutcome.objects.filter(schedule=schedule).exists():
        return None
    if _went_out_by_hand(schedule, article):
        outcome = _close(article, schedule, Outcome.CANCELLED, ["Published by hand before."])
        _tell_outcome(article, outcome, "was published by hand before its time; nothing was done at")
        return outcome
    publication, reasons = None, _unfit(schedule)
    if reasons:
        reasons += [reason.text for reason in gate.blockers(gate.read(schedule.revision))]
    else:
        try:
            publication = publishing.publish(schedule.revision, by=User.objects.get(pk=schedule.by_id))
        except Refused as refusal:
            reasons = list(refusal.reasons)
    if publication:
        outcome = _close(article, schedule, Outcome.PUBLISHED, [], publication=publication)
        _tell_outcome(article, outcome, "went out as scheduled for")
        return outcome
    outcome = _close(article, schedule, Outcome.REFUSED, reasons)
    _tell_outcome(article, outcome, "was not published as scheduled for")
    return outcome


def _unfit(schedule: Schedule) -> list[str]:
    """What the gate cannot know: whether the schedule was really made, by whom, and what people did to the page since."""
    article, by = schedule.article, User.objects.get(pk=schedule.by_id)
    told = _event_number(schedule)
    if told is None:
        return ["The history does not tell of this schedule: it was not made in this office. Run verify_records."]
    reasons = []
    if not by.is_active:
        reasons.append(f"The account of {by.printed_name}, who scheduled it, has been closed: somebody else has to publish it.")
    elif not by.has_perm("reviews.add_publication"):
        reasons.append(f"{by.printed_name}, who scheduled it, may no longer publish: somebody else has to.")
    if Article.objects.withdrawn().filter(pk=article.pk).exists() and history.missed(article, told, {"article.withdrawn"}):
        reasons.append("The page was withdrawn after this was scheduled: publish it by hand if it is to come back.")
    return reasons


def _went_out_by_hand(schedule: Schedule, article: Article) -> bool:
    """Since it was scheduled, by the order of the history, which no clock that jumps can change."""
    told = _event_number(schedule)
    published = history.missed(article, told, {"article.published"}) if told is not None else []
    return any(event.data["revision"] == schedule.revision_id for event in published)


def _event_number(schedule: Schedule) -> int | None:
    """Of the line that `schedule` wrote with its row: without it, some other hand made the row."""
    for event in history.genuine_events(schedule.article, "publication.scheduled"):
        if event.actor_id == schedule.by_id and _said(schedule).items() <= event.data.items():
            return event.number
    return None


def _close(
    article: Article,
    schedule: Schedule,
    outcome: ScheduleOutcome.Outcome,
    reasons: list[str],
    *,
    by: User | None = None,
    publication: Publication | None = None,
) -> ScheduleOutcome:
    """The row and its event; the caller holds the article and has found the schedule open."""
    made = ScheduleOutcome.objects.create(
        schedule=schedule, article=article, outcome=outcome, reasons=reasons, publication=publication, by=by, at=timezone.now()
    )
    said = {"outcome": made.pk, "schedule": schedule.pk, "revision": schedule.revision_id}
    match outcome:
        case Outcome.PUBLISHED:
            history.record("schedule.fired", by=by, article=article, publication=made.publication_id, **said)
        case Outcome.REFUSED:
            history.record("schedule.refused", by=by, article=article, reasons=reasons, **said)
        case Outcome.CANCELLED:
            history.record("schedule.cancelled", by=by, article=article, reasons=reasons, **said)
    return made


def _tell_outcome(article: Article, outcome: ScheduleOutcome, what: str) -> None:
    """The owner and whoever scheduled it; of a refusal, the editors too. Of what is out the owner hears by `publish`."""
    schedule = outcome.schedule
    title = schedule.revision.title
    refused = outcome.outcome == Outcome.REFUSED
    text = f"“{title}” (revision {schedule.revision.number}) {what} {when(schedule.at)}."
    if refused:
        text += "\n\n" + "\n".join(f"- {reason}" for reason in outcome.reasons)
    subject = f"{'Not published' if refused else 'Published'}: “{title}”"
    if refused:
        notices.tell_editors(NoticeKind.SCHEDULE, subject, _with_link(text, schedule), key=f"schedule:{schedule.pk}")
    published_by_another = outcome.publication_id and article.owner_id != schedule.by_id
    _tell(article, text, subject, schedule, besides=article.owner if published_by_another else None)


def _tell(
    article: Article, text: str, subject: str, schedule: Schedule, *, key: str = "schedule", besides: User | None = None
) -> None:
    """The owner of the article, and whoever scheduled it; nobody is told of what they have just done."""
    for user in {article.owner, schedule.by} - {besides}:
        whole = _with_link(text, schedule)
        notices.tell(user, NoticeKind.SCHEDULE, subject, whole, key=f"{key}:{schedule.pk}:{user.pk}")


def _with_link(text: str, schedule: Schedule) -> str:
    checklist = reverse("admin:reviews_publication_checklist", args=[schedule.revision_id])
    return f"{text}\n\nIts publishing checklist: {settings.SITE_URL}{checklist}\n"
