"""The publisher's accent colour, as a style sheet that is laid over the house's own. Pure, but for the settings.

Contrast is computed as WCAG 2.2 defines it (relative luminance, contrast ratio); text needs 4.5:1 (success criterion 1.4.3).
"""

import re

from django.conf import settings

from articles.sealing import sha256

COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
# The tokens of article.css: the paper, and the colours of links and of rules, on light and on dark screens.
PAPER, PAPER_DARK = "#ffffff", "#10171a"
LINK, LINK_DARK = "#0b5362", "#8ed5e4"
BRAND, BRAND_DARK = "#0d6471", "#5fb9c7"
READABLE = 4.5


def stylesheet() -> str:
    """Empty unless a colour is set. For screens alone: on paper links stay black."""
    light, dark = settings.ACCENT_COLOUR, settings.ACCENT_COLOUR_DARK
    if not all(COLOUR.fullmatch(colour) for colour in (light, dark) if colour) or not (light or dark):
        return ""
    link, brand = (light or LINK, dark or LINK_DARK), (light or BRAND, dark or BRAND_DARK)
    return (
        "@media screen {\n"
        f"  .site, .article {{ --link: {link[0]}; --brand: {brand[0]}; }}\n"
        "  @supports (color: light-dark(#000, #fff)) {\n"
        f"    .site, .article {{ --link: light-dark({link[0]}, {link[1]}); --brand: light-dark({brand[0]}, {brand[1]}); }}\n"
        "  }\n"
        "}\n"
    )


def version() -> str:
    """Names the style sheet by its content, so that browsers may keep it for good; empty where there is none."""
    css = stylesheet()
    return sha256(css.encode())[:12] if css else ""


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, from 0 for black to 1 for white (WCAG 2.2)."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
