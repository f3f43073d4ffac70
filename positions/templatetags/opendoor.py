"""Small helpers of the templates."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_MARKS = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*([^*]+)\*"), r"<em>\1</em>"),
)


@register.filter
def bare(text: str) -> str:
    """Return the class that leaves out our quotation marks where the words bring their own."""
    return "bare" if text[:1] in {'"', "“", "„", "«"} else ""


@register.filter
def light(text: str) -> SafeString:
    """Render the codebook's light Markdown (bold, italics, code); everything else is escaped."""
    markup = str(escape(text))
    for pattern, replacement in _MARKS:
        markup = pattern.sub(replacement, markup)
    return mark_safe(markup)
