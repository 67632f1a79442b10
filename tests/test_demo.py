"""The demonstration: every place of the story, through the real verbs, and twice is harmless."""

import pytest
from django.core.management import CommandError, call_command

from articles.impact import impact_of
from articles.models import Article, Event, Reference, Topic, User
from articles.passage_search import blocks_of, find
from reviews import demonstration, gate, helpfulness
from reviews.models import (
    Concern,
    FeedbackDetail,
    FeedbackReport,
    Invitation,
    Notice,
    ReplyAddress,
    ReviewRequest,
    Schedule,
    Triage,
)
from reviews.verification import faults


def test_it_shows_every_place_of_the_story_and_running_it_twice_is_harmless(db, settings, capsys, client):
    settings.DEBUG = True
    call_command("demo", no_serve=True)
    printed = capsys.readouterr().out
    assert "dr_ruth    dr_ruth-shows-imprimatur" in printed
    assert Article.objects.count() == len(demonstration.STORIES)
    live = set(Article.objects.live().values_list("slug", flat=True))
    assert live == {"nocturnal-leg-cramps", "migraine", "low-back-pain"}
    assert set(Article.objects.withdrawn().values_list("slug", flat=True)) == {"type-2-diabetes"}
    assert set(Article.objects.live().with_newer_draft().values_list("slug", flat=True)) == {"low-back-pain", "migraine"}
    ready = Article.objects.get(slug="hypertension")
    assert gate.blockers(gate.read(ready.draft)) == []
    waiting = ReviewRequest.objects.open().values_list("revision__slug", flat=True)
    assert set(waiting) == {"iron-deficiency-anaemia", "mediterranean-diet", "migraine"}
    fallen = gate.blockers(gate.read(Article.objects.get(slug="mediterranean-diet").draft))
    assert any("estruch2013predimed-retracted) has been retracted" in reason.text for reason in fallen)
    [use] = impact_of(Reference.objects.get(key="estruch2013predimed-retracted"))
    assert (use.where, use.article.slug) == ("draft", "mediterranean-diet")
    assert "7447 people" in use.sentences[0]
    assert Reference.objects.count() == 66
    for slug in live:
        assert client.get(f"/articles/{slug}/").status_code == 200
    assert client.get("/articles/type-2-diabetes/").status_code == 410
    assert list(faults()) == []

    def everything():
        counted = (Article, Event, Topic, Reference, FeedbackReport, FeedbackDetail, ReplyAddress, Notice)
        return list(Article.objects.values_list("draft", flat=True)), [model.objects.count() for model in counted]

    before = everything()
    call_command("demo", no_serve=True)
    assert everything() == before


def test_its_readers_have_voted_on_old_and_new_versions_and_told_what_is_wrong(db, settings):
    settings.DEBUG = True
    call_command("demo", no_serve=True)
    live = {article.slug: article.pk for article in Article.objects.live()}
    versions = helpfulness.of_articles(live.values())
    votes = {slug: [figures.votes for figures in versions[pk]] for slug, pk in live.items()}
    assert votes == {"nocturnal-leg-cramps": [23, 31], "migraine": [27, 20], "low-back-pain": [23]}
    told = helpfulness.before_and_after(versions[live["nocturnal-leg-cramps"]])
    assert "78\u00a0% (58–90\u00a0%) of 23 readers; before the last change 52\u00a0%" in told.in_words
    reasons = set(FeedbackDetail.objects.values_list("reason", flat=True))
    assert reasons == {"harmful", "inaccurate", "outdated", "unclear", "broken_link"}
    for detail in FeedbackDetail.objects.exclude(quote="").select_related("report__publication__revision"):
        revision = detail.report.publication.revision
        found = find(detail.quote, blocks_of(revision.title, revision.summary, revision.body))
        assert found, detail.quote
        marked = "".join(part.text for _, parts in found.blocks for part in parts if part.is_quoted)
        assert detail.quote.startswith(marked.replace(" | ", " ")), "with the numbers that readers saw"
    harmful = FeedbackDetail.objects.get(reason="harmful")
    assert harmful.report.publication.article.page.publication == harmful.report.publication
    assert ReplyAddress.objects.get().address == "reader@example.org"
    assert FeedbackReport.objects.get(detail__reason="unclear").helpful is False


def test_each_desk_has_something_real_on_it(db, settings, as_user):
    settings.DEBUG = True
    call_command("demo", no_serve=True)
    assert Schedule.objects.open().get().revision.slug == "low-back-pain"
    assert {triage.outcome for triage in Triage.objects.all()} == {"correct", "review"}
    assert Triage.objects.get(outcome="correct").answered.publication.revision.kind == "correction"
    assert Concern.objects.open().get().kind == "objection"
    assert ReviewRequest.objects.open().filter(kind="look").exists()
    assert Invitation.objects.get().request.reviewer.email == "noor@example.org"
    told = {
        "wren": ["My drafts", "Waiting for review"],
        "fay": ["Waiting for me"],
        "dr_ruth": ["Waiting for me", "Migraine"],
        "dr_omar": ["Waiting for me", "Second look", "45 days left"],
        "ed": ["Ready to publish", "Low back pain", "Reports", "concern"],
    }
    for name, words in told.items():
        page = as_user(User.objects.get(username=name)).get("/admin/").content.decode()
        missing = [word for word in words if word.lower() not in page.lower()]
        assert missing == [], name


def test_its_topics_stand_in_a_tree_each_with_a_sentence(db, settings):
    settings.DEBUG = True
    call_command("demo", no_serve=True)
    wide = set(Topic.objects.filter(parent=None).values_list("name", flat=True))
    assert wide == {"Brain and nerves", "Muscles, joints and bones", "Heart and circulation", "Blood and metabolism"}
    assert Topic.objects.get(name="Migraine").parent.name == "Brain and nerves"
    assert not Topic.objects.filter(description="").exists()
    assert not Article.objects.filter(topic__parent=None).exists()
    for topic in Topic.objects.all():
        topic.full_clean()


def test_no_demonstration_text_has_anything_to_find(db, settings):
    settings.DEBUG = True
    call_command("demo", no_serve=True)
    for article in Article.objects.all():
        found = gate.read(article.draft).findings
        assert [f"{article}: {finding.message}" for finding in found if finding.severity == "error"] == []


def test_it_refuses_to_run_in_production(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="passwords that everybody knows"):
        call_command("demo", no_serve=True)
