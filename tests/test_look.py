"""The look of pages has another name after a change of what draws them, and keeps it through changes of anything else."""

import shutil

import pytest

from articles import look


@pytest.fixture
def release(settings, tmp_path):
    """A copy of what is there, to be changed."""
    for folder in ("articles", "templates", "reviews", "cms"):
        shutil.copytree(settings.ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "demo_data"))
    shutil.copy(settings.ROOT / "requirements.txt", tmp_path)
    look._of.cache_clear()
    settings.ROOT = tmp_path
    yield tmp_path
    look._of.cache_clear()


def names() -> tuple[str, str]:
    look._of.cache_clear()
    return look.fingerprint(), look.of_the_site()


@pytest.mark.parametrize(("file", "redraws"), [
    ("articles/markup.py", True),
    ("articles/bibliography/nlm.py", True),
    ("templates/articles/partials/footer.html", True),
    ("templates/base.html", True),
    ("requirements.txt", True),
    ("templates/reviews/policy.html", False),
    ("reviews/house_rules.py", False),
])  # fmt: skip
def test_what_readers_see_gives_another_look(release, file, redraws):
    article, site = names()
    with (release / file).open("a") as changed:
        changed.write("\n")
    assert (names()[0] != article) is redraws
    assert names()[1] != site


@pytest.mark.parametrize("file", ["articles/admin/editor.py", "templates/admin/index.html", "reviews/desks/editor.py"])
def test_what_only_the_office_sees_does_not(release, file):
    before = names()
    with (release / file).open("a") as changed:
        changed.write("\n")
    assert names() == before


def test_a_setting_that_is_printed_does(release, settings):
    before = names()
    settings.SITE_NAME = "Another House"
    assert not set(names()) & set(before)


def test_it_is_the_same_for_all_processes(release):
    assert names() == names()
