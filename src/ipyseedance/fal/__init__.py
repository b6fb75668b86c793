"""The wire to fal, or to any server that speaks its queue protocol. No other room knows a URL or a header."""
