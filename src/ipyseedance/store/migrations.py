"""The migrations of `history.db`: how a file of an earlier format becomes one of today's.

`MIGRATIONS[n]` takes a file from format n to n + 1. Each is a literal text that shares nothing with any query, and is
never changed once it has been released: a query that changes needs a migration of its own.
"""

from __future__ import annotations

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
"""Generations and settings."""

_SECOND = (
    (
        "CREATE TABLE totals (spent INTEGER NOT NULL, reserved INTEGER NOT NULL, generations INTEGER NOT "
        "NULL, clips INTEGER NOT NULL)"
    ),
    (
        "INSERT INTO totals SELECT ifnull(sum((NOT generations.free) * "
        "ifnull(CAST(round(max(generations.cost, 0) * 1e9) AS INTEGER), 0)), 0), ifnull(sum((NOT "
        "generations.free AND generations.cost IS NULL) * CAST(round(generations.estimate * 1e9) AS "
        "INTEGER)), 0), ifnull(sum(1), 0), ifnull(sum((generations.path IS NOT NULL OR "
        "substr(ifnull(generations.url, ''), 1, 8) = 'https://')), 0) FROM generations"
    ),
    (
        "CREATE TRIGGER added AFTER INSERT ON generations BEGIN UPDATE totals SET spent = spent + ((NOT "
        "NEW.free) * ifnull(CAST(round(max(NEW.cost, 0) * 1e9) AS INTEGER), 0)), reserved = reserved + ((NOT "
        "NEW.free AND NEW.cost IS NULL) * CAST(round(NEW.estimate * 1e9) AS INTEGER)), generations = "
        "generations + (1), clips = clips + ((NEW.path IS NOT NULL OR substr(ifnull(NEW.url, ''), 1, 8) = "
        "'https://')); END"
    ),
    (
        "CREATE TRIGGER removed AFTER DELETE ON generations BEGIN UPDATE totals SET spent = spent - ((NOT "
        "OLD.free) * ifnull(CAST(round(max(OLD.cost, 0) * 1e9) AS INTEGER), 0)), reserved = reserved - ((NOT "
        "OLD.free AND OLD.cost IS NULL) * CAST(round(OLD.estimate * 1e9) AS INTEGER)), generations = "
        "generations - (1), clips = clips - ((OLD.path IS NOT NULL OR substr(ifnull(OLD.url, ''), 1, 8) = "
        "'https://')); END"
    ),
    (
        "CREATE TRIGGER changed AFTER UPDATE OF free, estimate, cost, path, url ON generations BEGIN UPDATE "
        "totals SET spent = spent - ((NOT OLD.free) * ifnull(CAST(round(max(OLD.cost, 0) * 1e9) AS INTEGER), "
        "0)) + ((NOT NEW.free) * ifnull(CAST(round(max(NEW.cost, 0) * 1e9) AS INTEGER), 0)), reserved = "
        "reserved - ((NOT OLD.free AND OLD.cost IS NULL) * CAST(round(OLD.estimate * 1e9) AS INTEGER)) + "
        "((NOT NEW.free AND NEW.cost IS NULL) * CAST(round(NEW.estimate * 1e9) AS INTEGER)), generations = "
        "generations - (1) + (1), clips = clips - ((OLD.path IS NOT NULL OR substr(ifnull(OLD.url, ''), 1, "
        "8) = 'https://')) + ((NEW.path IS NOT NULL OR substr(ifnull(NEW.url, ''), 1, 8) = 'https://')); END"
    ),
    "DROP INDEX by_status",
    "DROP INDEX by_request_id",
    "CREATE UNIQUE INDEX by_request_id ON generations (request_id, server) WHERE request_id IS NOT NULL",
    (
        "CREATE INDEX unsettled ON generations (owner) WHERE (status IN ('PENDING', 'SUBMITTING', "
        "'UNCONFIRMED', 'IN_QUEUE', 'IN_PROGRESS') OR (status = 'COMPLETED' AND path IS NULL))"
    ),
    "CREATE INDEX unsent ON generations (status, owner) WHERE status IN ('PENDING', 'UNCONFIRMED')",
    (
        "CREATE INDEX to_be_seen ON generations (id) WHERE (status IN ('FAILED', 'UNCONFIRMED') OR (error IS "
        "NOT NULL AND path IS NULL AND status <> 'CANCELLED')) AND NOT dismissed"
    ),
    (
        "CREATE INDEX shown_by_id ON generations (id) WHERE (path IS NOT NULL OR substr(ifnull(url, ''), 1, "
        "8) = 'https://')"
    ),
    (
        "CREATE INDEX shown_by_estimate ON generations (estimate) WHERE (path IS NOT NULL OR "
        "substr(ifnull(url, ''), 1, 8) = 'https://')"
    ),
    (
        "CREATE INDEX shown_by_duration ON generations (clip_duration) WHERE (path IS NOT NULL OR "
        "substr(ifnull(url, ''), 1, 8) = 'https://')"
    ),
    (
        "CREATE INDEX alike ON generations (server, endpoint, json_extract(request, '$.resolution'), "
        "json_extract(request, '$.duration')) WHERE status = 'COMPLETED'"
    ),
)
"""Totals, kept by triggers; indices for what is looked for at each opening."""

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
    "CREATE INDEX unmeasured ON generations (id) WHERE (path IS NOT NULL AND measures IS NULL)",
    "CREATE INDEX by_seed ON generations (json_extract(request, '$.seed'), server, endpoint)",
)
"""Sweeps, measures, ratings and votes."""

_FOURTH = (
    (
        "CREATE INDEX shown_by_rating ON generations (rating, star) WHERE (path IS NOT NULL OR "
        "substr(ifnull(url, ''), 1, 8) = 'https://')"
    ),
    "CREATE INDEX starred ON generations (id) WHERE star",
)
"""Finding what was rated."""

_FIFTH = (
    "ALTER TABLE generations ADD COLUMN signature TEXT",
    "DROP TRIGGER added",
    "DROP TRIGGER removed",
    "DROP TRIGGER changed",
    "DELETE FROM totals",
    (
        "INSERT INTO totals SELECT ifnull(sum((generations.free <> 1) * "
        "ifnull(CAST(round(min(max(CAST(generations.cost AS REAL), 0), 1e4) * 1e9) AS INTEGER), 0)), 0), "
        "ifnull(sum((generations.free <> 1 AND generations.cost IS NULL) * "
        "CAST(round(min(max(CAST(generations.estimate AS REAL), 0), 1e4) * 1e9) AS INTEGER)), 0), "
        "ifnull(sum(1), 0), ifnull(sum((generations.path IS NOT NULL OR substr(ifnull(generations.url, ''), "
        "1, 8) = 'https://')), 0) FROM generations"
    ),
    (
        "CREATE TRIGGER added AFTER INSERT ON generations BEGIN UPDATE totals SET spent = spent + ((NEW.free "
        "<> 1) * ifnull(CAST(round(min(max(CAST(NEW.cost AS REAL), 0), 1e4) * 1e9) AS INTEGER), 0)), "
        "reserved = reserved + ((NEW.free <> 1 AND NEW.cost IS NULL) * CAST(round(min(max(CAST(NEW.estimate "
        "AS REAL), 0), 1e4) * 1e9) AS INTEGER)), generations = generations + (1), clips = clips + ((NEW.path "
        "IS NOT NULL OR substr(ifnull(NEW.url, ''), 1, 8) = 'https://')); END"
    ),
    (
        "CREATE TRIGGER removed AFTER DELETE ON generations BEGIN UPDATE totals SET spent = spent - "
        "((OLD.free <> 1) * ifnull(CAST(round(min(max(CAST(OLD.cost AS REAL), 0), 1e4) * 1e9) AS INTEGER), "
        "0)), reserved = reserved - ((OLD.free <> 1 AND OLD.cost IS NULL) * "
        "CAST(round(min(max(CAST(OLD.estimate AS REAL), 0), 1e4) * 1e9) AS INTEGER)), generations = "
        "generations - (1), clips = clips - ((OLD.path IS NOT NULL OR substr(ifnull(OLD.url, ''), 1, 8) = "
        "'https://')); END"
    ),
    (
        "CREATE TRIGGER changed AFTER UPDATE OF free, estimate, cost, path, url ON generations BEGIN UPDATE "
        "totals SET spent = spent - ((OLD.free <> 1) * ifnull(CAST(round(min(max(CAST(OLD.cost AS REAL), 0), "
        "1e4) * 1e9) AS INTEGER), 0)) + ((NEW.free <> 1) * ifnull(CAST(round(min(max(CAST(NEW.cost AS REAL), "
        "0), 1e4) * 1e9) AS INTEGER), 0)), reserved = reserved - ((OLD.free <> 1 AND OLD.cost IS NULL) * "
        "CAST(round(min(max(CAST(OLD.estimate AS REAL), 0), 1e4) * 1e9) AS INTEGER)) + ((NEW.free <> 1 AND "
        "NEW.cost IS NULL) * CAST(round(min(max(CAST(NEW.estimate AS REAL), 0), 1e4) * 1e9) AS INTEGER)), "
        "generations = generations - (1) + (1), clips = clips - ((OLD.path IS NOT NULL OR "
        "substr(ifnull(OLD.url, ''), 1, 8) = 'https://')) + ((NEW.path IS NOT NULL OR substr(ifnull(NEW.url, "
        "''), 1, 8) = 'https://')); END"
    ),
    "CREATE INDEX money ON generations (free, cost, estimate)",
)
"""Signatures, and totals that no value in a row can spoil."""

_SIXTH = (
    "ALTER TABLE generations ADD COLUMN bill_accepted INTEGER NOT NULL DEFAULT 0",
    (
        "CREATE INDEX open_amounts ON generations (id) WHERE (cost IS NULL AND free <> 1 AND (status IN "
        "('FAILED', 'CANCELLED') OR (error IS NOT NULL AND status IN ('UNCONFIRMED', 'COMPLETED'))))"
    ),
    (
        "CREATE INDEX overbilled ON generations (sweep) WHERE (cost_source = 'billed' AND free <> 1 AND cost "
        "> 1.5 * estimate AND NOT bill_accepted)"
    ),
    """CREATE TABLE uploads (
        service TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        url TEXT NOT NULL,
        expires_at REAL NOT NULL,
        signature TEXT NOT NULL,
        PRIMARY KEY (service, sha256)
    )""",
)
"""Bills, open amounts and uploads."""

_SEVENTH = (
    "ALTER TABLE generations ADD COLUMN model TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE generations ADD COLUMN seconds REAL",
    "ALTER TABLE generations ADD COLUMN resolution TEXT",
    "ALTER TABLE generations ADD COLUMN ratio TEXT",
    "ALTER TABLE generations ADD COLUMN sound INTEGER",
    "ALTER TABLE generations ADD COLUMN asked_seed INTEGER",
    """UPDATE generations SET
        model = iif(endpoint LIKE 'fal-ai/bytedance/seedance/v1.5/pro/%', 'Seedance 1.5 Pro', endpoint),
        seconds = CAST(json_extract(request, '$.duration') AS REAL),
        resolution = json_extract(request, '$.resolution'),
        ratio = json_extract(request, '$.aspect_ratio'),
        sound = json_extract(request, '$.generate_audio'),
        asked_seed = json_extract(request, '$.seed')
    WHERE json_valid(request)""",
    "UPDATE generations SET model = endpoint WHERE model = ''",
    "DROP INDEX alike",
    "DROP INDEX by_seed",
    "CREATE INDEX alike ON generations (server, endpoint, resolution, seconds) WHERE status = 'COMPLETED'",
    "CREATE INDEX by_seed ON generations (asked_seed, server, endpoint)",
    "DROP INDEX open_amounts",
    (
        "CREATE INDEX open_amounts ON generations (id) WHERE (cost IS NULL AND free <> 1 AND (status IN "
        "('FAILED', 'CANCELLED', 'COMPLETED') OR (error IS NOT NULL AND status = 'UNCONFIRMED')))"
    ),
)
"""What was asked for as columns, so that it outlives its endpoint. Until then all requests were of Seedance 1.5 Pro;
what stands in a row that somebody wrote by hand may be no JSON. A clip whose price nobody knew is an open amount."""

MIGRATIONS = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH, _SIXTH, _SEVENTH)
