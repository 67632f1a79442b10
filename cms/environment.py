"""How the settings read the environment: each kind of value in one way, and a clear word where it is none."""

import os
import re

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def switch(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off: write 1 or 0.")
    return value in {"1", "true", "yes", "on"}


def number(name: str, default: int, *, least: int = 0) -> int:
    try:
        found = int(text(name, str(default)))
    except ValueError:
        found = least - 1
    if found < least:
        raise ImproperlyConfigured(f"{name} must be a whole number, {least} or more, such as {default}.")
    return found


def items(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def colour(name: str) -> str:
    value = text(name)
    if value and not re.fullmatch("#[0-9A-Fa-f]{6}", value):
        raise ImproperlyConfigured(f"{name}={value!r} is no colour: write it as #0b5362.")
    return value
