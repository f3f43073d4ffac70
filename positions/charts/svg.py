"""Writing SVG: elements, escaping, numbers."""

from __future__ import annotations

from functools import cache
from html import escape


def tag(name: str, *children: str, **attributes: object) -> str:
    """Return an element. Children are markup already; attribute values are escaped here.

    `class_` is written as `class`, an underscore elsewhere as a hyphen; None leaves an attribute out.
    """
    words = [name]
    for key, value in attributes.items():
        if value is None:
            continue
        if isinstance(value, str):
            shown = escape(value)
        else:
            shown = number(value) if isinstance(value, float) else escape(str(value))
        words.append(f'{_attribute(key)}="{shown}"')
    opening = " ".join(words)
    return f"<{opening}>{''.join(children)}</{name}>" if children else f"<{opening}/>"


@cache
def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def text(words: str, **attributes: object) -> str:
    return tag("text", escape(words), **attributes)


def title(words: str) -> str:
    return tag("title", escape(words))


def number(value: float) -> str:
    """At most one decimal, none where it is zero: a tenth of a unit is finer than any screen."""
    return f"{value:.1f}".removesuffix(".0")


def picture(
    *children: str, width: int, height: int, label: str, description: str, ident: str, class_: str
) -> str:
    """Return the root element. `role=group`, since charts hold links, which `role=img` would hide."""
    return tag(
        "svg",
        tag("title", escape(label), id=f"{ident}-title"),
        tag("desc", escape(description), id=f"{ident}-desc"),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        class_=f"chart {class_}",
        viewBox=f"0 0 {width} {height}",
        role="group",
        aria_labelledby=f"{ident}-title",
        aria_describedby=f"{ident}-desc",
        id=ident,
    )


def hatch(ident: str, class_: str) -> str:
    """Return a pattern of slanting lines to fill with `url(#ident)`."""
    line = tag("path", d="M0 6L6 0", class_=class_)
    return tag("pattern", line, id=ident, width="6", height="6", patternUnits="userSpaceOnUse")
