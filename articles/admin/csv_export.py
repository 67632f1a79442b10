"""A list of the office as a file for a spreadsheet: the rows and columns that the list shows, and no others.

A cell that a spreadsheet would take for a formula is defused by an apostrophe (OWASP, CSV injection): what readers and
registers wrote must not run on the machine of whoever opens the file.
"""

import csv
import datetime
from collections.abc import Iterator
from html import unescape
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import slugify

from articles.keyset import AFTER, BEFORE
from articles.moments import with_zone

MOST_ROWS, AT_ONCE = 10_000, 500
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """A file that hands back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


class CsvExport:
    """For a list of the admin: “Download as CSV” with the filters, the search and the order that are on the screen."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)  # type: ignore[attr-defined]
        return [path("export.csv", view, name=f"{_name(self)}_export"), *super().get_urls()]  # type: ignore[misc]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with the address at which it is a file: admin/pagination.html shows it."""
        shown = super().get_changelist_instance(request)  # type: ignore[misc]
        query = request.GET.copy()
        for name in ("p", "all", AFTER, BEFORE):
            query.pop(name, None)
        shown.export_url = reverse(f"admin:{_name(self)}_export") + (f"?{query.urlencode()}" if query else "")
        return shown

    def export_view(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Whoever may open the list may take it away, and nobody else."""
        if not self.has_view_or_change_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        try:
            shown = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse(f"admin:{_name(self)}_changelist"))
        answer = StreamingHttpResponse(_lines(self, shown), content_type="text/csv; charset=utf-8")
        name = slugify(shown.opts.verbose_name_plural)
        answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.csv"'
        answer["Cache-Control"] = "no-store"
        return answer


def _name(model_admin: Any) -> str:
    return f"{model_admin.opts.app_label}_{model_admin.opts.model_name}"


def _lines(model_admin: Any, shown: Any) -> Iterator[str]:
    """Row by row, so that a long list is never held in memory; what is left out is said at the end."""
    writer = csv.writer(_Echo())
    heads = [str(label_for_field(name, model_admin.model, model_admin=model_admin)) for name in shown.list_display]
    yield "\ufeff" + writer.writerow([_defused(head[:1].upper() + head[1:]) for head in heads])
    further = ""
    for _ in range(MOST_ROWS // AT_ONCE):
        shown.read({AFTER: further}, AT_ONCE)
        if further and not shown.leaf.at:  # what came after has gone meanwhile, and this is the beginning again
            return
        for row in shown.result_list:
            yield writer.writerow([_defused(_plain(name, row, model_admin)) for name in shown.list_display])
        further = shown.leaf.after
        if not further:
            return
    yield writer.writerow([f"Cut off after {MOST_ROWS:,} rows: narrow the list with its filters to get the rest."])


def _plain(name: str, row: Any, model_admin: Any) -> str:
    """What the list shows in this cell, without its markup."""
    try:
        field, _, value = lookup_field(name, row, model_admin)
    except ObjectDoesNotExist:
        return ""
    if getattr(field, "choices", None):
        return str(getattr(row, f"get_{name}_display")())
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case datetime.datetime():
            return with_zone(value)
        case SafeString():
            return " ".join(unescape(strip_tags(value)).split())
    return str(value)


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(BEGINS_A_FORMULA) else cell
