"""How many readers a page helped, as far as their votes can tell; and whether the last change made a difference.

Votes are counted where they lie, in a fixed number of queries however many articles are asked about.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from articles.models import Page
from articles.models.article import ArticleQuerySet
from articles.wilson import score_interval
from reviews.models import FeedbackReport, Publication

FEWEST_VOTES = 5  # of fewer nobody could tell anything


@dataclass(frozen=True)
class Figures:
    """The votes on one version: on its publication, or on all if the same words were published again and again."""

    publication: Publication  # the latest of these words, with its revision
    yes: int
    no: int
    days: int  # on which readers could see it, begun ones counted

    @property
    def votes(self) -> int:
        return self.yes + self.no

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nobody voted."""
        return self.yes / self.votes if self.votes else None

    @property
    def interval(self) -> tuple[float, float]:
        """Within which the share lies, as surely as 95 % (Wilson's score interval); where nobody voted it may be anything."""
        return score_interval(self.yes, self.votes) if self.votes else (0.0, 1.0)

    @property
    def in_figures(self) -> str:
        """78 % (61–89 %) of 23."""
        if self.share is None:
            return "no votes"
        low, high = self.interval
        return f"{percent(self.share)}\u00a0% ({percent(low)}–{percent(high)}\u00a0%) of {self.votes:,}"

    @property
    def in_words(self) -> str:
        """Helpful for 78 % (61–89 %) of 23 readers."""
        if self.share is None:
            return "Nobody has voted on this version"
        return f"Helpful for {self.in_figures} reader{'' if self.votes == 1 else 's'}"


@dataclass(frozen=True)
class BeforeAndAfter:
    """The version that was published last, and the one before it."""

    now: Figures
    before: Figures | None

    @property
    def in_words(self) -> str:
        """What an editor reads: the two shares, and whether the difference may be chance."""
        now = self.now.in_words
        if self.before is None:
            return f"{now}."
        if not self.before.votes:
            return f"{now}; nobody voted before the last change."
        told = f"{now}; before the last change {self.before.in_figures}."
        if not self.now.votes:
            return told
        if self.overlaps:
            return f"{told} The intervals overlap: the difference may be chance."
        return f"{told} The intervals do not overlap: the difference is hardly chance."

    @property
    def overlaps(self) -> bool:
        """Whether the two shares may be one and the same."""
        before = self.before.interval if self.before else (0.0, 1.0)
        return self.now.interval[0] <= before[1] and before[0] <= self.now.interval[1]


def percent(share: float) -> int:
    """Rounded to whole ones, half upwards."""
    return int(share * 100 + 0.5)


def of_articles(articles: Iterable[int]) -> dict[int, list[Figures]]:
    """The versions of each of these articles that readers could see, the newest first. Two queries."""
    wanted = list(articles)
    published = Publication.objects.filter(article__in=wanted).select_related("revision", "withdrawal")
    published = published.defer("revision__body").order_by("article_id", "-pk")
    votes = _votes(wanted)
    found: dict[int, list[Figures]] = {article: [] for article in wanted}
    later: Publication | None = None
    for publication in published:
        if later and later.article_id != publication.article_id:
            later = None
        figures = _figures(publication, later, votes)
        earlier = found[publication.article_id]
        if earlier and earlier[-1].publication.revision_id == publication.revision_id:
            earlier[-1] = _together(earlier[-1], figures)
        else:
            earlier.append(figures)
        later = publication
    return found


def before_and_after(versions: Sequence[Figures]) -> BeforeAndAfter | None:
    """The newest two of an article's versions; None if there is none."""
    return BeforeAndAfter(versions[0], versions[1] if len(versions) > 1 else None) if versions else None


def worst_first(articles: ArticleQuerySet) -> list[int]:
    """The keys of those of the articles that are live: those that help least first, then those with too few votes to tell.

    What counts is the upper bound of the interval: that is how well a page may be doing at best. One query.
    """
    live = Page.objects.live().filter(article__in=articles).order_by()
    reports = "publication__revision__publications__feedback"
    rows = live.values_list("pk", "title").annotate(
        yes=Count(reports, filter=Q(**{f"{reports}__helpful": True})),
        no=Count(reports, filter=Q(**{f"{reports}__helpful": False})),
    )
    return [pk for pk, title, yes, no in sorted(rows, key=lambda row: place(row[2], row[3], row[1]))]


def place(yes: int, no: int, title: str) -> tuple[bool, float, int, str]:
    """Where a page stands among others: those that help least first, then those with too few votes to tell."""
    known = yes + no >= FEWEST_VOTES
    return not known, score_interval(yes, yes + no)[1] if known else 0.0, -yes - no, title


def _votes(articles: list[int]) -> Mapping[int, tuple[int, int]]:
    """For each publication that was voted on, how many yes and how many no."""
    given = FeedbackReport.objects.filter(publication__article__in=articles, helpful__isnull=False).order_by()
    rows = given.values_list("publication").annotate(
        yes=Count("pk", filter=Q(helpful=True)), no=Count("pk", filter=Q(helpful=False))
    )
    return {publication: (yes, no) for publication, yes, no in rows}


def _figures(publication: Publication, later: Publication | None, votes: Mapping[int, tuple[int, int]]) -> Figures:
    yes, no = votes.get(publication.pk, (0, 0))
    return Figures(publication, yes, no, _days(publication, later))


def _days(publication: Publication, later: Publication | None) -> int:
    withdrawal = getattr(publication, "withdrawal", None)
    ends = [end.at for end in (withdrawal, later) if end]
    return max(1, -((publication.at - min(ends, default=timezone.now())) // datetime.timedelta(days=1)))


def _together(newer: Figures, older: Figures) -> Figures:
    return Figures(newer.publication, newer.yes + older.yes, newer.no + older.no, newer.days + older.days)
