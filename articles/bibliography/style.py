"""The house style: one of two fixed ways to print an entry, chosen by the publisher."""

from collections.abc import Mapping, Sequence
from typing import Any

from articles.bibliography import ama, nlm
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.standing import Notice

STYLES = {"nlm": nlm.entry_html, "ama": ama.entry_html}


def entry_html(csl: Mapping[str, Any], ids: Identifiers, style: str, notices: Sequence[Notice] = ()) -> str:
    """The entry as safe HTML; `style` is "nlm" (Citing Medicine) or "ama" (AMA Manual of Style, 11th edition)."""
    return STYLES[style](csl, ids, notices=notices)
