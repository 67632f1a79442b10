"""Readers in a real browser: with script and without, with the keyboard alone, on small screens, in every colour scheme."""

import pytest

from reviews import publishing
from reviews.models import FeedbackDetail, FeedbackReport
from tests import browsing, worlds
from tests.standing import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATH = "/articles/leg-cramps-at-night/"
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
}


@pytest.fixture
def live(cast):
    return worlds.published(cast, worlds.drafted(cast, picture=picture(cast.wren), picture_alt="A teal field"))


def patient(open_as, **options):
    """A page whose console may complain, as browsers do of every answer that says no."""
    return open_as(**options).context.new_page()


def test_a_vote_and_a_report_happen_in_place_and_are_announced(open_as, live):
    page = patient(open_as)
    page.goto(PATH)
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("heading", name="Thank you: your answer has been counted").wait_for()
    assert page.url.endswith(PATH)
    assert page.locator("[role=status]").inner_text() == "Thank you: your answer has been counted"
    assert page.evaluate("document.activeElement.id") == "feedback-panel"
    page.get_by_role("button", name="Send the report").click()
    page.get_by_text("Your report has not been stored yet").wait_for()
    page.get_by_label("It is out of date").check()
    page.get_by_label("Tell us more").fill("There is a newer trial.")
    page.get_by_role("button", name="Send the report").click()
    page.get_by_role("heading", name="Thank you: your report is stored").wait_for()
    report = FeedbackReport.objects.get()
    assert (report.helpful, report.detail.reason, report.detail.text) == (False, "outdated", "There is a newer trial.")
    assert page.context.cookies() == []


def test_it_is_all_done_with_the_keyboard_alone(open_as, live):
    page = open_as()
    page.goto(PATH)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "yes":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you: your answer has been counted").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.get_by_label("Something is wrong").is_checked()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Send the report":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you: your report is stored").wait_for()
    assert FeedbackDetail.objects.get().reason == "inaccurate"


def test_selected_words_can_be_reported(open_as, live):
    page = open_as()
    page.goto(PATH)
    button = page.get_by_role("button", name="Report these words")
    assert not button.is_visible()
    page.evaluate("document.getSelection().selectAllChildren(document.querySelector('.article-text p'))")
    button.click()
    page.wait_for_url("**/report/**")
    assert "magnesium made little difference" in page.get_by_label("Which passage?").input_value()
    page.get_by_label("Something is wrong").check()
    page.get_by_role("button", name="Send the report").click()
    page.get_by_role("heading", name="Thank you: your report is stored").wait_for()
    assert FeedbackReport.objects.get().publication == live


def test_what_could_not_be_sent_is_said_and_can_be_sent_again_as_one_vote(open_as, live):
    page = patient(open_as)
    page.goto(PATH)
    page.route("**/feedback/", lambda route: route.abort())
    page.get_by_role("button", name="Yes", exact=True).click()
    page.get_by_text("This could not be sent").wait_for()
    page.unroute("**/feedback/")
    page.get_by_role("button", name="Yes", exact=True).click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert FeedbackReport.objects.count() == 1
    assert page.context.cookies() == []


def test_without_script_nothing_is_missing_but_comfort(open_as, live):
    page = open_as(java_script_enabled=False)
    page.goto(PATH)
    page.get_by_role("button", name="Yes", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you: your answer has been counted"
    page.get_by_label("It is hard to understand").check()
    page.get_by_role("button", name="Send the report").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you: your report is stored"
    assert FeedbackReport.objects.get().helpful is True


def test_a_page_is_light_loads_from_here_alone_and_does_not_jump(open_as, live, live_server):
    page = open_as()
    loaded = []
    page.on("response", lambda answer: loaded.append((answer.url, len(answer.body()))))
    page.add_init_script(
        "window.shift = 0;"
        "new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    for path in ("/", PATH, "/topics/sleep-and-pain/", "/people/dr-ruth/", "/search/?q=magnesium"):
        loaded.clear()
        page.goto(path, wait_until="networkidle")
        assert {url for url, _ in loaded if not url.startswith(live_server.url)} == set()
        assert page.evaluate("window.shift") == 0, path
        assert sum(size for _, size in loaded) < 90_000, (path, loaded)  # before compression
    assert page.context.cookies() == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_axe_finds_nothing_on_any_public_page(open_as, cast, live, look, width):
    """320 px is what is left of 1280 at 400 % zoom (WCAG 2.2, 1.4.10)."""
    worlds.published(cast, worlds.drafted(cast, slug="other", title="Other"))
    gone = worlds.published(cast, worlds.drafted(cast, slug="gone", title="Gone"))
    publishing.withdraw(gone, reason="Readers could misread it.", by=cast.ed)
    paths = ["/", PATH, f"{PATH}history/", f"{PATH}report/", "/topics/sleep-and-pain/", "/people/dr-ruth/", "/search/?q=cramps"]
    paths += ["/search/", "/topics/", "/people/", "/policy/", "/about/", "/privacy/", "/disclaimer/", "/corrections/"]
    page = patient(open_as, viewport={"width": width, "height": 900}, **LOOKS[look])
    found = []
    for path in paths:
        assert page.goto(path).status == 200, path
        found += browsing.faults(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            found.append(f"{path}: scrolls sideways at {width} px")
    page.goto(PATH)
    page.get_by_role("button", name="Yes", exact=True).click()
    page.get_by_role("button", name="Send the report").click()
    page.get_by_text("has not been stored yet").wait_for()
    found += browsing.faults(page)
    assert found == []
