"""Records that never change, as lists to look things up in: nothing is added, edited, deleted or done in bulk here."""

from typing import Any

from django.http import HttpRequest

from articles.admin.csv_export import CsvExport
from articles.admin.lists import Keyed


class Ledger(CsvExport, Keyed):
    """What the database would refuse anyway is not offered."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
