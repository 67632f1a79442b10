"""Every verb, in any order, by anybody, while the years go by. Whatever happens, some things are never true.

Each story is told by a seed, and told again the same way by the same seed. STORIES=500 tells that many more.
"""

import datetime
import os
import random
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import time_machine
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import drafting, history, pages, site_version
from articles.models import Article, Contribution, Page, Revision, SearchEntry, User
from articles.refusal import Refused
from articles.retouching import touched_by
from reviews import (
    accepting,
    concerns,
    credentials,
    feedback,
    gate,
    inviting,
    publishing,
    remarks,
    report_owners,
    request_withdrawal,
    scheduling,
    signatures,
    signing,
    tending,
    triaging,
)
from reviews.feedback import Told
from reviews.models import (
    Concern,
    Credential,
    FeedbackDetail,
    FeedbackReport,
    Notice,
    Publication,
    Remark,
    ReviewRequest,
    Schedule,
    SignOff,
)
from reviews.models.signoff import Decision, Kind
from reviews.models.triage import Outcome, untriaged
from reviews.specialist import Specialist
from reviews.verification import faults
from tests import worlds

STORIES = int(os.environ.get("STORIES", "6"))
STEPS = 60
START = datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC)
PEOPLE = ["wren", "milo", "ed", "fay", "dr_ruth", "dr_omar", "dr_late", "root"]
REVIEWERS = ["fay", "dr_ruth", "dr_omar"]


class Story:
    def __init__(self, seed: int, clock: Any) -> None:
        self.chance = random.Random(seed)
        self.clock = clock
        self.cast = worlds.the_cast()
        self.done: Counter[str] = Counter()
        self.saved: dict[int, tuple[str, str]] = {}  # what was ever saved
        self.told: set[int] = set()  # what was ever written into a history
        self.looks = random.Random(seed)  # at what readers see
        self.shown: dict[tuple[str, ...], Any] = {}  # by edition and day what readers were shown
        for number in (1, 2):
            self.keep(worlds.drafted(self.cast, slug=f"article-{number}", title=f"article-{number}"))
        worlds.published(self.cast, Article.objects.get(slug="article-1").draft)

    def goes_on(self) -> None:
        often = [self.save, self.request_review, self.sign, self.have_the_draft_signed, self.publish]
        seldom = [self.restore, self.say_something, self.revoke, self.resolve, self.withdraw, self.rebuild, self.let_time_pass]
        seldom += [self.hear_a_reader, self.triage, self.schedule, self.take_off, self.tend]
        rarely = [self.start, self.revoke_credential, self.verify_credential, self.move, self.invite]
        rarely += [self.unschedule, self.decide, self.hand_over, self.retire]
        after = [self.change_a_little, self.review_again, self.have_the_draft_signed, self.triage]
        self.chance.choice(often * 4 + after * 4 + seldom * 2 + rarely)()

    # --- Chance -------------------------------------------------------------------------------------------------------
    def someone(self) -> User:
        return getattr(self.cast, self.chance.choice(PEOPLE))

    def writer(self) -> User:
        return getattr(self.cast, self.chance.choice(["wren", "milo", "ed"] * 8 + PEOPLE))

    def reviewer(self) -> User:
        return getattr(self.cast, self.chance.choice(REVIEWERS * 4 + PEOPLE))

    def one_of(self, rows: Any) -> Any:
        """More often a late one."""
        found = list(rows.order_by("-pk")[:4])
        return self.chance.choice(found) if found else None

    def attempt(self, verb: str, deed: Callable[[], Any]) -> Any:
        try:
            with transaction.atomic():
                result = deed()
        except Refused as refusal:
            assert refusal.reasons
            assert all(reason.strip() for reason in refusal.reasons)
            self.done[f"{verb} refused"] += 1
            return None
        self.done[verb] += 1
        return result

    def keep(self, revision: Revision | None) -> None:
        if revision:
            self.saved.setdefault(revision.pk, (revision.body, revision.digest))

    # --- Writing ------------------------------------------------------------------------------------------------------
    def start(self) -> None:
        slug, by = f"article-{self.chance.randint(1, 5)}", self.writer()
        self.keep(self.attempt("start", lambda: worlds.drafted(self.cast, by=by, slug=slug, title=slug)))

    def save(self) -> None:
        article = self.one_of(Article.objects)
        self.save_upon(article, article.draft if self.chance.random() < 0.7 else self.one_of(article.revisions))

    def move(self) -> None:
        article = self.one_of(Article.objects)
        self.save_upon(article, article.draft, slug=f"moved-{self.chance.randint(1, 3)}")

    def save_upon(self, article: Article, base: Revision, **changes: str) -> None:
        by = self.writer()
        body = f"{base.body}\n\nSentence {self.chance.randint(1, 3)} of {by}."
        text = worlds.changed(base, body=body, kind=self.chance.choice(Revision.Kind.values), **changes)
        self.keep(self.attempt("save", lambda: drafting.save_draft(article.pk, text, base=base.pk, by=by)))

    def restore(self) -> None:
        old, by = self.one_of(Revision.objects), self.writer()
        base = Article.objects.get(pk=old.article_id).draft_id
        self.keep(self.attempt("restore", lambda: drafting.restore(old, base=base, by=by)))

    def say_something(self) -> None:
        revision, by = self.one_of(Revision.objects), self.someone()
        self.attempt("remark", lambda: remarks.remark(revision, text="Is it so?", quote="", by=by))
        found, settles = self.one_of(Remark.objects), self.chance.random() < 0.5
        self.attempt("reply", lambda: remarks.reply(found, text="", resolves=settles, by=by))

    # --- Reviewing ----------------------------------------------------------------------------------------------------
    def ask(self, revision: Revision, kind: str, reviewer: User) -> ReviewRequest | None:
        by = self.someone()
        return self.attempt("ask", lambda: worlds.asked(revision, kind, reviewer, by=by))

    def answer(self, request: ReviewRequest, decision: str, by: User, **changes: Any) -> None:
        note = "" if decision == Decision.APPROVE else "Say it otherwise."
        given = worlds.answer(request, decision=decision, note=note, **changes)
        self.attempt(f"sign {decision}", lambda: signing.sign(request.pk, given, by=by))

    def request_review(self) -> None:
        draft = self.one_of(Article.objects).draft
        revision = draft if self.chance.random() < 0.8 else self.one_of(Revision.objects)
        self.ask(revision, self.chance.choice(Kind.values), self.reviewer())

    def sign(self) -> None:
        unanswered = ReviewRequest.objects.filter(signoff=None)
        request = self.one_of(unanswered if self.chance.random() < 0.8 else ReviewRequest.objects)
        if request:
            wrong = [{}] * 12 + [{"password": "guessed"}, {"seen": 1}, {"accepted": False}, {"verdicts": {}}]
            by = request.reviewer if self.chance.random() < 0.8 else self.someone()
            self.answer(request, self.chance.choice([*Decision.values, "approve", "perhaps"]), by, **self.chance.choice(wrong))

    def have_the_draft_signed(self) -> None:
        """The straight road, without which chance would seldom come to the end of it."""
        article = self.one_of(Article.objects)
        if article.draft.publications.exists():
            self.save_upon(article, article.draft)
        draft = Article.objects.get(pk=article.pk).draft
        people = self.chance.sample(REVIEWERS, 2)
        for kind, name in zip((Kind.FACTS, Kind.MEDICAL), people, strict=True):
            reviewer = getattr(self.cast, name)
            if request := self.ask(draft, kind, reviewer):
                self.answer(request, Decision.APPROVE, reviewer)
        if self.chance.random() < 0.5:
            self.out(draft)
        elif self.chance.random() < 0.6:
            self.schedule(draft)

    def revoke(self) -> None:
        if signoff := self.one_of(SignOff.objects):
            by = signoff.reviewer if self.chance.random() < 0.5 else self.someone()
            self.attempt("revoke", lambda: signing.revoke(signoff, reason="Misread.", by=by))

    def resolve(self) -> None:
        if objection := self.one_of(SignOff.objects.objecting() if self.chance.random() < 0.7 else SignOff.objects):
            by = self.someone()
            self.attempt("resolve", lambda: signing.resolve(objection, reason="Another has read it.", by=by))

    def revoke_credential(self) -> None:
        credential, by = self.one_of(Credential.objects), self.someone()
        deed = lambda: credentials.revoke_credential(credential, reason="Struck off.", by=by)  # noqa: E731
        self.attempt("revoke credential", deed)

    def verify_credential(self) -> None:
        holder, by = self.reviewer(), self.someone()
        self.attempt("verify credential", lambda: worlds.credential(holder, verified_by=by, number="ANEW"))

    # --- Letting out and taking back ----------------------------------------------------------------------------------
    def publish(self) -> None:
        self.out(self.one_of(Revision.objects))

    def out(self, revision: Revision) -> Publication | None:
        by = self.someone()
        blocked = gate.blockers(gate.read(revision))
        published = self.attempt("publish", lambda: publishing.publish(revision, by=by))
        assert (published is None) == bool(blocked), "publish and the gate are of one mind"
        assert published is None or published.revision_id == revision.pk
        self.done["publish again"] += bool(published and published.article.publications.count() > 1)
        return published

    def withdraw(self) -> None:
        if publication := self.one_of(Publication.objects):
            reason, by = self.chance.choice(["Out of date.", "Out of date.", " "]), self.someone()
            self.attempt("withdraw", lambda: publishing.withdraw(publication, reason=reason, by=by))

    def rebuild(self) -> None:
        article = self.one_of(Article.objects)
        before = Page.objects.filter(article=article).values().first()
        publishing.rebuild(article.pk)
        assert Page.objects.filter(article=article).values().first() == before

    def hear_a_reader(self) -> None:
        """About any version that was ever out, withdrawn ones too."""
        if publication := self.one_of(Publication.objects):
            reason = self.chance.choice([*FeedbackDetail.Reason.values, "nonsense"])
            told = Told(reason, text=self.chance.choice(["", "Is it so?"]))
            key = uuid.UUID(int=self.chance.getrandbits(128))
            self.attempt("report", lambda: feedback.tell(publication, told, key=key))

    # --- After publication --------------------------------------------------------------------------------------------
    def triage(self) -> None:
        """Of one report or two, decided already or not, on one article or not."""
        self.hear_a_reader()
        reports = [found for found in (self.one_of(FeedbackReport.objects.filter(detail__isnull=False)),) if found]
        if reports and self.chance.random() < 0.3:
            reports.append(self.one_of(FeedbackReport.objects.filter(detail__isnull=False)))
        outcome, by = self.chance.choice([*Outcome.values, "correct", "perhaps"]), self.someone()
        said = {"reason": "So it is.", "answer": "Thank you.", "change_note": "Puts it right.", "withdrawal_reason": "Wrong."}
        if reports:
            self.attempt(f"triage {outcome}", lambda: triaging.triage(reports, outcome=outcome, **said, by=by))
            for revision in Revision.objects.exclude(pk__in=self.saved):
                self.keep(revision)

    def hand_over(self) -> None:
        if report := self.one_of(FeedbackReport.objects.filter(detail__isnull=False)):
            owner, by = self.someone(), self.someone()
            self.attempt("hand over", lambda: report_owners.assign(report, owner, by=by))

    def retire(self) -> None:
        """Somebody leaves, or comes back."""
        user = self.one_of(User.objects.filter(username__in=["milo", "root"]))
        User.objects.filter(pk=user.pk).update(is_active=not user.is_active)

    def schedule(self, revision: Revision | None = None) -> None:
        revision, by = revision or self.one_of(Revision.objects), self.someone()
        at = timezone.now() + datetime.timedelta(days=self.chance.choice([-1, 1, 1, 20]))
        self.attempt("schedule", lambda: scheduling.schedule(revision, at=at, by=by))

    def unschedule(self) -> None:
        if found := self.one_of(Schedule.objects):
            by, at = self.someone(), timezone.now() + datetime.timedelta(days=3)
            self.attempt("cancel a schedule", lambda: scheduling.cancel(found, reason="Later.", by=by))
            self.attempt("move a schedule", lambda: scheduling.move(found, at=at, by=by))

    def change_a_little(self) -> None:
        article = self.one_of(Article.objects)
        slip, more = article.draft.body.replace("difference", "diference"), article.draft.body + " 5 mg."
        body = slip if self.chance.random() < 0.7 else more
        text = worlds.changed(article.draft, body=body, kind=Revision.Kind.MINOR, change_note="Mends a spelling.")
        by = self.writer()
        saved = self.attempt("save minor", lambda: drafting.save_draft(article.pk, text, base=article.draft_id, by=by))
        self.keep(saved)
        reviewer = self.reviewer()
        if saved and (request := self.ask(saved, Kind.LOOK, reviewer)):
            self.answer(request, Decision.APPROVE, reviewer)
            if self.out(saved):
                self.done["publish minor"] += 1

    def review_again(self) -> None:
        """What is live, as it stands."""
        if page := self.one_of(Page.objects.live()):
            revision, reviewer = page.publication.revision, self.reviewer()
            if request := self.ask(revision, Kind.MEDICAL, reviewer):
                self.answer(request, self.chance.choice([Decision.APPROVE, Decision.APPROVE, Decision.CHANGES]), reviewer)
                if self.out(revision):
                    self.done["renew"] += 1

    def take_off(self) -> None:
        if request := self.one_of(ReviewRequest.objects.open()) or self.one_of(ReviewRequest.objects):
            by = self.someone()
            self.attempt("take off", lambda: request_withdrawal.withdraw_request(request, reason="Away.", by=by))

    def invite(self) -> None:
        revision, by, number = self.one_of(Revision.objects), self.someone(), self.chance.randint(1, 3)
        outsider = Specialist("Ines", f"Okafor{number}", f"ines{number}@example.org", looked_up=True)
        due = timezone.localdate()
        made = self.attempt("invite", lambda: inviting.invite(revision, kind=Kind.FACTS, specialist=outsider, due=due, by=by))
        if made and self.chance.random() < 0.5:
            self.attempt("accept", lambda: accepting.accept(made, worlds.PASSWORD))

    def decide(self) -> None:
        if concern := self.one_of(Concern.objects):
            by = self.someone()
            self.attempt("decide", lambda: concerns.decide(concern, reason="We wait.", public_note="", by=by))

    def tend(self) -> None:
        """Twice, as two machines would."""
        for _ in range(2):
            assert [step for step in tending.tend() if step.failed] == []
        due = Schedule.objects.open().filter(at__lte=timezone.now())
        assert not due.exists()
        assert not Notice.objects.filter(sent_at=None, how="at_once").exists(), "all were sent"
        assert all(owner.is_active for owner in self.owners_of_open_reports())
        self.done["tend"] += 1

    def owners_of_open_reports(self) -> list[User]:
        return [held.owner for held in report_owners.held().filter(report__in=untriaged()).select_related("owner")]

    def let_time_pass(self) -> None:
        self.clock.shift(datetime.timedelta(days=self.chance.choice([1, 7, 40, 200])))

    # --- What is never true -------------------------------------------------------------------------------------------
    def no_draft_is_lost_or_changed(self) -> None:
        assert {pk: (body, digest) for pk, body, digest in Revision.objects.values_list("pk", "body", "digest")} == self.saved
        for article in Article.objects.all():
            revisions = list(article.revisions.order_by("number").values_list("number", "pk"))
            assert [number for number, _ in revisions] == list(range(1, len(revisions) + 1))
            assert article.draft_id == revisions[-1][1]

    def nobody_signs_what_they_had_a_hand_in(self) -> None:
        """Nor what grew out of it: whoever wrote once stays an author of all that follows."""
        authors: dict[int, set[int]] = {}
        for revision in Revision.objects.order_by("article", "number").prefetch_related("contributions", "signoffs"):
            wrote = authors.setdefault(revision.article_id, set())
            wrote.add(revision.author_id)
            roles = {c.user_id: c.role for c in revision.contributions.all()}
            assert {user for user, role in roles.items() if role != Contribution.Role.REVIEWER} == wrote
            for signoff in revision.signoffs.all():
                assert signoff.reviewer_id not in wrote
                assert signoff.digest == revision.digest

    def every_page_shows_the_last_publication(self) -> None:
        shown = {page.article_id: page for page in Page.objects.select_related("withdrawal")}
        last = {p.article_id: p for p in Publication.objects.order_by("pk").select_related("withdrawal")}
        assert shown.keys() == last.keys()
        for article, page in shown.items():
            assert page.publication_id == last[article].pk
            assert page.withdrawal == getattr(last[article], "withdrawal", None)
            assert pages.is_genuine(page)

    def what_is_live_others_approved_and_stand_by(self) -> None:
        """Two people, of the whole text; and of a minor change since, a third look, at every word of it."""
        rests_on = ("publication__revision", "publication__reviewed", "publication__medical", "publication__facts")
        for page in Page.objects.live().select_related(*rests_on, "publication__look"):
            publication = page.publication
            signed = [(publication.medical, Kind.MEDICAL, publication.reviewed)]
            signed.append((publication.facts, Kind.FACTS, publication.reviewed))
            if publication.reviewed_id != publication.revision_id:
                assert publication.revision.kind == Revision.Kind.MINOR
                assert touched_by(publication.revision, publication.reviewed) == []
                signed.append((publication.look, Kind.LOOK, publication.revision))
            for signoff, kind, words in signed:
                assert (signoff.kind, signoff.decision) == (kind, Decision.APPROVE)
                assert (signoff.revision_id, signoff.digest) == (words.pk, words.digest)
                assert not hasattr(signoff, "revocation")
                assert signatures.seal_holds(signoff)
            wrote = publication.revision.contributions.exclude(role=Contribution.Role.REVIEWER)
            hands = set(wrote.values_list("user", flat=True))
            assert not hands & {signoff.reviewer_id for signoff, _, _ in signed}
            assert publication.medical.reviewer_id != publication.facts.reviewer_id

    def no_task_is_there_twice_and_no_report_without_an_owner(self) -> None:
        assert len(self.owners_of_open_reports()) == untriaged().count()
        for model, *what in (
            (Concern, "article", "kind", "reference", "standing", "signoff"), (Schedule.objects.open(), "article"),
            (ReviewRequest.objects.open(), "revision", "kind", "reviewer"),
        ):  # fmt: skip
            rows = getattr(model, "objects", model).values_list(*what)
            assert len(set(rows)) == len(rows), what

    def no_notice_is_sent_twice(self) -> None:
        """A mail is known by its Message-ID, and what may be told but once by what it says and to whom."""
        sent = [message.extra_headers["Message-ID"] for message in mail.outbox]
        assert len(set(sent)) == len(sent)
        once = [(n.address or n.recipient_id, n.subject, n.text) for n in Notice.objects.exclude(key=None)]
        assert max(Counter(once).values(), default=1) == 1, Counter(once).most_common(1)

    def a_reader_gets_what_the_records_say(self) -> None:
        for page in Page.objects.select_related("publication__revision", "publication__medical"):
            answer = Client().get(page.get_absolute_url())
            words, publication = answer.content.decode(), page.publication
            assert answer.status_code == (410 if page.withdrawal_id else 200)
            for told in (publication.revision.digest[:12], publication.medical.signed_as.split(",")[0]):
                assert (told in words) == (page.withdrawal_id is None)
        for article in Article.objects.filter(page=None):
            assert Client().get(article.get_absolute_url()).status_code == 404
        for publication in Publication.objects.select_related("revision"):
            answer = Client().get(reverse("articles:article", args=[publication.revision.slug]), follow=True)
            assert answer.request["PATH_INFO"] == Page.objects.get(article=publication.article_id).get_absolute_url()
        self.what_can_be_searched_is_what_is_live()

    def what_can_be_searched_is_what_is_live(self) -> None:
        live = Page.objects.live().values_list("article", "publication")
        assert set(SearchEntry.objects.values_list("article", "publication")) == set(live)

    def what_readers_see_changes_with_the_edition_alone(self) -> None:
        """By it, finished answers are known to be good still."""
        edition, today = site_version.edition(), str(timezone.localdate())
        pages = dict(Page.objects.values_list("pk", "etag"))
        address = self.looks.choice(["/corrections/", "/policy/", "/people/", "/", "/feed/atom/"])
        for what, now in (("pages", pages), (address, Client().get(address).content)):
            assert self.shown.setdefault((edition, today, what), now) == now, what

    def history_only_grows(self) -> None:
        told = set(history.Event.objects.values_list("pk", flat=True))
        assert self.told <= told
        self.told = told

    def check(self) -> None:
        self.no_draft_is_lost_or_changed()
        self.nobody_signs_what_they_had_a_hand_in()
        self.every_page_shows_the_last_publication()
        self.what_is_live_others_approved_and_stand_by()
        self.no_task_is_there_twice_and_no_report_without_an_owner()
        self.no_notice_is_sent_twice()
        self.what_readers_see_changes_with_the_edition_alone()
        self.history_only_grows()


def told(seed: int) -> Counter[str]:
    mail.outbox.clear()
    with time_machine.travel(START) as clock:
        story = Story(seed, clock)
        for step in range(STEPS):
            story.goes_on()
            story.check()
            if step % 15 == 14:
                story.a_reader_gets_what_the_records_say()
        assert list(faults()) == []  # no chain, digest, seal, key, page or witness is broken
    return story.done


def test_in_any_order_by_anybody_at_any_time_the_promises_hold(db):
    done: Counter[str] = Counter()
    for seed in range(STORIES):
        one_story = transaction.atomic()
        one_story._from_testcase = True  # it is undone, and what must be committed at once may think that it is
        with one_story:
            try:
                done += told(seed)
            except Exception as error:
                error.add_note(f"This was story {seed}.")
                raise
            transaction.set_rollback(True)
    # A promise about what never came about would be easily kept.
    needed = ["save", "restore", "ask", "sign approve", "revoke", "publish", "publish again", "withdraw", "schedule", "renew"]
    needed += ["triage correct", "save minor", "publish minor", "take off", "tend"]
    assert [verb for verb in (*needed, "ask refused", "publish refused", "save refused") if not done[verb]] == [], done
    assert done["sign changes"] + done["sign decline"], done
