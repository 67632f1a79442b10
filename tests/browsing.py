"""A real browser for the tests marked `browser`: Debian's Chromium, driven by Playwright, with axe for accessibility."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def missing(what: str) -> None:
    """Skips, saying why; where a browser is promised (BROWSER_REQUIRED, in CI) its absence is a failure."""
    if os.environ.get("BROWSER_REQUIRED"):
        pytest.fail(f"The browser tests cannot run: {what}.")
    pytest.skip(f"The browser tests need {what}.")


@contextmanager
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        missing("Debian's package chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 — absent where only requirements.txt is installed
    except ImportError:
        missing("the package playwright")
    # Playwright runs an event loop in this thread, which Django would otherwise refuse to query from.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def faults(page: Any) -> list[str]:
    """What axe finds on the page as it stands, at WCAG 2.2 AA and by best practice; one line each."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 — as above

    found = Axe().run(page).response["violations"]
    return [f"{page.url}: {fault['id']} at {node['target']}" for fault in found for node in fault["nodes"]]
