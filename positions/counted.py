"""What of the record is counted with every change, asked before every answer (`positions.pages.record`)."""

from __future__ import annotations

# What every page may show of others than its subject: names, offices, blocs, events, titles of articles.
# Triggers note every change of these (`positions.watching`).
WORLD = "SELECT COUNT(*) || '.' || MAX(id) || '.' || SUM(number) FROM positions_change"
# The rest of the record. Counts go up with every commit; the newest id does not where two writers cross.
RECORD = (
    "SELECT SUM(number) FROM positions_edition",
    "SELECT MAX(id) FROM positions_stance",
    "SELECT MAX(id) FROM positions_stancereview",
    "SELECT MAX(id) FROM positions_articleversion",
    "SELECT MAX(id) FROM positions_eventmention",
    "SELECT MAX(id) FROM positions_unresolvedmention",
    "SELECT MAX(id) FROM positions_secondreading",
    "SELECT MAX(id) FROM positions_exhaustivecoding",
    "SELECT MAX(withdrawn_at) FROM positions_exhaustivecoding",
)

_ALL = " || '|' || ".join(f"COALESCE(({sql})::text, '')" for sql in RECORD)
# PostgreSQL plans ten subqueries four times as long as it runs them; a function's plan it keeps. As one
# text, so that a release that counts more than another replaces it while both run.
FUNCTION = f"""
CREATE OR REPLACE FUNCTION positions_counted(OUT world text, OUT record text) LANGUAGE plpgsql STABLE AS
$$ BEGIN world := ({WORLD}); record := {_ALL}; END $$
"""
_SQLITE = f"({WORLD}), " + " || '|' || ".join(f"COALESCE(({sql}), '')" for sql in RECORD)


def question(vendor: str, also: str = "") -> str:
    """Return the SQL that asks for both, as two texts, and for the value of a query `also`."""
    more = f", ({also})" if also else ""
    if vendor == "sqlite":
        return f"SELECT {_SQLITE}{more}"
    return f"SELECT counted.world, counted.record{more} FROM positions_counted() AS counted"


# Which transactions PostgreSQL shows: while that is the same, so is all that they wrote, and the answers.
VISIBLE = "pg_current_snapshot()::text"
