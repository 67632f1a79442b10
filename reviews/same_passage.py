"""Reports of several readers about one and the same passage, so that they are decided about together."""

from collections.abc import Iterable

from reviews.models import FeedbackReport
from reviews.models.triage import untriaged

SHORTEST = 12  # characters: a shorter passage, such as a single word, stands inside too many others to mean the same


def normalised(quote: str) -> str:
    """The passage as it is compared: in small letters, with single spaces."""
    return " ".join(quote.casefold().split())


def overlap(one: str, other: str) -> bool:
    """Whether two normalised passages are the same, or one holds the other."""
    if not one or not other:
        return False
    shorter, longer = sorted((one, other), key=len)
    return shorter == longer or (len(shorter) >= SHORTEST and shorter in longer)


def like(report: FeedbackReport) -> list[FeedbackReport]:
    """The other undecided reports on the same article and passage, oldest first."""
    wanted = normalised(report.detail.quote)
    others = untriaged().filter(publication__article=report.publication.article_id).exclude(pk=report.pk)
    others = others.exclude(detail__quote="") if wanted else others.none()
    rows = others.select_related("detail", "publication").order_by("pk")
    return [other for other in rows if overlap(wanted, normalised(other.detail.quote))]


def counted(reports: Iterable[FeedbackReport]) -> dict[int, int]:
    """For each of these reports how many other undecided ones are like it: one query for a whole page of a list."""
    shown = [report for report in reports if report.detail.quote]
    articles = {report.publication.article_id for report in shown}
    if not articles:
        return {}
    passages: dict[int, dict[str, set[int]]] = {}
    rows = untriaged().filter(publication__article__in=articles).exclude(detail__quote="").order_by()
    for pk, article, quote in rows.values_list("pk", "publication__article", "detail__quote"):
        passages.setdefault(article, {}).setdefault(normalised(quote), set()).add(pk)
    return {report.pk: _like(report, passages.get(report.publication.article_id, {})) for report in shown}


def _like(report: FeedbackReport, passages: dict[str, set[int]]) -> int:
    wanted = normalised(report.detail.quote)
    return sum(len(keys - {report.pk}) for quote, keys in passages.items() if overlap(wanted, quote))
