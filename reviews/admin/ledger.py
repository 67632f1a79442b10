"""Records that never change, as lists to look things up in: nothing is added, edited, deleted or done in bulk here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from articles.admin.csv_export import CsvExport


class Ledger(CsvExport, admin.ModelAdmin):
    """What the database would refuse anyway is not offered."""

    actions = None
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
