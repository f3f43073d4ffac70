"""The editors' workbench: Django's own admin, one module a subject."""

from positions.admin import second, stances

__all__ = ["second", "stances"]
