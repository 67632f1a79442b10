"""The demonstration: every place of the story, through the real verbs, and twice is harmless."""

import pytest
from django.core.management import CommandError, call_command

from articles.impact import impact_of
from articles.models import Article, Reference
from reviews import demonstration, gate
from reviews.models import ReviewRequest
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
    assert set(Article.objects.live().with_newer_draft().values_list("slug", flat=True)) == {"low-back-pain"}
    ready = Article.objects.get(slug="hypertension")
    assert gate.blockers(gate.read(ready.draft)) == []
    waiting = ReviewRequest.objects.open().values_list("revision__slug", flat=True)
    assert set(waiting) == {"iron-deficiency-anaemia", "mediterranean-diet"}
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

    before = Article.objects.values_list("draft", flat=True)
    call_command("demo", no_serve=True)
    assert list(Article.objects.values_list("draft", flat=True)) == list(before)


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
