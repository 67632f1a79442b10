"""Raw SQL through Django's own connection: what the gate never sees, the database itself refuses.

Each attack differs in one thing from an honest statement that is shown to be accepted, and the refusal must name the
lock that was meant: no test passes because its SQL is wrong.
"""

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.utils import timezone

from articles.locks import AppendOnly, CompositeForeignKey, Frozen
from articles.models import (
    Article,
    Citation,
    Contribution,
    Event,
    LinkCheck,
    Page,
    Picture,
    PictureUse,
    Reference,
    ReferenceCheck,
    Revision,
    Topic,
    User,
    Wording,
)
from reviews.models import (
    CitationVerdict,
    Concern,
    ConcernDecision,
    Credential,
    FeedbackReport,
    Invitation,
    InvitationUse,
    Publication,
    Remark,
    RemarkReply,
    ReportAnswer,
    ReportOwner,
    RequestWithdrawal,
    Resolution,
    ReviewRequest,
    Revocation,
    Schedule,
    ScheduleOutcome,
    SignOff,
    SourcePolicy,
    Triage,
    Waiver,
    Withdrawal,
)
from tests.standing import SQLITE, columns_of, insertion, rows, run, standing_world, undone

Statement = tuple[str, Any]
NEVER_CHANGED = [
    Revision, Contribution, Citation, Picture, PictureUse, Event, ReviewRequest, SignOff, Revocation, Resolution, CitationVerdict,
    Publication, Withdrawal, Remark, RemarkReply, ReferenceCheck, LinkCheck, Concern, ConcernDecision, SourcePolicy, Waiver,
    FeedbackReport, Wording, ReportOwner, Triage, ReportAnswer, Schedule, ScheduleOutcome, RequestWithdrawal, Invitation,
    InvitationUse,
]  # fmt: skip


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """Here the database is one world, built once."""
    with standing_world(django_db_blocker) as world:
        yield world


@pytest.fixture
def world(db: SimpleNamespace) -> Iterator[SimpleNamespace]:
    with undone():
        yield db


def refused(statement: Statement, model: type[models.Model], because: str) -> None:
    """The database refuses it, naming the lock, and no row of the table is other than it was."""
    before = rows(model)
    assert before
    with pytest.raises((IntegrityError, OperationalError)) as refusal, transaction.atomic():
        run(*statement)
    said = str(refusal.value)
    if said == "FOREIGN KEY constraint failed":  # SQLite does not say which
        said = " ".join(broken_keys(statement, model))
    assert re.search(because, said), said
    assert rows(model) == before


def broken_keys(statement: Statement, model: type[models.Model]) -> set[str]:
    """The composite keys that SQLite finds broken once it is asked to look only at the end."""
    table = model._meta.db_table
    named = {
        frozenset(model._meta.get_field(field).column for field in lock.fields): lock.name
        for lock in model._meta.constraints
        if isinstance(lock, CompositeForeignKey)
    }
    with undone(), connection.cursor() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute(*statement)
        broken = {row[3] for row in cursor.execute(f'PRAGMA foreign_key_check("{table}")').fetchall()}
        keys: dict[int, set[str]] = {}
        for key, _, _, column, *_ in cursor.execute(f'PRAGMA foreign_key_list("{table}")').fetchall():
            keys.setdefault(key, set()).add(column)
        cursor.execute("PRAGMA defer_foreign_keys = OFF")
    return {named.get(frozenset(keys[key]), f"a key of Django's own: {keys[key]}") for key in broken}


# --- Rows that never change -------------------------------------------------------------------------------------------
def everything_updated(table: str, key: str) -> str:
    return f'UPDATE "{table}" SET "{key}" = "{key}"'


def one_row_renumbered(table: str, key: str) -> str:
    return f'UPDATE "{table}" SET "{key}" = "{key}" + 1000000 WHERE "{key}" = (SELECT max("{key}") FROM "{table}")'


def everything_deleted(table: str, key: str) -> str:
    return f'DELETE FROM "{table}"'


def one_row_deleted(table: str, key: str) -> str:
    return f'DELETE FROM "{table}" WHERE "{key}" = (SELECT max("{key}") FROM "{table}")'


def everything_truncated(table: str, key: str) -> str:
    return f'TRUNCATE "{table}" CASCADE'


def one_row_replaced(table: str, key: str) -> str:
    one = f'SELECT * FROM "{table}" WHERE "{key}" = (SELECT max("{key}") FROM "{table}")'
    if SQLITE:
        return f'INSERT OR REPLACE INTO "{table}" {one}'
    return f'INSERT INTO "{table}" {one} ON CONFLICT ("{key}") DO UPDATE SET "{key}" = EXCLUDED."{key}"'


def replaced_by_update(table: str, key: str) -> str:
    return f'UPDATE OR REPLACE "{table}" SET "{key}" = (SELECT min("{key}") FROM "{table}")'


ON_BOTH = [everything_updated, one_row_renumbered, everything_deleted, one_row_deleted, one_row_replaced]
WAYS = [*ON_BOTH, replaced_by_update] if SQLITE else [*ON_BOTH, everything_truncated]


def test_the_list_of_tables_that_never_change_is_complete():
    locked = {model for model in apps.get_models() for lock in model._meta.constraints if type(lock) is AppendOnly}
    assert locked == set(NEVER_CHANGED)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("model", NEVER_CHANGED, ids=lambda model: model.__name__)
def test_a_record_is_never_changed_or_removed(world, model, way):
    table = model._meta.db_table
    says = f"{table} is append-only"
    if SQLITE and way in (one_row_replaced, replaced_by_update):
        says = f"{table} (already has a row with this key|is append-only)"  # in the order of its triggers
    refused((way(table, model._meta.pk.column), []), model, says)


@pytest.mark.parametrize("model", NEVER_CHANGED, ids=lambda model: model.__name__)
def test_no_single_column_of_a_record_is_ever_changed(world, model):
    for field in (field for field in model._meta.concrete_fields if not field.primary_key):
        statement = f'UPDATE "{model._meta.db_table}" SET "{field.column}" = NULL'
        refused((statement, []), model, f"{model._meta.db_table} is append-only")


# --- Rows that stay, of which some columns may change -----------------------------------------------------------------
FROZEN = {
    (model, column)
    for model in apps.get_models()
    for lock in model._meta.constraints
    if isinstance(lock, Frozen)
    for column in lock.fields
}


def other_value(model: type[models.Model], column: str) -> str:
    field = model._meta.get_field(column)
    if isinstance(field, models.ForeignKey):
        return f'"{field.column}" + 1'
    return "'2001-01-01'" if isinstance(field, models.DateField) else f"'x' || substr(\"{field.column}\", 2)"


@pytest.mark.parametrize(
    ("model", "column"), sorted(FROZEN, key=str), ids=lambda part: part if isinstance(part, str) else part.__name__
)
def test_the_facts_of_a_credential_and_the_name_of_an_account_stay(world, model, column):
    table, key = model._meta.db_table, model._meta.get_field(column).column
    filled = f'SELECT min(id) FROM "{table}" WHERE "{key}" IS NOT NULL'
    statement = f'UPDATE "{table}" SET "{key}" = {other_value(model, column)} WHERE id = ({filled})'
    refused((statement, []), model, f"{table} (keeps its rows|already has a row with this key)")


def test_the_name_of_an_account_and_the_facts_of_a_credential_are_among_them():
    assert {(User, "username"), (Credential, "number"), (Credential, "holder"), (Credential, "valid_until")} <= FROZEN


@pytest.mark.parametrize("way", [way for way in WAYS if "deleted" in way.__name__ or "truncated" in way.__name__])
@pytest.mark.parametrize("model", [User, Credential], ids=lambda model: model.__name__)
def test_no_account_and_no_credential_is_ever_removed(world, model, way):
    refused((way(model._meta.db_table, "id"), []), model, "keeps its rows")


@pytest.mark.skipif(not SQLITE, reason="PostgreSQL has no INSERT OR REPLACE")
@pytest.mark.parametrize("model", [User, Credential], ids=lambda model: model.__name__)
def test_no_account_and_no_credential_is_ever_replaced(world, model):
    refused((one_row_replaced(model._meta.db_table, "id"), []), model, "already has a row with this key")


def test_what_may_change_of_an_account_can_be_changed(world):
    assert run("UPDATE articles_user SET is_active = %s WHERE id = %s", [False, world.dr_late.pk]) == 1


# --- Rows that lie ----------------------------------------------------------------------------------------------------
def publication(w: SimpleNamespace, **changes: Any) -> Statement:
    words = Revision.objects.get(pk=changes.get("revision_id", w.second.pk))
    honest = {
        "article_id": w.article.pk, "revision_id": words.pk, "revision_kind": words.kind, "reviewed_id": words.pk,
        "medical_id": w.medical.pk, "medical_reviewer_id": w.dr_ruth.pk,
        "facts_id": w.facts.pk, "facts_reviewer_id": w.fay.pk, "by_id": w.ed.pk,
    }  # fmt: skip
    return insertion(Publication, columns_of(w.live, **{**honest, **changes}))


def signoff(w: SimpleNamespace, **changes: Any) -> Statement:
    honest = {"request_id": w.open.pk, "reviewer_id": w.dr_omar.pk}
    return insertion(SignOff, columns_of(w.facts, **{**honest, **changes}))


def medical_signoff(w: SimpleNamespace, **changes: Any) -> Statement:
    """On a request for a medical review, made here."""
    run(*request(w, kind="medical", reviewer_id=w.dr_omar.pk))
    asked, held = ReviewRequest.objects.latest("pk"), Credential.objects.get(holder=w.dr_omar)
    honest = {"request_id": asked.pk, "reviewer_id": w.dr_omar.pk, "credential_id": held.pk}
    return insertion(SignOff, columns_of(w.medical, **{**honest, **changes}))


def request(w: SimpleNamespace, **changes: Any) -> Statement:
    return insertion(ReviewRequest, columns_of(w.open, **changes))


def contribution(w: SimpleNamespace, **changes: Any) -> Statement:
    row = w.second.contributions.get(user=w.fay)
    return insertion(Contribution, columns_of(row, **{"user_id": w.milo.pk, **changes}))


def verdict(w: SimpleNamespace, **changes: Any) -> Statement:
    """On a sign-off that has none yet, made here."""
    run(*signoff(w))
    new = SignOff.objects.latest("pk")
    return insertion(CitationVerdict, columns_of(w.facts.verdicts.get(), **{"signoff_id": new.pk, **changes}))


def withdrawal(w: SimpleNamespace, **changes: Any) -> Statement:
    return insertion(Withdrawal, columns_of(w.withdrawal, **{"publication_id": w.live.pk, **changes}))


def revision(w: SimpleNamespace, **changes: Any) -> Statement:
    honest = {"number": w.second.number + 1, "parent_id": w.second.pk}
    return insertion(Revision, columns_of(w.second, **{**honest, **changes}))


def page(w: SimpleNamespace, **changes: Any) -> Statement:
    """Of a third article, so that its key is free."""
    run(*insertion(Article, columns_of(w.article, slug="a-third", draft_id=None)))
    third = Article.objects.get(slug="a-third")
    run(*insertion(Revision, columns_of(w.second, article_id=third.pk, number=1, parent_id=None)))
    return insertion(Page, columns_of(w.page, **{"article_id": third.pk, "slug": "a-third", **changes}))


def page_pointed_elsewhere(w: SimpleNamespace, **changes: Any) -> Statement:
    assignments = ", ".join(f'"{column}" = %s' for column in changes)
    return f"UPDATE articles_page SET {assignments} WHERE article_id = %s", [*changes.values(), w.article.pk]


def draft_set(w: SimpleNamespace, to: Revision) -> Statement:
    return "UPDATE articles_article SET draft_id = %s WHERE id = %s", [to.pk, w.article.pk]


def verified(w: SimpleNamespace, by: User | None, at: Any) -> Statement:
    by_id = by.pk if by else None
    return "UPDATE reviews_credential SET verified_by_id = %s, verified_at = %s WHERE id = %s", [by_id, at, w.unverified.pk]


def credential(w: SimpleNamespace, **changes: Any) -> Statement:
    return insertion(Credential, columns_of(w.dr_ruth.credentials.get(), **changes))


def account(w: SimpleNamespace, **changes: Any) -> Statement:
    return insertion(User, columns_of(w.wren, **{"username": "new", "email": "new@example.org", **changes}))


def event(w: SimpleNamespace, **changes: Any) -> Statement:
    last = w.article.events.order_by("-number").first()
    return insertion(Event, columns_of(last, **{"number": last.number + 1, **changes}))


def site_event(w: SimpleNamespace, **changes: Any) -> Statement:
    last = Event.objects.filter(article=None).order_by("-number").first()
    return insertion(Event, columns_of(last, **{"number": last.number + 1, **changes}))


def citation(w: SimpleNamespace, **changes: Any) -> Statement:
    """Of a source that the second revision does not cite yet."""
    run(*insertion(Reference, columns_of(w.second.citations.get().reference, key="another", doi="", pmid="")))
    another = Reference.objects.get(key="another")
    return insertion(Citation, columns_of(w.second.citations.get(), **{"reference_id": another.pk, "number": 2, **changes}))


def small(w: SimpleNamespace, **changes: Any) -> Statement:
    """A minor change again, on the review of what it changed and on the second look."""
    return insertion(Publication, columns_of(w.changed, **changes))


def schedule(w: SimpleNamespace, **changes: Any) -> Statement:
    return insertion(Schedule, columns_of(w.schedule, **changes))


def outcome(w: SimpleNamespace, **changes: Any) -> Statement:
    """Of a schedule made here."""
    run(*schedule(w))
    new = Schedule.objects.latest("pk")
    return insertion(ScheduleOutcome, columns_of(w.cancelled, **{"schedule_id": new.pk, **changes}))


def triage(w: SimpleNamespace, **changes: Any) -> Statement:
    return insertion(Triage, columns_of(w.triage, **{"report_id": w.waiting.pk, **changes}))


def report_answer(w: SimpleNamespace, **changes: Any) -> Statement:
    """To a decision made here."""
    run(*triage(w))
    new = Triage.objects.latest("pk")
    return insertion(ReportAnswer, columns_of(w.triage.answered, **{"triage_id": new.pk, **changes}))


def concern(w: SimpleNamespace, **changes: Any) -> Statement:
    """About a signature."""
    honest = {"kind": "lapsed", "reference_id": None, "standing": "", "signoff_id": w.live.medical_id}
    return insertion(Concern, columns_of(w.concern, **{**honest, **changes}))


def topic(w: SimpleNamespace, months: int) -> Statement:
    return "UPDATE articles_topic SET review_interval_months = %s", [months]


HONEST: dict[str, Callable[[SimpleNamespace], Statement]] = {
    "a publication resting on both signatures": publication,
    "a sign-off that answers its request": signoff,
    "a medical approval with a credential": medical_signoff,
    "a request to somebody who reviews": request,
    "a reviewer of a revision": contribution,
    "a verdict of a fact check": verdict,
    "a withdrawal with its reason": withdrawal,
    "the next revision": revision,
    "a page of the right publication": lambda w: page_pointed_elsewhere(w, publication_id=w.live.pk),
    "a draft of this article": lambda w: draft_set(w, w.first),
    "a credential verified by another": lambda w: verified(w, w.ed, timezone.now()),
    "the next citation": citation,
    "a credential": credential,
    "an account": account,
    "the next event": event,
    "the next event of the site": site_event,
    "a minor change with a second look": small,
    "a schedule": schedule,
    "what came of a schedule": outcome,
    "a decision about a report": triage,
    "an answer to a report": report_answer,
    "a concern about a signature": concern,
    "a review every three years": lambda w: topic(w, 36),
}

LIES: dict[str, tuple[type[models.Model], str, Callable[[SimpleNamespace], Statement]]] = {
    # Publications
    "a publication nobody signed": (
        Publication, "medical_id", lambda w: publication(w, medical_id=None),
    ),
    "a publication of sign-offs that do not exist": (
        Publication, "published_words_are_medically_approved|medical_id", lambda w: publication(w, medical_id=10**9),
    ),
    "a medical signature on another revision": (
        Publication, "published_words_are_medically_approved", lambda w: publication(w, medical_id=w.live.medical_id),
    ),
    "a fact check of another revision": (
        Publication, "published_words_are_fact_checked", lambda w: publication(w, facts_id=w.live.facts_id),
    ),
    "words signed as another revision": (
        Publication, "published_words_are_", lambda w: publication(w, revision_id=w.first.pk),
    ),
    "a fact check passed off as medicine": (
        Publication, "published_words_are_medically_approved",
        lambda w: publication(w, medical_id=w.facts_by_ruth.pk),
    ),
    "a fact check called medicine": (
        Publication, "publication_rests_on_approvals",
        lambda w: publication(w, medical_id=w.facts_by_ruth.pk, medical_kind="facts"),
    ),
    "a medical review passed off as a fact check": (
        Publication, "published_words_are_fact_checked",
        lambda w: publication(w, facts_id=w.objection.pk, facts_reviewer_id=w.dr_omar.pk),
    ),
    "a request for changes passed off as approval": (
        Publication, "published_words_are_medically_approved",
        lambda w: publication(w, medical_id=w.objection.pk, medical_reviewer_id=w.dr_omar.pk),
    ),
    "a request for changes called a publication": (
        Publication, "publication_rests_on_approvals",
        lambda w: publication(w, medical_id=w.objection.pk, medical_reviewer_id=w.dr_omar.pk, decision="changes"),
    ),
    "both signatures by one person": (
        Publication, "facts_and_medicine_by_different_people",
        lambda w: publication(w, facts_id=w.facts_by_ruth.pk, facts_reviewer_id=w.dr_ruth.pk),
    ),
    "both signatures by one person under another name": (
        Publication, "published_words_are_fact_checked",
        lambda w: publication(w, facts_id=w.facts_by_ruth.pk, facts_reviewer_id=w.fay.pk),
    ),
    "a publication of another article": (
        Publication, "published_revision_is_of_the_article", lambda w: publication(w, article_id=w.other.article_id),
    ),
    "a minor change that nobody looked at": (
        Publication, "only_a_minor_change_rests_on_other_words", lambda w: small(w, look_id=None, look_reviewer_id=None),
    ),
    "a correction on the review of other words": (
        Publication, "only_a_minor_change_rests_on_other_words",
        lambda w: publication(w, reviewed_id=w.first.pk, medical_id=w.live.medical_id, facts_id=w.live.facts_id),
    ),
    "a correction that is called minor": (
        Publication, "published_revision_is_of_that_kind", lambda w: publication(w, revision_kind="minor"),
    ),
    "a minor change on a second look at other words": (
        Publication, "minor_change_is_looked_at", lambda w: small(w, look_id=w.medical.pk),
    ),
    "a minor change on a second look by somebody else": (
        Publication, "minor_change_is_looked_at", lambda w: small(w, look_reviewer_id=w.dr_omar.pk),
    ),
    "a minor change of another article's words": (
        Publication, "reviewed_words_are_of_the_article",
        lambda w: small(w, reviewed_id=w.first.pk, medical_id=w.live.medical_id, medical_reviewer_id=w.live.medical_reviewer_id,
                        facts_id=w.live.facts_id, facts_reviewer_id=w.live.facts_reviewer_id),
    ),
    # What comes after publication
    "a schedule of another article's words": (
        Schedule, "scheduled_revision_is_of_the_article", lambda w: schedule(w, revision_id=w.first.pk),
    ),
    "a schedule that published nothing": (
        ScheduleOutcome, "only_a_published_schedule_has_a_publication", lambda w: outcome(w, outcome="published"),
    ),
    "a schedule that published another article": (
        ScheduleOutcome, "schedule_published_its_article",
        lambda w: outcome(w, outcome="published", publication_id=w.live.pk),
    ),
    "an outcome for a schedule of another article": (
        ScheduleOutcome, "outcome_is_of_the_schedule", lambda w: outcome(w, article_id=w.article.pk),
    ),
    "a second outcome": (
        ScheduleOutcome, "reviews_scheduleoutcome already|schedule_id", lambda w: outcome(w, schedule_id=w.schedule.pk),
    ),
    "a decision of a kind nobody knows": (Triage, "triage_outcome_is_known", lambda w: triage(w, outcome="perhaps")),
    "a decision without a reason": (Triage, "triage_gives_a_reason", lambda w: triage(w, reason="")),
    "a correction without a draft": (Triage, "a_correction_begins_with_a_draft", lambda w: triage(w, outcome="correct")),
    "a correction of another article": (
        Triage, "correction_is_of_the_article", lambda w: triage(w, outcome="correct", draft_id=w.first.pk),
    ),
    "a second decision": (Triage, "reviews_triage already|report_id", lambda w: triage(w, report_id=w.report.pk)),
    "an answer by another article": (
        ReportAnswer, "answer_is_a_publication_of_the_article", lambda w: report_answer(w, publication_id=w.live.pk),
    ),
    "a concern about nothing": (Concern, "concern_names_what_it_is_about", lambda w: concern(w, signoff_id=None)),
    "a second concern about one signature": (
        Concern, "reviews_concern already|one_concern_per_signature",
        lambda w: (run(*concern(w)), concern(w))[1],
    ),
    # Signatures
    "a signature by somebody who wrote": (
        SignOff, "nobody_signs_what_they_wrote", lambda w: signoff(w, reviewer_id=w.wren.pk),
    ),
    "a signature by a writer, as a writer": (
        SignOff, "signoff_is_by_a_reviewer", lambda w: signoff(w, reviewer_id=w.wren.pk, role="writer"),
    ),
    "a signature by somebody who was not asked": (
        SignOff, "signature_answers_its_request", lambda w: signoff(w, reviewer_id=w.dr_ruth.pk),
    ),
    "a signature of the other kind": (
        SignOff, "signature_answers_its_request",
        lambda w: signoff(w, kind="medical", credential_id=w.dr_omar.credentials.get().pk),
    ),
    "a signature of a kind nobody knows": (SignOff, "signoff_kind_is_known", lambda w: signoff(w, kind="both")),
    "a decision nobody knows": (SignOff, "decision_is_known", lambda w: signoff(w, decision="approved")),
    "a signature of other words": (
        SignOff, "signature_is_of_these_words", lambda w: signoff(w, digest=w.first.digest),
    ),
    "a signature carried over to another revision": (
        SignOff, "signature_answers_its_request|nobody_signs_what_they_wrote",
        lambda w: signoff(w, revision_id=w.first.pk, digest=w.first.digest),
    ),
    "a second signature on one request": (
        SignOff, "reviews_signoff already|request_id", lambda w: signoff(w, request_id=w.facts.request_id, reviewer_id=w.fay.pk),
    ),
    "a medical approval without a credential": (
        SignOff, "medical_approval_needs_a_credential", lambda w: medical_signoff(w, credential_id=None),
    ),
    # Who does what
    "a request to somebody who wrote": (
        ReviewRequest, "nobody_reviews_what_they_wrote", lambda w: request(w, reviewer_id=w.wren.pk),
    ),
    "a request to a writer, as a writer": (
        ReviewRequest, "request_is_to_a_reviewer", lambda w: request(w, reviewer_id=w.wren.pk, role="writer"),
    ),
    "a writer who is a reviewer too": (
        Contribution, "articles_contribution already|one_role_per_person", lambda w: contribution(w, user_id=w.wren.pk),
    ),
    "a role nobody knows": (Contribution, "role_is_known", lambda w: contribution(w, role="ghost")),
    "a citation numbered nought": (
        Citation, "citation_numbers_start_at_one|articles_citation_number_check", lambda w: citation(w, number=0),
    ),
    "two citations of one number": (
        Citation, "articles_citation already|one_citation_per_number", lambda w: citation(w, number=1),
    ),
    # Verdicts
    "a verdict on a citation of another revision": (
        CitationVerdict, "verdict_is_on_a_citation_of_that_revision",
        lambda w: verdict(w, citation_id=w.first.citations.get().pk),
    ),
    "a verdict of a fact check of another revision": (
        CitationVerdict, "verdict_is_of_the_signed_revision",
        lambda w: verdict(w, revision_id=w.first.pk, citation_id=w.first.citations.get().pk),
    ),
    "a verdict of a medical review": (
        CitationVerdict, "verdict_is_of_the_signed_revision", lambda w: verdict(w, signoff_id=w.medical.pk),
    ),
    "a verdict that is called medical": (
        CitationVerdict, "verdicts_belong_to_fact_checks", lambda w: verdict(w, signoff_id=w.medical.pk, kind="medical"),
    ),
    "a doubt that does not say why": (CitationVerdict, "a_doubt_says_why", lambda w: verdict(w, verdict="partly", note="")),
    "a second verdict on one citation": (
        CitationVerdict, "reviews_citationverdict already|one_verdict_per_citation", lambda w: verdict(w, signoff_id=w.facts.pk),
    ),
    # Articles and pages
    "a draft of another article": (Article, "draft_is_of_this_article", lambda w: draft_set(w, w.gone.revision)),
    "a revision that follows one of another article": (
        Revision, "parent_is_of_the_same_article", lambda w: revision(w, parent_id=w.other.pk),
    ),
    "a second revision of one number": (
        Revision, "articles_revision already|one_revision_per_number", lambda w: revision(w, number=w.second.number),
    ),
    "a revision before the first": (
        Revision, "revision_numbers_start_at_one|articles_revision_number_check", lambda w: revision(w, number=0),
    ),
    "a page that shows another article": (
        Page, "page_shows_a_publication_of_its_article", lambda w: page_pointed_elsewhere(w, publication_id=w.gone.pk),
    ),
    "a page of an article that was never published": (
        Page, "page_shows_a_publication_of_its_article", lambda w: page(w),
    ),
    "a notice about another publication": (
        Page, "notice_is_of_the_publication", lambda w: page_pointed_elsewhere(w, withdrawal_id=w.withdrawal.pk),
    ),
    "a waiver without a reason": (
        Waiver, "waiver_gives_a_reason", lambda w: insertion(Waiver, columns_of(w.waiver, rule="another", reason="")),
    ),
    "a withdrawal without a reason": (Withdrawal, "withdrawal_gives_a_reason", lambda w: withdrawal(w, reason="")),
    "a second withdrawal": (
        Withdrawal, "reviews_withdrawal already|publication_id", lambda w: withdrawal(w, publication_id=w.gone.pk),
    ),
    "a review every ten years": (Topic, "review_at_least_every_36_months", lambda w: topic(w, 120)),
    # People
    "a signature with somebody else's credential": (
        SignOff, "signer_holds_the_credential", lambda w: signoff(w, credential_id=w.unverified.pk),
    ),
    "a credential verified by its holder": (
        Credential, "nobody_verifies_their_own_credential", lambda w: verified(w, w.dr_late, timezone.now()),
    ),
    "a new credential verified by its holder": (
        Credential, "nobody_verifies_their_own_credential",
        lambda w: credential(w, holder_id=w.dr_late.pk, verified_by_id=w.dr_late.pk),
    ),
    "a credential verified by nobody": (
        Credential, "verification_names_who_and_when", lambda w: verified(w, None, timezone.now()),
    ),
    "a credential verified anew by somebody else": (
        Credential, "reviews_credential keeps its rows",
        lambda w: ("UPDATE reviews_credential SET verified_by_id = %s WHERE holder_id = %s", [w.milo.pk, w.dr_ruth.pk]),
    ),
    "a second account of one person": (User, "one_account_per_address", lambda w: account(w, email="WREN@example.org")),
    # The log
    "a second event of one number": (
        Event, "articles_event already|one_event_per_number", lambda w: event(w, number=1),
    ),
    "a second event of the site of one number": (
        Event, "number|one_site_event_per_number", lambda w: site_event(w, number=1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("honest", HONEST.values(), ids=HONEST)
def test_an_honest_row_is_accepted(world, honest):
    assert run(*honest(world)) >= 1
    if SQLITE:
        connection.check_constraints()


@pytest.mark.parametrize(("model", "because", "lie"), LIES.values(), ids=LIES)
def test_a_lie_is_refused(world, model, because, lie):
    refused(lie(world), model, because)


def test_every_composite_key_and_every_check_has_an_attack_of_its_own():
    """A new constraint in these models asks for an attack here."""
    ours = [model for model in apps.get_models() if model._meta.app_label in {"articles", "reviews"}]
    kinds = (CompositeForeignKey, models.CheckConstraint)
    declared = {lock.name for model in ours for lock in model._meta.constraints if isinstance(lock, kinds)}
    attacked = {because for _, because, _ in LIES.values()}
    spared = {name for name in declared if not any(re.search(because, name) for because in attacked)}
    assert spared == {
        # of no consequence to what a reader is told or who signed it
        "credential_ends_after_it_begins", "credential_revocation_names_who_and_when", "request_kind_is_known",
        "revision_kind_is_known", "a_reply_says_something",
    }  # fmt: skip


def test_a_revoked_credential_is_never_restored(world):
    honest = "UPDATE reviews_credential SET revoked_by_id = %s, revoked_at = %s WHERE holder_id = %s"
    assert run(honest, [world.ed.pk, timezone.now(), world.dr_ruth.pk]) == 1
    attack = "UPDATE reviews_credential SET revoked_by_id = NULL, revoked_at = NULL WHERE holder_id = %s"
    refused((attack, [world.dr_ruth.pk]), Credential, "reviews_credential keeps its rows")
