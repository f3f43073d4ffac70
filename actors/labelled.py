"""Django's tables of related rows and its choosers, with the names that a screen reader needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import BaseInlineFormSet
from django.http import HttpRequest

if TYPE_CHECKING:  # generic for the type checker only
    StockModelAdmin = admin.ModelAdmin[Any]
    StockInline = admin.TabularInline[Any, Any]
    StockFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    StockModelAdmin = admin.ModelAdmin
    StockInline = admin.TabularInline
    StockFormSet = BaseInlineFormSet


class Chooser(AutocompleteSelect):
    """While nothing is chosen, its words say what is chosen here: the box has no other name."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        words = f"Choose: {self.field.verbose_name}"
        return {**super().build_attrs(base_attrs, extra_attrs), "data-placeholder": words}


class ChoosingMixin:
    """Choosers with a name for `autocomplete_fields`."""

    def formfield_for_foreignkey(self: Any, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Chooser(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class ModelAdmin(ChoosingMixin, StockModelAdmin):
    """As Django's."""


class LabelledFormSet(StockFormSet):
    """Fields named by themselves: the column's heading alone does not name them."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            widget = getattr(
                field.widget, "widget", field.widget
            )  # with the links to the related row around it
            widget.attrs.setdefault("aria-label", field.label)


class TabularInline(ChoosingMixin, StockInline):
    """As Django's, each field with its name."""

    formset = LabelledFormSet
