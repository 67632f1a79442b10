"""How a verb says no: with every reason at once, in words that the person who asked can act on."""

from collections.abc import Sequence


class Refused(Exception):
    """A verb did nothing, and these are all the reasons."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons: Sequence[str] = reasons


class Stale(Refused):
    """The screen that asked is older than the records: show what moved, and ask again."""
