"""Small records that are edited in place: every change of one writes an event that says what it was before."""

from typing import Any

from django.forms import ModelForm
from django.http import HttpRequest

from articles.admin.doors import account
from articles.admin.lists import Keyed
from articles.history import record


class RecordedAdmin(Keyed):
    """`noun` names the event, `kept` the fields whose old and new values it tells. Nothing is deleted or done in bulk."""

    noun = ""
    kept: tuple[str, ...] = ()

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        form.was = self.values(type(obj)._default_manager.get(pk=obj.pk)) if change else {}  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The last thing saved; Django's admin does it all in one transaction, so the event stands or falls with it."""
        super().save_related(request, form, formsets, change)
        now = self.values(type(form.instance)._default_manager.get(pk=form.instance.pk))
        changes = {name: [form.was.get(name), value] for name, value in now.items() if form.was.get(name) != value}
        if changes:
            name = f"{self.noun}.{'changed' if change else 'added'}"
            record(name, by=account(request), **{self.noun: str(form.instance), "id": form.instance.pk, "changes": changes})

    def values(self, obj: Any) -> dict[str, Any]:
        """What is told of a record, in plain values."""
        return {name: self.plain(getattr(obj, name)) for name in self.kept}

    @staticmethod
    def plain(value: Any) -> Any:
        if hasattr(value, "all"):
            return sorted(str(item) for item in value.all())
        return value if isinstance(value, bool | int | str | None) else str(value)
