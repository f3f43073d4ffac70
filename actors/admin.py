"""The registry in the admin: who exists, under which names, and who held which office when.

`Actor` and `Mandate` are registered by the app above, because saving them redraws lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import ChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin

from actors.labelled import ChoosingMixin, ModelAdmin, TabularInline
from actors.models import Actor, Alias, BlocMembership, Mandate, Origin
from actors.tiers import TIER_1_ROLES, TIER_2_ROLES, tier_of

if TYPE_CHECKING:  # generic for the type checker only
    Form = ModelForm[Any]
else:
    Form = ModelForm


class EditorsRowMixin:
    """What an editor enters or changes becomes the editor's: loading the shipped registry leaves it alone."""

    def save_model(self, request: HttpRequest, obj: Any, form: Form, change: bool) -> None:
        obj.origin = Origin.EDITOR
        super().save_model(request, obj, form, change)  # type: ignore[misc]


class HistoryAdmin(ChoosingMixin, SimpleHistoryAdmin):
    """A dated history for reading: what is to be as it was is entered again, so that lines follow.

    Reverting saved a row without drawing anything anew, and for whoever may see the history.
    """

    object_history_list_template = "admin/actors/object_history_list.html"

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied("A row's history is read, not written.")
        return super().history_form_view(request, object_id, version_id, extra_context)


class AliasInline(TabularInline):
    model = Alias
    fields = ("text", "kind", "ambiguous", "common_word", "start", "end")
    extra = 0


def known_roles() -> list[tuple[str, str]]:
    """Return the roles that weigh something, and those in use."""
    used = Mandate.objects.order_by("role").values_list("role", flat=True).distinct()
    roles = sorted({*TIER_1_ROLES, *TIER_2_ROLES, *used})
    return [("", "choose"), *((role, role.replace("_", " ")) for role in roles)]


class MandateForm(Form):
    """A role decides the tier, so it is chosen and not typed."""

    role = ChoiceField(choices=known_roles)


class MandateInline(TabularInline):
    """The person's offices. The tier follows from the role."""

    model = Mandate
    form = MandateForm
    fk_name = "person"
    fields = (
        "office",
        "of",
        "role",
        "start",
        "end",
        "precision",
        "speaks_for",
        "ceremonial",
        "acting",
        "tier",
    )
    readonly_fields = ("tier",)
    autocomplete_fields = ("of",)
    extra = 0


class MembershipInline(TabularInline):
    model = BlocMembership
    fk_name = "member"
    fields = ("bloc", "start", "end", "indicative")
    autocomplete_fields = ("bloc",)
    extra = 0


class MergedFilter(admin.SimpleListFilter):
    title = "merged"
    parameter_name = "merged"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "no"), ("yes", "yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Actor]) -> QuerySet[Actor]:
        if self.value() is None:
            return queryset
        return queryset.filter(merged_into__isnull=self.value() == "no")


class ActorAdmin(EditorsRowMixin, HistoryAdmin):
    list_display = ("name", "kind", "slug", "gender", "origin", "merged_into")
    list_filter = ("kind", MergedFilter, "origin", "gender")
    list_select_related = ("merged_into",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "slug", "aliases__text")
    search_help_text = "Name, slug or any spelling"
    autocomplete_fields = ("resolves_to", "part_of")
    readonly_fields = ("merged_into", "origin", "recorded_at")
    fieldsets = (
        (None, {"fields": ("name", "slug", "kind", "gender", "start", "end")}),
        ("Belongs to", {"fields": ("part_of", "resolves_to", "merged_into")}),
        ("For resolving names", {"classes": ("collapse",), "fields": ("facts", "wikidata")}),
        ("Record", {"classes": ("collapse",), "fields": ("origin", "recorded_at")}),
    )

    def get_inlines(self, request: HttpRequest, obj: Actor | None) -> list[type[TabularInline]]:
        if obj is None or obj.kind == Actor.Kind.PERSON:
            return [AliasInline, MandateInline]
        return [AliasInline, MembershipInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Actor | None = None) -> tuple[str, ...]:
        # Addresses and findings hang on the slug, and what a line is on the kind.
        return (*self.readonly_fields, *(("slug", "kind") if obj else ()))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Actor], search_term: str
    ) -> tuple[QuerySet[Actor], bool]:
        """Offer no merged actors where one is chosen for a field."""
        rows, duplicates = super().get_search_results(request, queryset, search_term)
        if request.path.endswith("/autocomplete/"):
            rows = rows.existing()
        return rows, duplicates

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.save(commit=False):
            if hasattr(row, "origin"):
                row.origin = Origin.EDITOR
            if isinstance(row, Mandate):
                row.tier = tier_of(row.role, speaks_for=row.speaks_for, ceremonial=row.ceremonial)
            row.save()
        for row in formset.deleted_objects:
            row.delete()


class MandateAdmin(EditorsRowMixin, HistoryAdmin):
    form = MandateForm
    list_display = ("person", "office", "of", "role", "start", "end", "speaks_for", "tier", "origin")
    list_filter = ("role", "tier", "speaks_for", "acting", "origin")
    list_select_related = ("person", "of")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("person__name", "office", "of__name")
    autocomplete_fields = ("person", "of")
    readonly_fields = ("tier", "origin", "recorded_at")
    date_hierarchy = "start"

    def save_model(self, request: HttpRequest, obj: Mandate, form: Form, change: bool) -> None:
        obj.tier = tier_of(obj.role, speaks_for=obj.speaks_for, ceremonial=obj.ceremonial)
        super().save_model(request, obj, form, change)


@admin.register(Alias)
class AliasAdmin(EditorsRowMixin, HistoryAdmin):
    list_display = ("text", "kind", "actor", "ambiguous", "common_word", "origin")
    list_filter = ("kind", "ambiguous", "common_word", "origin")
    list_select_related = ("actor",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("text", "actor__name")
    autocomplete_fields = ("actor",)
    readonly_fields = ("origin",)


@admin.register(BlocMembership)
class BlocMembershipAdmin(EditorsRowMixin, ModelAdmin):
    list_display = ("member", "bloc", "start", "end", "indicative", "origin")
    list_filter = ("bloc", "indicative", "origin")
    list_select_related = ("member", "bloc")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("member__name", "bloc__name")
    autocomplete_fields = ("member", "bloc")
    readonly_fields = ("origin",)
