"""The faults that the project promises to stand, by number: what goes wrong, and what is promised then."""

from __future__ import annotations

SCENARIOS: dict[int, tuple[str, str]] = {
    1: (
        "kill -9 of a worker in the middle of articles",
        "no article lost, no stance doubled, all read after the lease",
    ),
    2: ("kill -9 of one process of a worker", "the same; an attempt more"),
    3: ("SIGTERM by a deployment", "finishes or releases; the next start is clean"),
    4: ("the broker forgets every message", "every article is read all the same, by the sweep"),
    5: ("the broker is away", "pages and admin go on; ingestion catches up"),
    6: ("the broker is frozen, half open or half written", "workers recover within a minute"),
    7: ("the database restarts, or a process dies, in mid-transaction", "no article without its stances"),
    8: ("the database is read-only or full", "no crash loop; it goes on by itself"),
    9: ("a message is delivered several times, in any order", "all but the first do nothing"),
    10: ("two workers want one article", "one has it; the other sees the lease"),
    11: ("reading takes longer than the lease", "one set of results or none, and the reason"),
    12: (
        "a poison article: abort, endless loop, no memory",
        "quarantined after three attempts; the rest goes on",
    ),
    13: (
        "a poison feed: hours or gigabytes to parse",
        "its parser is ended, the feed says why, the worker lives",
    ),
    14: ("a server that drips headers or body", "cut off at the deadline"),
    15: ("an endless body, a gzip bomb", "no more than the cap is read or held"),
    16: (
        "redirects to private addresses, other schemes, six hops",
        "refused with the reason; nothing leaves",
    ),
    17: (
        "DNS that changes its answer, or never gives one",
        "connected as first checked; no wait beyond the deadline",
    ),
    18: (
        "304, ETags, a crash between items and ETag",
        "nothing parsed or written; the ETag is kept after the items",
    ),
    19: ("301 for good, 410", "moved after three equal answers; paused, and says so"),
    20: ("429 or 503 with Retry-After of any form", "honoured between a minute and a day"),
    21: ("an empty feed, a web page, a login page", "said to be no feed; nothing is taken away"),
    22: ("guids reused or changed, addresses with tracking", "one article by guid, address, text"),
    23: (
        "an article corrected after publication",
        "a version more; what stands is kept, what went is marked",
    ),
    24: ("an article withdrawn", "kept and marked"),
    25: (
        "clocks an hour off, dates in 2099",
        "leases by the database's clock; such dates replaced and noted",
    ),
    26: (
        "an editor decides while the article is read again",
        "the editor wins; the reading is kept beside it",
    ),
    27: ("two editors decide on one stance", "the second is told; nothing is overwritten unseen"),
    28: ("an editor sends a decision twice", "one entry in the history"),
    29: ("actors merged while articles come in", "no orphan, no stance lost"),
    30: ("migrations while workers run", "old code refuses or works; nothing is corrupted"),
    31: ("SQLite: several writers", 'never "database is locked"'),
    32: ("NUL, lone surrogates, endless titles, marks of direction", "stored alike on both databases"),
    33: ("files half written, huge, of the wrong kind", "waited for; refused with the reason; never run"),
    34: ("no scheduler, or two", "everything once a period; nothing lost without"),
    35: (
        "the reader's model is missing or another version",
        "articles wait with the reason; results say who read",
    ),
    36: ("a backup taken during ingestion, restored", "equal counts, all checks pass, the rest is read"),
}
