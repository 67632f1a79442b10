"""What the screens of the editorial office cost, the whole request of somebody who is logged in."""

from functools import cached_property, partial

from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from articles.models import Revision, User
from reviews.benchmarking import people, writing
from reviews.benchmarking.figure import Figure
from reviews.benchmarking.load import Visitor
from reviews.benchmarking.people import People
from reviews.benchmarking.stage import Figures, Stage
from reviews.models.signoff import Kind


class Office:
    """A long draft whose medical review is asked for, and the screens about it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    @cached_property
    def people(self) -> People:
        return People()

    @cached_property
    def draft(self) -> Revision:
        return writing.started(self.people)

    def browser(self, user: User) -> Visitor:
        return people.logged_in(user, self._stage.server().port)

    def preview(self) -> Figure:
        ask = partial(self.browser(self.people.wren).post, url("articles_article_preview"), {"content": self.draft.body})
        return self._stage.repeated("preview", ask)

    def editor(self) -> Figure:
        return self._screen("editor", self.people.wren, url("articles_article_change", self.draft.article_id))

    def review_desk(self) -> Figure:
        request = writing.asked(self.draft, self.people, Kind.MEDICAL)
        return self._screen("review desk", self.people.ruth, url("reviews_reviewrequest_change", request.pk))

    def checklist(self) -> Figure:
        return self._screen("publishing checklist", self.people.ed, url("reviews_publication_checklist", self.draft.pk))

    def listed(self, name: str, address: str) -> Figure:
        return self._screen(name, self.people.ed, address)

    def desk(self, name: str, user: User) -> Figure:
        return self._screen(name, user, url("index"))

    def _screen(self, name: str, user: User, address: str) -> Figure:
        return self._stage.repeated(name, partial(self.browser(user).get, address))


def figures(stage: Stage) -> Figures:
    office = Office(stage)
    yield "preview", office.preview
    yield "editor", office.editor
    yield "review desk", office.review_desk
    yield "publishing checklist", office.checklist
    for role, user in people.busiest().items():
        yield f"desk, {role}", partial(office.desk, f"desk, {role}", user)
    for name, address in lists().items():
        yield f"list, {name}", partial(office.listed, f"list, {name}", address)


def lists() -> dict[str, str]:
    """The first page of every list that the office has."""
    found = {}
    for model in admin.site._registry:
        meta = model._meta
        try:
            found[str(meta.verbose_name_plural)] = url(f"{meta.app_label}_{meta.model_name}_changelist")
        except NoReverseMatch:  # it is part of another screen
            continue
    return found


def url(name: str, *args: object) -> str:
    return reverse(f"admin:{name}", args=args)
