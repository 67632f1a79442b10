"""What was understood of one pasted source, before anybody has confirmed it.

Every reader of a format, and every look-up, gives this one shape; it becomes a Reference only when a writer says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from articles.bibliography.identifiers import Identifiers
from articles.bibliography.standing import Notice

LARGEST_PASTE = 5 * 1024 * 1024


class NotUnderstood(ValueError):
    """Text that cannot be read as the format it claims to be; says why, and in which line."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"Line {line}: {reason}" if line else reason)
        self.line = line


@dataclass(frozen=True)
class SourceDraft:
    csl: dict[str, object]  # CSL-JSON without identifiers; {} when nothing but an identifier is known
    identifiers: Identifiers
    kind: str  # doi pmid pmcid isbn url nbib ris bibtex csl pubmed-xml text, or the register that was asked
    raw: str  # the pasted text of this record, word for word
    line: int = 1  # where it began in the paste
    problems: tuple[str, ...] = ()  # what is missing or odd, in words a writer can act on
    notices: tuple[Notice, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)  # csl field or identifier -> who said so
    is_notice: bool = False  # it is itself a retraction, correction or expression of concern
