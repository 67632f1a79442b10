import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from articles.drafting import assign
from articles.models import Article, Event, Revision, Topic, User
from tests import office, worlds


@pytest.fixture
def draft(cast):
    return worlds.drafted(cast)


def addresses(draft):
    one = draft.article_id
    return {
        "list": office.url("articles_article_changelist"),
        "add": office.url("articles_article_add"),
        "edit": office.editor(draft),
        "revisions": office.url("articles_article_revisions", one),
        "compare": office.url("articles_article_compare", one, 1, 1),
        "page": office.url("articles_revision_page", draft.pk),
        "picker": office.url("articles_article_references"),
        "reference": office.url("articles_reference_change", draft.citations.first().reference_id),
        "events": office.url("articles_event_changelist"),
        "user": office.url("articles_user_change", draft.author_id),
        "users": office.url("articles_user_changelist"),
        "groups": office.url("auth_group_changelist"),
        "topics": office.url("articles_topic_changelist"),
        "new topic": office.url("articles_topic_add"),
    }


EXPECTED = {
    "wren": {"events": 403, "user": 403, "users": 403, "groups": 403, "new topic": 403},
    "milo": {
        "edit": 404, "revisions": 404, "compare": 404, "page": 404,
        "events": 403, "user": 403, "users": 403, "groups": 403, "new topic": 403,
    },
    "fay": {
        "add": 403, "edit": 404, "revisions": 404, "compare": 404, "page": 404,
        "events": 403, "user": 403, "users": 403, "groups": 403, "new topic": 403,
    },
    "ed": {"user": 403, "users": 403, "groups": 403},
    "root": {},
}  # fmt: skip


@pytest.mark.parametrize("who", EXPECTED)
def test_what_each_role_may_open(cast, as_user, draft, who):
    client = as_user(getattr(cast, who))
    answers = {name: client.get(address).status_code for name, address in addresses(draft).items()}
    assert {name: status for name, status in answers.items() if status != 200} == EXPECTED[who]


def test_staff_without_rights_get_nothing_and_read_no_names(cast, as_user, draft):
    nobody = User.objects.create_user("nobody", "n@example.org", "x", is_staff=True)
    for name, address in addresses(draft).items():
        answer = as_user(nobody).get(address)
        assert answer.status_code in (403, 404), name
        assert "Leg cramps" not in answer.content.decode()


def test_strangers_are_sent_to_log_in_and_scripts_are_told(cast, draft):
    for name, address in addresses(draft).items():
        answer = Client().get(address)
        assert answer.status_code in (302, 403), name
        assert b"Leg cramps" not in answer.content
    for name in ("articles_article_preview", "articles_article_upload"):
        assert Client().post(office.url(name), {"content": "x"}).status_code == 403


def test_a_reviewer_reads_what_they_were_asked_to_review_and_changes_nothing(cast, as_user, draft):
    worlds.asked(draft, "facts", cast.fay, by=cast.ed)
    client = as_user(cast.fay)
    page = client.get(office.editor(draft))
    assert page.status_code == 200
    assert "You may read this article, but not change it." in page.content.decode()
    assert 'name="body"' not in page.content.decode()
    assert client.post(office.editor(draft), office.typed(draft, title="Mine")).status_code == 403
    assert client.post(office.url("articles_article_preview"), {"content": "x"}).status_code == 403
    assert [str(a) for a in client.get(office.url("articles_article_changelist")).context["cl"].result_list] == [draft.title]
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("who, status", [("milo", 404), ("fay", 404), ("dr_ruth", 404), ("ed", 302), ("root", 302)])
def test_who_may_save_anothers_article(cast, as_user, draft, who, status):
    answer = as_user(getattr(cast, who)).post(office.editor(draft), office.typed(draft, title="Other"))
    assert answer.status_code == status
    assert Revision.objects.count() == (2 if status == 302 else 1)


def test_a_writer_sees_only_articles_in_which_they_have_a_part(cast, as_user, draft):
    worlds.drafted(cast, by=cast.milo, slug="milos", title="Milo’s")
    listed = as_user(cast.wren).get(office.url("articles_article_changelist"))
    assert [str(a) for a in listed.context["cl"].result_list] == [draft.title]
    assert "milo" not in listed.content.decode().lower()
    assert "Milo" not in as_user(cast.wren).get("/admin/").content.decode()


POSTED = ["articles_article_assign", "articles_article_shelve"]


@pytest.mark.parametrize("name", POSTED)
@pytest.mark.parametrize("who, status", [("wren", 403), ("milo", 404), ("fay", 404), ("ed", 302), ("root", 302)])
def test_only_editors_hand_over_and_move(cast, as_user, draft, name, who, status):
    data = {"owner": cast.milo.pk, "topic": worlds.topic("Heart").pk}
    answer = as_user(getattr(cast, who)).post(office.url(name, draft.article_id), data)
    assert answer.status_code == status
    article = Article.objects.get()
    assert ((article.owner, article.topic.name) != (cast.wren, "Sleep and pain")) == (status == 302)


@pytest.mark.parametrize("data", [{}, {"owner": "x", "topic": "x"}, {"owner": 99999, "topic": 99999}])
@pytest.mark.parametrize("name", POSTED)
def test_handing_over_to_nobody_changes_nothing(cast, as_user, draft, name, data):
    assert as_user(cast.ed).post(office.url(name, draft.article_id), data).status_code == 302
    assert Article.objects.get().owner == cast.wren


def test_an_article_is_not_handed_to_a_reviewer(cast, as_user, draft):
    answer = as_user(cast.ed).post(office.url(POSTED[0], draft.article_id), {"owner": cast.fay.pk}, follow=True)
    assert "may not write" in answer.content.decode()
    assert Article.objects.get().owner == cast.wren


def test_nothing_is_changed_by_following_a_link(cast, as_user, draft):
    client = as_user(cast.ed)
    for name in POSTED:
        assert client.get(office.url(name, draft.article_id)).status_code == 405
    for name in ("articles_article_preview", "articles_article_upload"):
        assert client.get(office.url(name)).status_code == 405


def test_every_post_needs_its_token(cast, draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ed, backend="django.contrib.auth.backends.ModelBackend")
    for address in (
        office.editor(draft), office.url("articles_article_add"), office.url("articles_article_preview"),
        office.url("articles_article_upload"), office.url("articles_article_restore", draft.article_id, 1),
        office.url("articles_article_assign", draft.article_id), office.url("articles_reference_add"),
    ):  # fmt: skip
        assert client.post(address, office.typed(draft, title="Other")).status_code == 403
    assert Revision.objects.count() == 1


def test_nothing_can_be_deleted_or_done_in_bulk_by_anybody(cast, as_user, draft):
    client = as_user(cast.root)
    rows = {
        "articles_article": draft.article_id, "articles_reference": draft.citations.get().reference_id,
        "articles_topic": Topic.objects.get().pk, "articles_contributor": cast.wren.contributor.pk,
        "articles_user": cast.wren.pk, "auth_group": cast.wren.groups.get().pk, "articles_event": Event.objects.first().pk,
    }  # fmt: skip
    for model, pk in rows.items():
        assert client.post(office.url(f"{model}_delete", pk), {"post": "yes"}).status_code == 403, model
        answer = client.post(
            office.url(f"{model}_changelist"), {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
        )
        assert answer.status_code in (200, 302, 403), model
    assert Article.objects.exists() and Event.objects.exists() and User.objects.filter(username="wren").exists()


def test_a_forged_list_form_changes_nothing(cast, as_user, draft):
    forged = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": draft.article_id, "form-0-slug": "x", "_save": "Save"}
    as_user(cast.root).post(office.url("articles_article_changelist"), forged)
    assert Article.objects.get().slug == draft.slug


@pytest.mark.parametrize("query", ["owner__password__startswith=pbkdf2", "draft__body__contains=a", "page__seal=x"])
def test_lists_cannot_be_asked_for_what_they_do_not_show(cast, as_user, draft, query):
    answer = as_user(cast.wren).get(office.url("articles_article_changelist") + "?" + query)
    assert answer.status_code in (302, 400)


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "²", "1x", "x", "%00", "1/2"])
def test_an_article_that_there_is_not_is_not_found(cast, as_user, number):
    assert as_user(cast.root).get(f"/admin/articles/article/{number}/change/").status_code == 404


def test_what_people_type_is_shown_as_text_on_every_page(cast, as_user):
    bad = office.HOSTILE
    worlds.reference(cast.wren)
    worlds.reference(cast.wren, "bad", csl={"type": "book", "title": bad, "author": [{"literal": bad}], bad: bad}, url="")
    User.objects.filter(pk=cast.wren.pk).update(first_name=bad)
    cast.wren.contributor.name = bad[:150]
    cast.wren.contributor.save()
    topic = worlds.topic()
    topic.name = bad[:100]
    topic.save()
    body = worlds.BODY + f"\n\n{bad} [@bad]"
    first = worlds.drafted(cast, title=bad, summary=bad, body=body)
    worlds.redrafted(first, by=cast.wren, title=bad + "2", summary=bad + "2", body=body + bad)
    article, client = first.article_id, as_user(cast.root)
    for address in (
        *addresses(first).values(), office.url("articles_article_compare", article, 1, 2), "/admin/",
        office.url("articles_article_compare", article, 1, 2) + "?view=inline", office.url("articles_reference_changelist"),
        office.url("articles_reference_change", first.citations.get(key="bad").reference_id),
        office.url("articles_contributor_changelist"), office.url("articles_contributor_change", cast.wren.contributor.pk),
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 200, address
        if answer["Content-Type"].startswith("text/html"):
            office.assert_harmless(answer.content.decode())
    stale = client.post(office.editor(first), office.typed(first, title=bad + "3"))
    assert stale.status_code == 409
    office.assert_harmless(stale.content.decode())


def test_the_markdown_widgets_own_open_addresses_are_not_there():
    for name, address in [("markdownx_upload", "/markdownx/upload/"), ("markdownx_markdownify", "/markdownx/markdownify/")]:
        with pytest.raises(NoReverseMatch):
            reverse(name)
        assert Client().post(address).status_code == 404


def test_a_writer_who_handed_over_may_still_see_and_write(cast, as_user, draft):
    assign(draft.article_id, owner=cast.milo, by=cast.ed)
    assert as_user(cast.wren).post(office.editor(draft), office.typed(draft, title="Other")).status_code == 302


PERSON = {"email": "wren@example.org", "first_name": "", "last_name": "", "is_active": "on", "is_staff": "on"}


def test_a_change_of_what_somebody_may_do_is_recorded_old_and_new(cast, as_user):
    editors = cast.ed.groups.get()
    answer = as_user(cast.root).post(office.url("articles_user_change", cast.wren.pk), {**PERSON, "groups": [editors.pk]})
    assert answer.status_code == 302
    event = Event.objects.get(name="person.changed")
    assert event.data == {"person": "wren", "id": cast.wren.pk, "changes": {"groups": [["Writers"], ["Editors"]]}}
    assert event.actor == cast.root


def test_an_account_is_closed_and_its_name_stays(cast, as_user):
    data = {key: value for key, value in PERSON.items() if key != "is_active"}
    as_user(cast.root).post(office.url("articles_user_change", cast.wren.pk), {**data, "username": "renamed"})
    cast.wren.refresh_from_db()
    assert (cast.wren.username, cast.wren.is_active) == ("wren", False)
    assert Event.objects.get(name="person.changed").data["changes"]["is_active"] == [True, False]


def test_a_password_set_by_somebody_else_is_not_ones_own(cast, as_user):
    data = {"password1": "another-long-passphrase", "password2": "another-long-passphrase", "usable_password": "true"}
    answer = as_user(cast.root).post(office.url("auth_user_password_change", cast.wren.pk), data)
    assert answer.status_code == 302
    cast.wren.refresh_from_db()
    assert cast.wren.check_password("another-long-passphrase") and not cast.wren.password_is_own
    assert Event.objects.filter(name="person.password_set", actor=cast.root).exists()


def test_an_administrator_opens_an_account(cast, as_user):
    data = {
        "username": "nina", "email": "nina@example.org", "first_name": "Nina", "last_name": "Roy", "is_staff": "on",
        "usable_password": "true", "password1": "a-long-passphrase-indeed", "password2": "a-long-passphrase-indeed",
        "is_superuser": "on", "password_is_own": "on",
    }  # fmt: skip
    assert as_user(cast.root).post(office.url("articles_user_add"), data).status_code == 302
    nina = User.objects.get(username="nina")
    assert not nina.is_superuser and not nina.password_is_own
    assert Event.objects.get(name="person.added").data["person"] == "nina"


@pytest.mark.parametrize("who", ["wren", "ed", "fay"])
def test_nobody_else_changes_accounts_or_groups(cast, as_user, who):
    client, group = as_user(getattr(cast, who)), cast.wren.groups.get()
    own = getattr(cast, who)
    for address in (
        office.url("articles_user_change", own.pk), office.url("auth_user_password_change", own.pk),
        office.url("articles_user_add"), office.url("auth_group_change", group.pk), office.url("auth_group_add"),
    ):  # fmt: skip
        assert client.post(address, {**PERSON, "is_superuser": "on", "name": "Writers"}).status_code == 403
    assert not Event.objects.filter(name__startswith="person").exists()


def test_a_change_of_a_group_is_recorded(cast, as_user):
    group = cast.wren.groups.get()
    kept = list(group.permissions.values_list("pk", flat=True))[1:]
    as_user(cast.root).post(office.url("auth_group_change", group.pk), {"name": "Writers", "permissions": kept})
    old, new = Event.objects.get(name="group.changed").data["changes"]["permissions"]
    assert len(old) == len(new) + 1


def test_a_change_of_a_topic_and_of_a_profile_is_recorded(cast, as_user):
    topic, client = worlds.topic(), as_user(cast.ed)
    data = {"name": topic.name, "slug": topic.slug, "parent": "", "review_interval_months": 6}
    assert client.post(office.url("articles_topic_change", topic.pk), data).status_code == 302
    assert Event.objects.get(name="topic.changed").data["changes"] == {"review_interval_months": [12, 6]}
    wren = cast.wren.contributor
    data = {"user": cast.wren.pk, "name": "Wren Other", "slug": wren.slug, "post_nominals": "", "specialty": ""}
    assert client.post(office.url("articles_contributor_change", wren.pk), data).status_code == 302
    assert Event.objects.get(name="contributor.changed").data["changes"]["name"] == ["Wren Adeyemi", "Wren Other"]


def test_a_topic_cannot_stand_under_itself(cast, as_user):
    shelf = worlds.topic()
    child = worlds.topic("Child", parent=shelf)
    data = {"name": shelf.name, "slug": shelf.slug, "parent": child.pk, "review_interval_months": 12}
    answer = as_user(cast.ed).post(office.url("articles_topic_change", shelf.pk), data)
    assert "A topic cannot stand under itself." in answer.content.decode()


def test_events_are_read_and_never_written(cast, as_user, draft):
    client = as_user(cast.root)
    event = Event.objects.last()
    assert client.get(office.url("articles_event_add")).status_code == 403
    assert client.post(office.url("articles_event_change", event.pk), {"name": "x"}).status_code == 403
    found = client.get(office.url("articles_event_changelist") + f"?article__id__exact={draft.article_id}&q=wren")
    assert {e.article_id for e in found.context["cl"].result_list} == {draft.article_id}
