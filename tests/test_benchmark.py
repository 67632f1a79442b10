"""The benchmark measures every screen it names, and leaves the archive as it was. It says how fast; no test does."""

from articles.models import Article, Reference, User
from reviews import benchmarking


def test_every_figure_is_measured_and_nothing_is_left_behind(cast, settings, monkeypatch):
    settings.ROOT_URLCONF = "reviews.benchmarking"
    for name, small in {"WORDS": 120, "CITATIONS": 6, "LIBRARY": 12, "CHECKED": 4, "ROUNDS": 1}.items():
        monkeypatch.setattr(benchmarking, name, small)
    figures = {figure.name: figure for figure in benchmarking.figures()}
    assert len(figures) == 17
    assert figures["reader's page"].queries == 1
    assert all(figure.milliseconds > 0 for figure in figures.values())
    assert not Article.objects.exists()
    assert not Reference.objects.exists()
    assert not User.objects.filter(username__startswith="measured").exists()
