"""In a real browser: the road from draft to reader, the editor by keyboard, and no accessibility fault on any screen."""

import datetime
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from reviews import feedback, signing
from tests import browsing, worlds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign(page, revision, kind_fields) -> None:
    page.goto("/admin/reviews/reviewrequest/")
    page.get_by_role("link", name="Cramps at night").first.click()
    page.wait_for_load_state("networkidle")  # the framed page has its height, and nothing moves any more
    kind_fields(page)
    page.get_by_role("textbox", name="Competing interests").fill("None")
    page.get_by_label("This declaration is complete and true today").check()
    page.get_by_label("I approve these words").check()
    page.get_by_label("I accept this statement").check()
    page.get_by_label("Your password, to sign").fill(worlds.PASSWORD)
    page.get_by_role("button", name=f"Sign revision {revision}").click()
    page.get_by_text(re.compile("(Fact check|Medical review): approved")).first.wait_for()


def tick_all(page) -> None:
    for text in signing.CHECKLIST.values():
        page.get_by_label(text).check()
    page.locator("[name=credential]").first.check()


def reviewed_and_published(cast, article, revision, ed, fay, ruth) -> None:
    ed.goto(f"/admin/reviews/reviewrequest/add/?revision={article.draft_id}")
    ed.locator(f"[name=facts][value='{cast.fay.pk}']").check()
    ed.locator(f"[name=medical][value='{cast.dr_ruth.pk}']").check()
    ed.locator("[name=due]").fill((timezone.localdate() + datetime.timedelta(days=7)).isoformat())
    ed.get_by_role("button", name="Ask for review").click()
    ed.wait_for_load_state()
    sign(fay, revision, lambda page: page.get_by_label("Supports the text", exact=True).press("Space"))
    sign(ruth, revision, tick_all)
    ed.goto(f"/admin/reviews/publication/checklist/{article.draft_id}/")
    ed.get_by_role("button", name=f"Publish revision {revision}").click()
    ed.get_by_text("Withdraw the page").wait_for()


def test_from_the_first_draft_through_a_correction_to_the_withdrawal(open_as, cast):
    worlds.reference(cast.wren)
    topic = worlds.topic()

    wren = open_as(cast.wren)
    wren.goto("/admin/articles/article/add/")
    wren.get_by_label("Title", exact=True).fill("Cramps at night")
    wren.locator("[name=topic]").select_option(str(topic.pk))
    wren.get_by_label("Summary").fill("What is known about cramps, and what is not.")
    wren.locator("[name=body]").fill(worlds.BODY)
    wren.locator(".markdownx-preview a[role=doc-biblioref]").wait_for()
    wren.get_by_role("button", name="Save draft").click()
    wren.wait_for_url(re.compile(r"/article/\d+/change/"))
    article = Article.objects.get(slug="cramps-at-night")

    ed, fay, ruth = open_as(cast.ed), open_as(cast.fay), open_as(cast.dr_ruth)
    reviewed_and_published(cast, article, 1, ed, fay, ruth)

    reader = open_as(java_script_enabled=False)
    reader.goto("/articles/cramps-at-night/")
    assert reader.get_by_role("heading", level=1).inner_text() == "Cramps at night"
    number = reader.locator("a[role=doc-biblioref]")
    assert number.get_attribute("href") == "https://doi.org/10.1002/14651858.CD009402.pub3"
    reader.locator("a[role=doc-backlink]").click()
    assert reader.url.endswith("#cite-1-1")

    wren.goto(f"/admin/articles/article/{article.pk}/change/")
    wren.locator("[name=body]").fill(worlds.BODY.replace("little difference", "little or no difference"))
    wren.locator("[name=kind][value=correction]").check()
    wren.locator("[name=change_note]").fill("We say more plainly how little it helped.")
    wren.get_by_role("button", name="Save draft").click()
    wren.get_by_text("Typed upon revision 2").wait_for()
    reader.goto("/articles/cramps-at-night/")
    assert "little or no difference" not in reader.content()
    article.refresh_from_db()
    reviewed_and_published(cast, article, 2, ed, fay, ruth)
    reader.goto("/articles/cramps-at-night/")
    assert "little or no difference" in reader.content()
    assert "We say more plainly how little it helped." in reader.content()

    ed.get_by_text("Withdraw the page").click()
    ed.get_by_label("Reason, which readers will see").fill("A newer review changes the picture.")
    ed.get_by_role("button", name="Withdraw revision 2").click()
    ed.wait_for_load_state()
    strangers = Client()
    assert strangers.get("/articles/cramps-at-night/").status_code == 410
    assert b"A newer review changes the picture." in strangers.get("/articles/cramps-at-night/").content


def test_the_editor_is_left_by_keyboard(open_as, cast):
    revision = worlds.drafted(cast)
    page = open_as(cast.wren)
    page.goto(f"/admin/articles/article/{revision.article_id}/change/")
    page.locator("[name=body]").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") != "body"
    page.locator("[name=body]").focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.name") != "body"
    assert page.locator("[name=body]").input_value().strip() == revision.body


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_any_screen(open_as, cast, scheme, width):
    live = worlds.published(cast)
    waiting = worlds.redrafted(live.revision, by=cast.wren)
    facts = worlds.asked(waiting, "facts", cast.fay, by=cast.ed)
    medical = worlds.asked(waiting, "medical", cast.dr_ruth, by=cast.ed)
    told = feedback.tell(live, feedback.Told("harmful", quote="magnesium", text="Is it safe?"), key=uuid.uuid4())
    looks = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    article, page = f"/admin/articles/article/{waiting.article_id}", "/articles/leg-cramps-at-night/"
    screens = {
        None: ["/", page, f"{page}history/", "/people/dr-ruth/", "/policy/", "/reports/"],
        cast.wren: [
            "/admin/",
            f"{article}/change/",
            "/admin/articles/article/",
            reverse("admin:articles_article_compare", args=[waiting.article_id, 1, 2]),
        ],
        cast.ed: [
            f"/admin/reviews/publication/checklist/{waiting.pk}/",
            f"/admin/reviews/reviewrequest/add/?revision={waiting.pk}",
            "/admin/reviews/credential/",
            "/admin/articles/reference/",
            "/admin/",
            reverse("admin:reviews_feedbackreport_changelist"),
            reverse("admin:reviews_feedbackreport_change", args=[told.pk]),
            f"{reverse('admin:reviews_planner')}?horizon=365&per_week=5",
            reverse("admin:reviews_reviewdates"),
            reverse("admin:reviews_notice_changelist"),
            reverse("admin:reviews_notice_preferences"),
            reverse("admin:reviews_schedule_changelist"),
        ],
        cast.fay: [f"/admin/reviews/reviewrequest/{facts.pk}/change/"],
        cast.dr_ruth: [f"/admin/reviews/reviewrequest/{medical.pk}/change/", "/admin/reviews/reviewrequest/"],
    }
    found = []
    for user, paths in screens.items():
        page = open_as(user, **looks)
        for path in paths:
            assert page.goto(path).status == 200, path
            found += browsing.faults(page)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
                found.append(f"{path}: scrolls sideways at {width} px")
    assert found == []
