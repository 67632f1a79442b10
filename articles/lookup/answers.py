"""What a register said about one source: found, not found, or no answer. Each has a standing; no answer is never "ok"."""

from dataclasses import dataclass
from typing import Final

from articles.bibliography.draft import SourceDraft
from articles.bibliography.standing import Notice, Standing, standing_of

IS_A_NOTICE: Final = "This is itself a notice about another work, such as a correction or retraction. Do you mean to cite it?"


@dataclass(frozen=True)
class Found:
    draft: SourceDraft
    notices: tuple[Notice, ...]
    is_notice: bool  # the record is itself a retraction, correction or expression of concern
    raw_sha256: str  # of the answer's bytes, to show later what was said

    @property
    def standing(self) -> Standing:
        return standing_of(self.notices, self.is_notice)


@dataclass(frozen=True)
class NotFound:
    message: str
    standing: Standing = Standing.unknown  # not_checkable where another agency keeps the record
    agency: str = ""  # which one: "DataCite"
    raw_sha256: str = ""


@dataclass(frozen=True)
class Failed:
    message: str
    standing: Standing = Standing.failed
