"""Small helpers of the templates."""

from __future__ import annotations

import re
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from positions.pages import markup

register = template.Library()
register.filter("bare", markup.bare)
register.filter("said", markup.said, is_safe=True)
register.filter("shift", markup.shift, is_safe=True)
register.filter("own_shift", markup.own_shift, is_safe=True)
SECTIONS = ("/actors/", "/topics/", "/timeline/", "/compare/", "/shifts/", "/data/")

_MARKS = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*([^*]+)\*"), r"<em>\1</em>"),
)


@register.filter
def light(text: str) -> SafeString:
    """Render the codebook's light Markdown (bold, italics, code); everything else is escaped."""
    markup = str(escape(text))
    for pattern, replacement in _MARKS:
        markup = pattern.sub(replacement, markup)
    return mark_safe(markup)


@register.simple_tag
def kept(name: str, here: str = "") -> SafeString:
    """Render a partial that depends on nothing but the language and the section of the site, once for each.

    `here` is an address; the partial is given its section as `here`.
    """
    section = "/" if here == "/" else next((part for part in SECTIONS if part in here), "")
    make = _made.__wrapped__ if settings.DEBUG else _made
    return make(name, section, get_language() or "en", get_script_prefix())


@lru_cache(maxsize=200)
def _made(name: str, here: str, _language: str, _prefix: str) -> SafeString:
    return render_to_string(name, {"here": here})
