"""Whether the database has the schema that this release was written for, and in words what to do if not."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def problem() -> str:
    """Say how the schema differs from what this release needs, and what to do; empty where it fits.

    Raises DatabaseError where the database does not answer.
    """
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        first = f"{pending[0][0].app_label}.{pending[0][0].name}"
        lacks = ngettext(
            "The database is older than this release: it lacks %(n)s migration (%(first)s).",
            "The database is older than this release: it lacks %(n)s migrations (first %(first)s).",
            len(pending),
        ) % {"n": len(pending), "first": first}
        return f"{lacks} {_('Run “manage.py migrate”.')}"
    if unknown := _unknown(executor.loader):
        newer = _("The database is newer than this release, which does not know its migration %(last)s.")
        return f"{newer % {'last': unknown[-1]}} {_('Start the release that made it, or restore a backup.')}"
    return ""


def _unknown(loader: MigrationLoader) -> list[str]:
    """Return migrations that were applied to apps of ours by a release that had more of them."""
    known = {
        *loader.disk_migrations,
        *(key for one in loader.disk_migrations.values() for key in one.replaces),
    }
    applied = sorted(loader.applied_migrations or {})
    return [".".join(key) for key in applied if key[0] in loader.migrated_apps and key not in known]
