"""The command that makes up an archive: over an empty database, told by name, and never by mistake."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Article, Page, Topic, User
from articles.refusal import Refused
from reviews.seeding.filling import Order, fill
from tests import worlds


def test_an_order_that_cannot_be_met_is_refused_with_every_reason(db):
    with pytest.raises(Refused) as refused:
        fill(Order(50, 60, 1, ""))
    assert len(refused.value.reasons) == 2
    assert not User.objects.exists()


def test_a_real_site_is_not_filled_by_mistake(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--yes"):
        call_command("seed", articles=100)
    assert not User.objects.exists()


def test_without_the_groups_of_a_new_site_nobody_is_made_up(db):
    Group.objects.filter(name="Reviewers").update(name="Referees")
    with pytest.raises(CommandError, match="Reviewers cannot be found"):
        call_command("seed", articles=100, yes=True)
    assert not User.objects.exists()


def test_some_of_the_made_up_people_are_not_taken_for_all_of_them(db):
    worlds.person("measured-writer-1", "Writers")
    with pytest.raises(CommandError, match="Only 1 of the accounts"):
        call_command("seed", articles=100, yes=True)
    assert User.objects.get().check_password(worlds.PASSWORD), "nor is their password changed"


@pytest.mark.django_db(transaction=True)
def test_the_command_fills_an_empty_database_and_says_how_to_log_in(capsys, settings):
    call_command("seed", articles=100, yes=True)
    told = capsys.readouterr().out
    for stage in ("people", "topics and sources", "forms of pages", "articles", "what is open", "statistics"):
        assert f"  {stage} " in told
    password = told.split("Their password: ")[1].strip()
    assert User.objects.get(username="measured-everything-1").check_password(password)
    assert Page.objects.live().count() == 90
    shelf, owner = Topic.objects.order_by("pk")[1], User.objects.get(username="measured-writer-1")
    Article.objects.create(slug="next", topic=shelf, owner=owner, created_at=timezone.now())  # the keys go on where they should
    with pytest.raises(CommandError, match="--add"):
        call_command("seed", articles=100, yes=True)
