"""What rows of the history are: the conditions that queries share, and what the rows come to.

`totals` has one row: what all generations come to. Triggers keep it, in the transaction that changes a generation and
whoever makes it, so it is right for every opener at every moment and costs the same to read however long the history.
Its money is whole nano-dollars, which add up exactly.
"""

from __future__ import annotations

# Each of these is in an index too, and finds it only when it is written the same (`test_migrations.py`): one that
# changes after a release needs a migration that makes its index anew.
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
TAGS = "json_each(CASE WHEN json_valid(tags) THEN tags ELSE '[]' END)"
"""A generation's tags, one a row; none where anything else stands in their column."""
COUNTED = "CAST(round(min(max(CAST({row}.%s AS REAL), 0), 1e4) * 1e9) AS INTEGER)"
"""US dollars of a column as whole nano-dollars: a cost below nothing, some mistake of a service, must not widen the
cap, and one beyond all bounds must not fill it."""
_TOTALS = {
    "spent": f"({{row}}.free <> 1) * ifnull({COUNTED % 'cost'}, 0)",
    # Without a cost it is money that may still go: under way, unconfirmed, or failed in a way that may be billed.
    "reserved": f"({{row}}.free <> 1 AND {{row}}.cost IS NULL) * {COUNTED % 'estimate'}",
    "generations": "1",
    "clips": "({row}.path IS NOT NULL OR substr(ifnull({row}.url, ''), 1, 8) = 'https://')",
}
"""What one generation adds to each of the totals."""
_COUNTS = [f"ifnull(sum({count.format(row='generations')}), 0)" for count in _TOTALS.values()]

PROVEN = (
    f"SELECT {', '.join(_TOTALS)} FROM totals",  # noqa: S608
    # From two indices, which are small: the rows of 100,000 clips have 400 MB.
    (
        f"SELECT {', '.join(_COUNTS[:3])}, (SELECT count(*) FROM generations WHERE {SHOWN})"  # noqa: S608
        " FROM generations INDEXED BY money"
    ),
    "DELETE FROM totals",
    f"INSERT INTO totals SELECT {', '.join(_COUNTS)} FROM generations",  # noqa: S608
)
"""What the totals say, what the rows come to, and what makes the first of them the second."""
