"""Conditions that queries share, each the words of an index.

SQLite uses an index with a condition only where the query has it in the same words. The
migrations have these words too, written out: to change one here, add a migration that makes its index anew.
"""

from __future__ import annotations

UNSETTLED = (
    "(status IN ('PENDING', 'SUBMITTING', 'UNCONFIRMED', 'IN_QUEUE', 'IN_PROGRESS')"
    " OR (status = 'COMPLETED' AND path IS NULL))"
)
"""It is under way or unconfirmed, or complete and not downloaded."""
UNSENT = "status IN ('PENDING', 'UNCONFIRMED')"
"""It was not sent, or nobody knows whether it was."""
TO_BE_SEEN = (
    "(status IN ('FAILED', 'UNCONFIRMED') OR (error IS NOT NULL AND path IS NULL AND status <> 'CANCELLED'))"
    " AND NOT dismissed"
)
"""It failed, or its clip could not be saved, and nobody has dismissed that."""
OPEN_AMOUNT = (
    "(cost IS NULL AND free <> 1 AND (status IN ('FAILED', 'CANCELLED', 'COMPLETED')"
    " OR (error IS NOT NULL AND status = 'UNCONFIRMED')))"
)
"""It has ended, and whether it was billed is not known: what it may cost stays reserved until somebody says."""
OVERBILLED = "(cost_source = 'billed' AND free <> 1 AND cost > 1.5 * estimate AND NOT bill_accepted)"
"""It was billed far above its estimate, and nobody has said yet that its run may go on."""
UNMEASURED = "(path IS NOT NULL AND measures IS NULL)"
SHOWN = "(path IS NOT NULL OR substr(ifnull(url, ''), 1, 8) = 'https://')"
"""Its clip can be shown, from disk or over https."""

INDEXED = (UNSETTLED, UNSENT, TO_BE_SEEN, OPEN_AMOUNT, OVERBILLED, UNMEASURED, SHOWN)
"""All of the above."""

TAGS = "json_each(CASE WHEN json_valid(tags) THEN tags ELSE '[]' END)"
"""A generation's tags, one a row; none where anything else stands in their column."""
