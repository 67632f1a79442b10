"""Names as RIS and BibTeX records write them: "Garrison, Scott R.", "Smith, A., Jr", "World Health Organization".

Only a comma tells a person's family name for certain; without one, several words are most often an organisation.
"""

import re
from typing import Final

from articles.bibliography.text import value

_GROUP: Final = re.compile(
    r"\b(?:organi[sz]ation|institut\w*|committee|consortium|council|society|association|academy|college|universit\w*|group|"
    r"agency|ministry|department|investigators|collaborat\w*|centers?|centres?|foundation|network|programme?|team|board|federation|"
    r"bureau|office|union|trust|service|administration|commission|alliance|panel|NICE|NHS|WHO|CDC|FDA)\b",
    re.IGNORECASE,
)
_SUFFIX: Final = re.compile(r"(?:Jr|Sr|2nd|3rd|II|III|IV)\.?", re.IGNORECASE)


def looks_like_a_group(name: str) -> bool:
    return bool(_GROUP.search(name))


def person(raw: str) -> dict[str, str]:
    """A CSL name; {} for nothing."""
    name = value(raw)
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 1:
        return {"literal": name} if name else {}
    family, given, suffix = _sorted(parts)
    if not given and not suffix and looks_like_a_group(family) and not name.endswith(","):
        return {"literal": family}
    named = {"family": family, "given": given, "suffix": suffix}
    return {part: said for part, said in named.items() if said}


def _sorted(parts: list[str]) -> tuple[str, str, str]:
    """Family name, given names and suffix, which stands second in BibTeX and third in RIS."""
    family, second, *rest = parts
    third = " ".join(filter(None, rest))
    if third and _SUFFIX.fullmatch(second):
        return family, third, second
    if third and not _SUFFIX.fullmatch(third):
        return family, f"{second} {third}".strip(), ""
    return (family, "", second) if _SUFFIX.fullmatch(second) else (family, second, third)
