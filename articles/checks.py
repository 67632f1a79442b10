"""Checks of what a publisher may set: colours that nobody could read."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning

from articles.theme import COLOUR, PAPER, PAPER_DARK, READABLE, contrast


def colours_can_be_read(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Links are text: they need a contrast of 4.5:1 against the paper (WCAG 2.2, success criterion 1.4.3)."""
    found: list[CheckMessage] = []
    for name, paper, way in (("ACCENT_COLOUR", PAPER, "darker"), ("ACCENT_COLOUR_DARK", PAPER_DARK, "lighter")):
        colour = getattr(settings, name)
        if not colour:
            continue
        if not COLOUR.fullmatch(colour):
            found.append(Warning(f"{name} is no colour: {colour}.", hint="Write it as #0b5362.", id="articles.W002"))
        elif (ratio := contrast(colour, paper)) < READABLE:
            hint = f"Links in this colour cannot be read by everybody. Choose a {way} one, with {READABLE}:1 at least (WCAG 2.2)."
            message = f"{name} {colour} has a contrast of {int(ratio * 100) / 100}:1 against the paper {paper}."
            found.append(Warning(message, hint=hint, id="articles.W001"))
    return found
