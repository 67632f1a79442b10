"""What a publisher may change of the look: an accent colour that can be read, and a logo of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import override_settings

from articles import theme
from articles.checks import colours_can_be_read
from articles.views import REVALIDATE
from tests import pages, worlds

ROOT = Path(__file__).resolve().parent.parent
GREEN, MINT = "#0a5c36", "#7fe0b0"


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [  # 21:1 by definition; the others as WebAIM's and the W3C's own examples give them
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert theme.contrast(one, other) == theme.contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_the_house_s_own_colours_are_those_of_its_style_sheet_and_can_be_read():
    css = (ROOT / "articles/static/articles/article.css").read_text()
    for name, light, dark in (("link", theme.LINK, theme.LINK_DARK), ("brand", theme.BRAND, theme.BRAND_DARK)):
        assert f"--{name}: {light};" in css
        assert f"--{name}: light-dark({light}, {dark});" in css
        assert theme.contrast(light, theme.PAPER) >= theme.READABLE
        assert theme.contrast(dark, theme.PAPER_DARK) >= theme.READABLE
    assert f"--paper: light-dark(#fff, {theme.PAPER_DARK});" in css


def links(client, path="/") -> list[str]:
    page = pages.Page(client.get(path).content.decode())
    return [link.attrs["href"] for link in page.all("link") if link.attrs["rel"] == "stylesheet"]


def test_without_a_colour_there_is_no_style_sheet(client, db):
    assert not any("theme.css" in link for link in links(client))
    answer = client.get("/theme.css")
    assert (answer.status_code, answer.content) == (200, b"")


@override_settings(ACCENT_COLOUR=GREEN, ACCENT_COLOUR_DARK=MINT)
def test_the_colour_is_laid_over_the_house_s_own_and_kept_by_its_content(client, cast):
    worlds.published(cast)
    for path in ("/", "/articles/leg-cramps-at-night/", "/policy/"):
        assert "site.css" in links(client, path)[-2]
        assert links(client, path)[-1].startswith("/theme.css?v=")
    answer = client.get(links(client)[-1])
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    css = answer.content.decode()
    assert f"--link: {GREEN};" in css
    assert f"--brand: light-dark({GREEN}, {MINT});" in css
    assert css.startswith("@media screen"), "print stays black"
    assert client.get("/theme.css?v=old")["Cache-Control"] == REVALIDATE
    before = theme.version()
    with override_settings(ACCENT_COLOUR=MINT):
        assert theme.version() not in {before, ""}


@override_settings(ACCENT_COLOUR="", ACCENT_COLOUR_DARK=MINT)
def test_one_of_the_two_may_stand_alone(client, db):
    assert f"light-dark({theme.LINK}, {MINT})" in client.get("/theme.css").content.decode()


@override_settings(ACCENT_COLOUR="red;} body{display:none")
def test_what_is_no_colour_never_reaches_a_style_sheet(client, db):
    assert client.get("/theme.css").content == b""
    assert [warning.id for warning in colours_can_be_read(None)] == ["articles.W002"]


@pytest.mark.parametrize(
    ("light", "dark", "named"),
    [
        ("", "", []),
        (GREEN, MINT, []),
        ("#767676", "", []),
        ("#777777", "", ["ACCENT_COLOUR #777777 has a contrast of 4.47:1"]),
        (MINT, GREEN, [f"ACCENT_COLOUR {MINT}", f"ACCENT_COLOUR_DARK {GREEN}"]),
    ],
)
def test_the_check_warns_of_colours_that_cannot_be_read(light, dark, named):
    with override_settings(ACCENT_COLOUR=light, ACCENT_COLOUR_DARK=dark):
        found = colours_can_be_read(None)
    assert [warning.msg.startswith(words) for warning, words in zip(found, named, strict=True)] == [True] * len(named)
    assert {warning.id for warning in found} <= {"articles.W001"}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    whole = {**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "cms.settings", **environment}
    return subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=whole, capture_output=True, text=True)


def test_settings_refuse_what_is_no_colour_and_check_warns_of_pale_ones():
    refused = manage("check", ACCENT_COLOUR="teal")
    assert refused.returncode != 0
    assert "ACCENT_COLOUR='teal' is no colour: write it as #0b5362." in refused.stderr
    assert "articles.W001" in manage("check", ACCENT_COLOUR="#ffee00").stderr


def test_a_folder_of_the_publisher_s_own_comes_first(tmp_path):
    own = tmp_path / "articles" / "logo.svg"
    own.parent.mkdir()
    own.write_text("<svg/>")
    found = manage("findstatic", "articles/logo.svg", "--first", "-v", "0", SITE_STATIC=str(tmp_path))
    assert found.stdout.strip() == str(own)
    assert finders.find("articles/logo.svg") == str(ROOT / "articles/static/articles/logo.svg")
