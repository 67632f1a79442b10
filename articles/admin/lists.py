"""What every list of the office has in common: it is read by key, and nothing is done to many rows at once.

Django's own numbers the pages of a list, counts all rows for it twice, and skips those of the pages before. Here a page begins
after the last row of the one before, however far one has gone on, and a long list is counted only as far as anybody wants to
know (articles/keyset.py). What is found is fetched by its keys, so that only rows that are shown are worked out.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse

from articles import keyset


class KeyedList(ChangeList):
    """One page of a list, and the addresses of those around it: admin/pagination.html shows them."""

    leaf: keyset.Leaf
    many: str  # how many rows there are, in words

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        for name in (keyset.AFTER, keyset.BEFORE):
            self.filter_params.pop(name, None)
        return super().get_queryset(request, exclude_parameters)

    def get_results(self, request: HttpRequest) -> None:
        self.read(request.GET, self.list_per_page)
        whole = not (self.leaf.at or self.leaf.after)
        self.result_count = len(self.leaf.keys) if whole else keyset.many(self.queryset)
        self.many = keyset.in_words(self.result_count)
        narrowed = self.query or self.has_active_filters
        self.full_result_count = None if narrowed else self.result_count
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = self.multi_page = False

    def read(self, asked: Mapping[str, str], size: int) -> None:
        """The part of the list that is asked for."""
        self.leaf = keyset.leaf(self.queryset, asked=asked, size=size, full=self.model_admin.always_full)  # type: ignore[attr-defined]
        found = {row.pk: row for row in self.rows(self.leaf.pks)}
        self.result_list = [found[pk] for pk in self.leaf.pks if pk in found]

    def rows(self, pks: list[Any]) -> list[Any]:
        """All that the list shows of these rows, in any order."""
        rows = self.root_queryset.filter(pk__in=pks).order_by()
        return list(rows if rows.query.select_related else self.apply_select_related(rows))

    @property
    def everything_url(self) -> str:
        """The list without a search or a filter, and not only what is open."""
        opens = any(isinstance(spec, OpenFilter) for spec in self.filter_specs)
        return f"?{OpenFilter.parameter_name}={OpenFilter.whole}" if opens else "?"

    @property
    def first_url(self) -> str:
        return self.get_query_string() if self.leaf.at else ""

    @property
    def previous_url(self) -> str:
        return self.get_query_string({keyset.BEFORE: self.leaf.before}) if self.leaf.before else ""

    @property
    def next_url(self) -> str:
        return self.get_query_string({keyset.AFTER: self.leaf.after}) if self.leaf.after else ""

    def _get_deterministic_ordering(self, ordering: Any) -> list[Any]:
        """Rows that are alike stand by their own key, the way the last column is sorted, so that one index serves both."""
        found: list[Any] = []
        for part in ordering:
            found.append(self._by_name(part) if isinstance(part, str) else part)
            if part in ("pk", "-pk"):
                return found
        down = bool(found) and (found[-1].descending if isinstance(found[-1], OrderBy) else str(found[-1]).startswith("-"))
        return [*found, "-pk" if down else "pk"]

    def _by_name(self, part: str) -> str:
        """What another record is called, where a list is sorted by that record."""
        try:
            field = self.lookup_opts.get_field(part.removeprefix("-"))
        except FieldDoesNotExist:
            return part
        related: Any = field.related_model
        names = related._meta.ordering if related else ()
        return f"{part}__{names[0]}" if names else part


class Keyed(admin.ModelAdmin):
    """A list that is read by key, called by what it lists. Nothing is deleted in it, and nothing done to many.

    `always_full` names columns by which it is sorted and that none of its rows leaves empty.
    """

    actions = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    always_full: tuple[str, ...] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeyedList

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = str(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title[:1].upper() + title[1:], **(extra_context or {})})


class ChoiceFilter(admin.RelatedFieldListFilter):
    """Whoever sees all rows chooses among all there is; anybody else among what stands in their own rows, which are few."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        choices = field.related_model._default_manager.all()
        if not request.user.has_perm("articles.edit_any_article"):
            choices = choices.filter(pk__in=model_admin.get_queryset(request).order_by().values(field.name))
        ordering = self.field_admin_ordering(field, request, model_admin)
        return [(choice.pk, str(choice)) for choice in choices.order_by(*ordering)]


class OpenFilter(admin.SimpleListFilter):
    """By state, where what is open is shown unless something else is asked for: an office lives with what waits.

    Whoever searches for something looks for it among all.
    """

    title = "state"
    parameter_name = "state"
    first, whole = "open", "all"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self._asked = request.GET

    def value(self) -> str:
        return self.state_in(self._asked)

    @classmethod
    def state_in(cls, asked: Mapping[str, str]) -> str:
        """The state that an address asks for."""
        return asked.get(cls.parameter_name) or (cls.whole if asked.get(SEARCH_VAR) else cls.first)

    def choices(self, changelist: Any) -> Any:
        for value, words in [*self.lookup_choices, (self.whole, "All")]:
            shown = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == value, "query_string": shown, "display": words}
