"""The tables of `history.db`, and how a file of an earlier format becomes one of today's.

`STEPS[n]` takes a file from format n to n + 1. A step that has been released is never changed.

`totals` has one row: what all generations come to. Triggers keep it, in the transaction that changes a generation and
whoever makes it, so it is right for every opener at every moment and costs the same to read however long the history.
Its money is whole nano-dollars, which add up exactly.
"""

from __future__ import annotations

from collections.abc import Iterable

# Each of these is in an index too, and finds it only when it is written the same: one that changes after a release
# needs a step that makes its index anew.
UNSETTLED = (
    "(status IN ('PENDING', 'SUBMITTING', 'UNCONFIRMED', 'IN_QUEUE', 'IN_PROGRESS')"
    " OR (status = 'COMPLETED' AND path IS NULL))"
)
UNSENT = "status IN ('PENDING', 'UNCONFIRMED')"
TO_BE_SEEN = (
    "(status IN ('FAILED', 'UNCONFIRMED') OR (error IS NOT NULL AND path IS NULL AND status <> 'CANCELLED'))"
    " AND NOT dismissed"
)
OPEN_AMOUNT = (
    "(cost IS NULL AND free <> 1 AND (status IN ('FAILED', 'CANCELLED')"
    " OR (error IS NOT NULL AND status IN ('UNCONFIRMED', 'COMPLETED'))))"
)
"""It has ended, and whether it was billed is not known: what it may cost stays reserved until somebody says."""
OVERBILLED = "(cost_source = 'billed' AND free <> 1 AND cost > 1.5 * estimate AND NOT bill_accepted)"
"""It was billed far above its estimate, and nobody has said yet that its run may go on."""
UNMEASURED = "(path IS NOT NULL AND measures IS NULL)"
SHOWN = "(path IS NOT NULL OR substr(ifnull(url, ''), 1, 8) = 'https://')"
RESOLUTION = "json_extract(request, '$.resolution')"
DURATION = "json_extract(request, '$.duration')"
SEED = "json_extract(request, '$.seed')"

ASKED = "CASE WHEN json_valid(request) THEN request ELSE '{}' END"
"""A request that is JSON, whatever stands in its column."""
TAGS = "json_each(CASE WHEN json_valid(tags) THEN tags ELSE '[]' END)"
"""A generation's tags, one a row; none where anything else stands in their column."""

_FIRST = (
    """CREATE TABLE generations (
        id INTEGER PRIMARY KEY,
        created_at REAL NOT NULL,
        server TEXT NOT NULL,
        free INTEGER NOT NULL,
        owner TEXT,
        endpoint TEXT NOT NULL,
        request TEXT NOT NULL,
        estimate REAL NOT NULL,
        status TEXT NOT NULL,
        body TEXT,
        request_id TEXT,
        ticket TEXT,
        submitted_at REAL,
        started_at REAL,
        completed_at REAL,
        run_seconds REAL,
        seed INTEGER,
        url TEXT,
        billable_units REAL,
        cost REAL,
        cost_source TEXT,
        path TEXT,
        width INTEGER,
        height INTEGER,
        clip_duration REAL,
        fps REAL,
        has_audio INTEGER,
        logs TEXT,
        error TEXT,
        dismissed INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE UNIQUE INDEX by_request_id ON generations (server, request_id) WHERE request_id IS NOT NULL",
    "CREATE INDEX by_status ON generations (status)",
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
)

_CLIP = "({row}.path IS NOT NULL OR substr(ifnull({row}.url, ''), 1, 8) = 'https://')"
_TOTALS_OF_SECOND = {
    # A cost below nothing, some mistake of a service, must not widen the cap.
    "spent": "(NOT {row}.free) * ifnull(CAST(round(max({row}.cost, 0) * 1e9) AS INTEGER), 0)",
    # Without a cost it is money that may still go: under way, unconfirmed, or failed in a way that may be billed.
    "reserved": "(NOT {row}.free AND {row}.cost IS NULL) * CAST(round({row}.estimate * 1e9) AS INTEGER)",
    "generations": "1",
    "clips": _CLIP,
}
"""What one generation adds to each of the totals."""
# Nor must an estimate below nothing widen it, nor what is no number, nor one so large that no sum can hold it: anybody
# may have written a row. Ten thousand dollars is more than any clip costs.
COUNTED = "CAST(round(min(max(CAST({row}.%s AS REAL), 0), 1e4) * 1e9) AS INTEGER)"
_TOTALS = _TOTALS_OF_SECOND | {
    "spent": f"({{row}}.free <> 1) * ifnull({COUNTED % 'cost'}, 0)",
    "reserved": f"({{row}}.free <> 1 AND {{row}}.cost IS NULL) * {COUNTED % 'estimate'}",
}
_COUNTED = "free, estimate, cost, path, url"


def _change(totals: dict[str, str], *rows: str) -> str:
    """The change of the totals when those rows come ("+ NEW") and go ("- OLD")."""
    signed = [row.split() for row in rows]
    sums = (
        f"{name} = {name}" + "".join(f" {sign} ({count.format(row=row)})" for sign, row in signed)
        for name, count in totals.items()
    )
    return f"UPDATE totals SET {', '.join(sums)}"  # noqa: S608


def _triggers(totals: dict[str, str]) -> tuple[str, ...]:
    """What keeps the totals."""
    changed = _change(totals, "- OLD", "+ NEW")
    return (
        f"CREATE TRIGGER added AFTER INSERT ON generations BEGIN {_change(totals, '+ NEW')}; END",
        f"CREATE TRIGGER removed AFTER DELETE ON generations BEGIN {_change(totals, '- OLD')}; END",
        f"CREATE TRIGGER changed AFTER UPDATE OF {_COUNTED} ON generations BEGIN {changed}; END",
    )


def _sums(totals: dict[str, str]) -> str:
    """The query that counts all rows anew."""
    return f"SELECT {_counts(totals.values())} FROM generations"  # noqa: S608


def _counts(counts: Iterable[str]) -> str:
    return ", ".join(f"ifnull(sum({count.format(row='generations')}), 0)" for count in counts)


_SECOND = (
    f"CREATE TABLE totals ({', '.join(f'{name} INTEGER NOT NULL' for name in _TOTALS_OF_SECOND)})",
    f"INSERT INTO totals {_sums(_TOTALS_OF_SECOND)}",
    *_triggers(_TOTALS_OF_SECOND),
    "DROP INDEX by_status",
    "DROP INDEX by_request_id",
    "CREATE UNIQUE INDEX by_request_id ON generations (request_id, server) WHERE request_id IS NOT NULL",
    f"CREATE INDEX unsettled ON generations (owner) WHERE {UNSETTLED}",
    f"CREATE INDEX unsent ON generations (status, owner) WHERE {UNSENT}",
    f"CREATE INDEX to_be_seen ON generations (id) WHERE {TO_BE_SEEN}",
    f"CREATE INDEX shown_by_id ON generations (id) WHERE {SHOWN}",
    f"CREATE INDEX shown_by_estimate ON generations (estimate) WHERE {SHOWN}",
    f"CREATE INDEX shown_by_duration ON generations (clip_duration) WHERE {SHOWN}",
    f"CREATE INDEX alike ON generations (server, endpoint, {RESOLUTION}, {DURATION}) WHERE status = 'COMPLETED'",
)

_THIRD = (
    "ALTER TABLE generations ADD COLUMN sweep TEXT",
    "ALTER TABLE generations ADD COLUMN cell TEXT",
    "ALTER TABLE generations ADD COLUMN measures TEXT",
    "ALTER TABLE generations ADD COLUMN star INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE generations ADD COLUMN rating INTEGER",
    "ALTER TABLE generations ADD COLUMN tags TEXT",
    "ALTER TABLE generations ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX by_sweep ON generations (sweep) WHERE sweep IS NOT NULL",
    """CREATE TABLE votes (
        id INTEGER PRIMARY KEY,
        created_at REAL NOT NULL,
        first INTEGER NOT NULL,
        second INTEGER NOT NULL,
        winner INTEGER
    )""",
    """CREATE TABLE sweeps (
        name TEXT PRIMARY KEY,
        created_at REAL NOT NULL,
        axes TEXT NOT NULL,
        members TEXT NOT NULL,
        seed INTEGER
    )""",
    f"CREATE INDEX unmeasured ON generations (id) WHERE {UNMEASURED}",
    f"CREATE INDEX by_seed ON generations ({SEED}, server, endpoint)",
)

_FOURTH = (
    f"CREATE INDEX shown_by_rating ON generations (rating, star) WHERE {SHOWN}",
    "CREATE INDEX starred ON generations (id) WHERE star",
)

_FIFTH = (
    "ALTER TABLE generations ADD COLUMN signature TEXT",
    *(f"DROP TRIGGER {name}" for name in ("added", "removed", "changed")),
    "DELETE FROM totals",
    f"INSERT INTO totals {_sums(_TOTALS)}",
    *_triggers(_TOTALS),
    "CREATE INDEX money ON generations (free, cost, estimate)",
)

_SIXTH = (
    "ALTER TABLE generations ADD COLUMN bill_accepted INTEGER NOT NULL DEFAULT 0",
    f"CREATE INDEX open_amounts ON generations (id) WHERE {OPEN_AMOUNT}",
    f"CREATE INDEX overbilled ON generations (sweep) WHERE {OVERBILLED}",
    """CREATE TABLE uploads (
        service TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        url TEXT NOT NULL,
        expires_at REAL NOT NULL,
        signature TEXT NOT NULL,
        PRIMARY KEY (service, sha256)
    )""",
)

STEPS = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH, _SIXTH)

PROVEN = (
    f"SELECT {', '.join(_TOTALS)} FROM totals",  # noqa: S608
    # From two indices, which are small: the rows of 100,000 clips have 400 MB.
    (
        f"SELECT {_counts(list(_TOTALS.values())[:3])}, (SELECT count(*) FROM generations WHERE {SHOWN})"  # noqa: S608
        " FROM generations INDEXED BY money"
    ),
    "DELETE FROM totals",
    f"INSERT INTO totals {_sums(_TOTALS)}",
)
"""What the totals say, what the rows come to, and what makes the first of them the second."""
