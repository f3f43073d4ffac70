"""The scale's colours, read from the style sheet: seen by everybody, on light and on dark."""

import re
from itertools import combinations
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static" / "css" / "chart.css").read_text(encoding="utf-8")
STEPS = ("p2", "p1", "p0", "n1", "n2")
# Machado et al. 2009, severity 1, in linear RGB.
DEFICIENCIES = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
THEMES = ("light", "dark")


def colour(name, theme):
    """Return a custom property's colour in a theme as linear RGB."""
    light, dark = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", CSS).groups()
    text = (light if theme == "light" else dark).lstrip("#")
    text = text if len(text) == 6 else "".join(c * 2 for c in text)
    channels = [int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def contrast(a, b):
    weights = (0.2126, 0.7152, 0.0722)
    dim, bright = sorted(sum(w * c for w, c in zip(weights, x, strict=True)) + 0.05 for x in (a, b))
    return bright / dim


def seen(rgb, deficiency):
    return [max(sum(w * c for w, c in zip(row, rgb, strict=True)), 0) for row in DEFICIENCIES[deficiency]]


def lab(rgb):
    r, g, b = rgb
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(a, b):
    return sum((p - q) ** 2 for p, q in zip(lab(a), lab(b), strict=True)) ** 0.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", STEPS)
def test_mark_stands_out_from_the_page(name, theme):
    assert contrast(colour(name, theme), colour("paper", theme)) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["ink", "soft"])
def test_text_can_be_read(name, theme):
    assert contrast(colour(name, theme), colour("paper", theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_support_and_opposition_never_look_alike(deficiency, theme):
    for a, b in (("p2", "n2"), ("p1", "n1"), ("p2", "n1"), ("p1", "n2")):
        assert distance(seen(colour(a, theme), deficiency), seen(colour(b, theme), deficiency)) >= 40


@pytest.mark.parametrize("theme", THEMES)
def test_any_two_steps_differ(theme):
    assert min(distance(colour(a, theme), colour(b, theme)) for a, b in combinations(STEPS, 2)) >= 15
