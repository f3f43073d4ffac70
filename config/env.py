"""Typed reading of the environment that fails loudly: a wrong value stops the start, naming the variable."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value in {"", None}:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0 (true/false, yes/no, on/off), not {value!r}")


def number(name: str, default: float, low: float | None = None, high: float | None = None) -> float:
    raw = text(name)
    try:
        value = float(raw) if raw else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {raw!r}") from None
    if (low is not None and value < low) or (high is not None and value > high):
        raise ImproperlyConfigured(f"{name} must lie between {low} and {high}, not {value}")
    return value


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    raw = text(name)
    return [word.strip() for word in raw.split(",") if word.strip()] if raw else list(default)


def secret(name: str, *, required: bool, development: str) -> str:
    """Return the secret, or the development value where none is required."""
    value = text(name)
    if not required:
        return value or development
    if len(value) < 50 or len(set(value)) < 5:
        raise ImproperlyConfigured(f"{name} must be set to at least 50 random characters in production")
    return value
