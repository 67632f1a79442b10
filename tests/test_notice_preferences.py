"""What I am told: everybody chooses for themselves, and nobody can choose not to hear of work that waits for them."""

import pytest

from articles.models import Event, User
from articles.refusal import Refused
from reviews import notices
from reviews.models import Notice, NoticeKind, NoticePreference
from reviews.models.notice import ALWAYS_AT_ONCE
from reviews.outbox import FIXED, preferences, set_preferences
from tests import office
from tests.pages import Page

URL = "reviews_notice_preferences"


def test_without_a_choice_everything_is_told_at_once(cast):
    assert set(preferences(cast.wren).values()) == {"at_once"}
    assert set(NoticeKind) - set(preferences(cast.wren)) == {NoticeKind.ANSWER, NoticeKind.DIGEST}, "which nobody here gets"


@pytest.mark.parametrize("how, kept", [("at_once", ["at_once"]), ("digest", ["digest"]), ("never", [])])
def test_it_is_told_as_each_chose(cast, how, kept):
    set_preferences(cast.wren, {"remark": how})
    notices.tell(cast.wren, NoticeKind.REMARK, "A remark", "Text.")
    notices.tell(cast.milo, NoticeKind.REMARK, "A remark", "Text.")
    assert list(Notice.objects.filter(recipient=cast.wren).values_list("how", flat=True)) == kept
    assert Notice.objects.get(recipient=cast.milo).how == "at_once"


def test_a_request_may_wait_for_the_digest_but_not_be_kept_from_me(cast):
    set_preferences(cast.fay, {"request": "digest"})
    with pytest.raises(Refused, match="you have to hear of it"):
        set_preferences(cast.fay, {"request": "never", "remark": "never"})
    assert preferences(cast.fay)[NoticeKind.REQUEST] == "digest"
    assert preferences(cast.fay)[NoticeKind.REMARK] == "at_once", "all of it or nothing"


@pytest.mark.parametrize("kind", ALWAYS_AT_ONCE)
@pytest.mark.parametrize("how", ["digest", "never"])
def test_what_may_not_wait_is_always_told_at_once(cast, kind, how):
    with pytest.raises(Refused) as refusal:
        set_preferences(cast.ed, {kind: how})
    assert FIXED.get(kind, "nothing one can choose") in str(refusal.value)
    NoticePreference.objects.create(user=cast.ed, kind=kind, how=how)
    notices.tell(cast.ed, kind, "At once", "Text.")
    assert Notice.objects.get().how == "at_once"


@pytest.mark.parametrize("wanted", [{"weather": "never"}, {"remark": "on Sundays"}, {"": ""}])
def test_nonsense_is_refused(cast, wanted):
    with pytest.raises(Refused):
        set_preferences(cast.wren, wanted)


def test_a_change_of_mind_is_one_line_in_the_log(cast):
    for how in ("never", "never", "digest"):
        set_preferences(cast.wren, {"remark": how, "request": "at_once"})
    events = Event.objects.filter(name="notices.chosen").order_by("pk")
    assert [(event.actor, event.data) for event in events] == [
        (cast.wren, {"chosen": {"remark": "never"}}),
        (cast.wren, {"chosen": {"remark": "digest"}}),
    ]


def test_the_screen_shows_and_keeps_what_one_chose(cast, as_user):
    client = as_user(cast.wren)
    answer = client.post(office.url(URL), {"remark": "never", "request": "digest"})
    assert answer.status_code == 302
    rows = {row["kind"]: row for row in client.get(answer.url).context["rows"]}
    assert [rows[kind]["how"] for kind in ("remark", "request", "decision")] == ["never", "digest", "at_once"]
    assert [len(rows[kind]["offered"]) for kind in ("remark", "request")] == [3, 2]
    selects = {select.attrs["name"] for select in Page(client.get(answer.url).content.decode()).all("select")}
    assert selects == set(rows) == set(preferences(cast.wren)) - set(FIXED)


def test_the_screen_says_what_nobody_can_choose_and_why(cast, as_user):
    text = as_user(cast.wren).get(office.url(URL)).content.decode()
    for kind, reason in FIXED.items():
        assert kind.label in text
        assert reason in text
        assert f'name="{kind}"' not in text


def test_a_refusal_keeps_all_that_was_chosen(cast, as_user):
    answer = as_user(cast.wren).post(office.url(URL), {"remark": "digest", "request": "never"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "you have to hear of it" in page
    assert '<option value="digest" selected>' in page
    assert not NoticePreference.objects.exists()


def test_each_changes_only_their_own_and_every_page_of_the_office_leads_there(cast, as_user, client):
    as_user(cast.wren).post(office.url(URL), {"remark": "never", "user": cast.milo.pk})
    assert set(NoticePreference.objects.values_list("user__username", flat=True)) == {"wren"}
    nobody = User.objects.create_user("nobody", "n@example.org", "x", is_staff=True)
    for user in (cast.fay, nobody, cast.root):
        assert f'href="{office.url(URL)}"' in as_user(user).get("/admin/").content.decode()
        assert as_user(user).get(office.url(URL)).status_code == 200
    assert client.get(office.url(URL)).status_code == 302


def test_whoever_has_no_address_is_told_so(cast, as_user):
    User.objects.filter(pk=cast.wren.pk).update(email="")
    assert "has no mail address" in as_user(cast.wren).get(office.url(URL)).content.decode()
