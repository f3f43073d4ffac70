"""What a page is asked: GET parameters parsed by forms. A value nobody offers is refused, readably."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from positions.codebook import codebook

EARLIEST = date(1990, 1, 1)
LONGEST_QUERY = 200
MOST_ACTORS = 12


class BadInput(Exception):
    """The address asks for something that cannot be: `errors` maps a parameter to messages."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(message for messages in errors.values() for message in messages))
        self.errors = errors


class DayField(forms.DateField):
    """A day that has been: ISO form, not before the record's time, not in the future."""

    default_error_messages = {"invalid": _("“%(value)s” is not a date. Write it as 2024-07-11.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], required=False, **kwargs)

    def to_python(self, value: Any) -> date | None:
        try:
            day: date | None = super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(
                self.error_messages["invalid"], "invalid", {"value": str(value)[:40]}
            ) from None
        if day is None:
            return None
        if day > timezone.localdate():
            raise forms.ValidationError(
                _("%(value)s lies in the future; the record cannot know it."), "future", {"value": day}
            )
        if day < EARLIEST:
            raise forms.ValidationError(_("The record begins in %(year)s."), "early", {"year": EARLIEST.year})
        return day


class WordField(forms.ChoiceField):
    """One of some words, or nothing."""

    default_error_messages = {"invalid_choice": _("“%(value)s” is not one of: %(offered)s.")}

    def __init__(self, words: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(choices=[("", "—"), *words], required=False, **kwargs)
        self.offered = ", ".join(word for word, _name in words)

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            values = {"value": value[:40], "offered": self.offered}
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", values)


class AfterField(forms.RegexField):
    """Where the last page of a list ended: a day and an id."""

    default_error_messages = {"invalid": _("“after” continues a list and comes from its “more” link.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^\d{4}-\d\d-\d\d~\d{1,18}$", required=False, **kwargs)

    def clean(self, value: Any) -> tuple[date, int] | None:
        text = super().clean(value)
        if not text:
            return None
        day, pk = text.split("~")
        try:
            return date.fromisoformat(day), int(pk)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid") from None


class SlugsField(forms.CharField):
    """Slugs joined by tildes, in order and without repeats: `de~hu~us`."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().to_python(value) or ""
        slugs = list(dict.fromkeys(part for part in text.split("~") if part))
        if len(slugs) > MOST_ACTORS:
            raise forms.ValidationError(
                _("%(count)s actors are too many for one view; the most is %(most)s."),
                "many", {"count": len(slugs), "most": MOST_ACTORS},
            )  # fmt: skip
        for slug in slugs:
            if not all(c.isalnum() or c in "-_" for c in slug) or len(slug) > 120:
                raise forms.ValidationError(_("“%(value)s” is no actor."), "slug", {"value": slug[:40]})
        return slugs


def topic_words() -> list[tuple[str, Any]]:
    return [(topic.slug, topic.name) for topic in codebook().topics]


class Dates(forms.Form):
    """The two dates that every page takes: the day asked about, and what the record said on a day.

    With `by`, a later day, pages that say what was learned since `known` say what was learned until then.
    """

    on = DayField()
    known = DayField()
    by = DayField()
    reviewed = forms.BooleanField(required=False)
    format = WordField([(word, word) for word in ("html", "csv", "json", "atom", "svg")])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        values["on"] = values.get("on") or timezone.localdate()
        if values.get("by") and not (values.get("known") and values["known"] < values["by"]):
            self.add_error("by", _("“by” needs an earlier “known” to compare with."))
        return values


class Drawn(Dates):
    """What a page with charts takes besides: `from`, the first day that is drawn."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = DayField()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("from") and values["from"] >= values["on"]:
            self.add_error("from", _("The first day must lie before the last."))
        return values


def ask(form: type[forms.Form], request: HttpRequest) -> dict[str, Any]:
    """Return the cleaned parameters of a GET.

    Raises BadInput naming every parameter that cannot be read.
    """
    bound = form(request.GET)
    if not bound.is_valid():
        raise BadInput({name: list(map(str, messages)) for name, messages in bound.errors.items()})
    return bound.cleaned_data
