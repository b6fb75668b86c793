"""Keeps every key out of the logs: always out of ours, out of the HTTP library's while a client with a key is open."""

from __future__ import annotations

import logging
import threading

from ..doors.text import blot

_LIBRARY = ("httpx", *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy", "socks")))
"""A filter sees what is logged under its logger's own name, so each of the library's needs it."""
_PLAIN = logging.Formatter()


class _KeyFilter(logging.Filter):
    """Blots every key out of a record: httpcore logs an answer's headers as they came, ours what was unforeseen."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if (clean := blot(text)) != text:
            record.msg, record.args = clean, ()
        if record.exc_info:
            # As text, which is what handlers make of it; those that show variables find none.
            record.exc_text, record.exc_info = blot(_PLAIN.formatException(record.exc_info)), None
        return True


_filter = _KeyFilter()
logging.getLogger("ipyseedance").addFilter(_filter)

_lock = threading.Lock()
_users = 0


def guard_library_logs() -> None:
    """Blot the keys out of the HTTP library's logs, until `release_library_logs` was called as often as this."""
    global _users
    with _lock:
        _users += 1
        if _users == 1:
            for name in _LIBRARY:
                logging.getLogger(name).addFilter(_filter)


def release_library_logs() -> None:
    """Leave the HTTP library's logs alone, unless others still guard them."""
    global _users
    with _lock:
        _users -= 1
        if _users == 0:
            for name in _LIBRARY:
                logging.getLogger(name).removeFilter(_filter)
