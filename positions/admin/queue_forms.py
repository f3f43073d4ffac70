"""The forms of the review queue: what to show, and what is true of a statement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Q

from actors.models import Actor
from positions import review_queue
from positions.codebook import codebook
from positions.models import Article, Source, Stance, Topic
from positions.models.stances import DatePrecision, Kind, Mode
from positions.review import ACKNOWLEDGE, Correction, RejectReason

Rows = review_queue.Rows


class FilterForm(forms.Form):
    """Which part of the queue: all of it by default."""

    topic = forms.ModelChoiceField(
        Topic.objects.all(), required=False, to_field_name="slug", empty_label="all topics"
    )
    source = forms.ModelChoiceField(
        Source.objects.all(), required=False, to_field_name="slug", empty_label="all sources"
    )
    why = forms.ChoiceField(
        required=False,
        label="Reason",
        choices=[("", "all reasons"), *((why.slug, why.label) for why in review_queue.WHYS)],
    )
    actor = forms.CharField(
        required=False, max_length=100, widget=forms.TextInput(attrs={"placeholder": "name", "size": 14})
    )

    # Set by links from a whole article: only what waits there, and whether chance drew it, for the way back.
    article = forms.ModelChoiceField(Article.objects.all(), required=False, widget=forms.HiddenInput)
    drawn = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def apply(self, rows: Rows) -> Rows:
        """Narrow the rows. An invalid form narrows nothing; its errors are shown."""
        if not self.is_valid():
            return rows
        wanted = self.cleaned_data
        if wanted["topic"]:
            rows = rows.filter(topic=wanted["topic"])
        if wanted["source"]:
            rows = rows.filter(article__source=wanted["source"])
        if wanted["article"]:
            rows = rows.filter(article=wanted["article"])
        if wanted["actor"]:
            name = wanted["actor"]
            rows = rows.filter(Q(holder__name__icontains=name) | Q(on_behalf_of__name__icontains=name))
        if wanted["why"]:
            rows = review_queue.flagged(rows).filter(**{wanted["why"]: True})
        return rows

    @property
    def query(self) -> dict[str, str]:
        """Return the parameters that are set, for links."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}


class ActorSelect(AutocompleteSelect):
    """Django's select that searches; a value that is no number is shown as nothing and does no harm."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        numbers = [one for one in map(str, value) if one.isascii() and one.isdigit() and len(one) < 19]
        return super().optgroups(name, numbers or [""], attr)


def actor_field(name: str = "holder", **options: Any) -> forms.ModelChoiceField[Actor]:
    widget = ActorSelect(Stance._meta.get_field(name), admin.site)
    return forms.ModelChoiceField(Actor.objects.existing(), widget=widget, **options)


def position_choices() -> list[tuple[int, str]]:
    return [(p.value, f"{p.glyph} {p.name}") for p in reversed(codebook().positions)]


class ValuesForm(forms.Form):
    """A form whose values the domain may refuse."""

    FIELD_OF = {"evidence": "start"}  # errors about the evidence stand beside its offsets

    def refuse(self, error: ValidationError) -> None:
        """Show the domain's reasons beside the fields they belong to."""
        for name, reasons in error.error_dict.items():
            self.add_error(self.FIELD_OF.get(name, name), reasons)


class ReadingForm(ValuesForm):
    """All values of a statement. Whether they may be saved is `positions.review`'s to say."""

    position = forms.TypedChoiceField(coerce=int, choices=position_choices, widget=forms.RadioSelect)
    holder = actor_field("holder")
    topic = forms.ModelChoiceField(Topic.objects.all(), empty_label=None)
    mode = forms.ChoiceField(choices=Mode.choices)
    kind = forms.ChoiceField(choices=Kind.choices)
    stated_on = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), label="Said on"
    )
    precision = forms.ChoiceField(choices=DatePrecision.choices, label="Exact to")
    source = actor_field("source_actor", required=False, label="Source, if it is not the holder")
    condition = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 1}))
    start = forms.IntegerField(widget=forms.NumberInput(attrs={"size": 7}), label="from")
    end = forms.IntegerField(widget=forms.NumberInput(attrs={"size": 7}), label="to")
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 1}))
    acknowledged = forms.BooleanField(required=False, label="Save it all the same")

    @classmethod
    def showing(cls, values: Correction) -> ReadingForm:
        """Return the form filled with values."""
        names = ("position", "mode", "kind", "condition", "stated_on", "precision", "start", "end")
        initial: dict[str, Any] = {name: getattr(values, name) for name in names}
        initial |= {"holder": values.holder, "topic": values.topic, "source": values.source}
        return cls(initial=initial)

    def values(self) -> Correction:
        skipped = {"note", "acknowledged"}
        return Correction(**{k: v for k, v in self.cleaned_data.items() if k not in skipped})

    @property
    def doubtful(self) -> bool:
        """Whether all that is wrong may be acknowledged."""
        reasons = [error for errors in self.errors.as_data().values() for error in errors]
        return bool(reasons) and all(error.code == ACKNOWLEDGE for error in reasons)


class RejectForm(forms.Form):
    reason = forms.ChoiceField(choices=[("", "why?"), *RejectReason.choices])
    note = forms.CharField(required=False)


class BlindForm(ValuesForm):
    """What a second reader sees in the marked words, without the first decision."""

    position = forms.TypedChoiceField(coerce=int, choices=position_choices, widget=forms.RadioSelect)
    holder = actor_field("holder")
    topic = forms.ModelChoiceField(Topic.objects.all(), empty_label="choose")
    mode = forms.ChoiceField(choices=[("", "choose"), *Mode.choices])
    kind = forms.ChoiceField(choices=[("", "choose"), *Kind.choices])
    stated_on = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), label="Said on"
    )
    source = actor_field("source_actor", required=False, label="Source, if it is not the holder")
    condition = forms.CharField(
        required=False, label="Condition, if there is one", widget=forms.Textarea(attrs={"rows": 1})
    )
