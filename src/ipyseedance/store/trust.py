"""Whose a row of a history is: a signature by a secret of this person, as Jupyter knows the notebooks it trusts.

A folder may come from somebody else, and then what it says is not to be acted on before a person has said so: not
asked about, not fetched, not sent. A host's name tells nothing, for a hub gives a new machine each day; the secret lies
in the person's own data folder and goes where that goes. Whoever has it not, or loses it, is asked once.

A row of somebody else with which a person went on is signed too, as adopted: it goes on by itself from then on, and
still nothing counts as given by this person that it says.

What it does not stop: rows that this person signed, copied from one folder to another.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import logging
import os
import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from ..doors import files

if TYPE_CHECKING:
    from .record import Record

log = logging.getLogger("ipyseedance")

SIGNED = (
    "id", "created_at", "server", "endpoint", "request", "body", "request_id", "ticket", "status", "url", "path",
    "free", "estimate",
)  # fmt: skip
"""What is acted on of a row. A change of any of them signs the row anew."""
ADOPTED = "adopted:"
_BYTES = 32


class Signer:
    """Signs what this person asked for, and knows it again."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def of_person(cls) -> Signer:
        """The one whose secret is in the person's data folder, where it is made when missing.

        Where there is no such folder to be had, rows are known again only for as long as this process lives.
        """
        folder = platformdirs.user_data_path("ipyseedance", appauthor=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return cls(_secret_in(folder.resolve()))  # its links are the person's own
        except (OSError, RuntimeError) as error:
            log.warning("No secret can be kept in %s (%s): folders that are opened again ask first.", folder, error)
            return cls(_OF_THIS_PROCESS)

    def text(self, text: str) -> str:
        """The signature of a text, as 64 hex digits."""
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()

    def knows(self, text: str, signature: object) -> bool:
        """Whether that is this person's signature of the text."""
        return isinstance(signature, str) and hmac.compare_digest(self.text(text).encode(), signature.encode())

    def signed(self, record: Record, *, adopted: bool = False) -> Record:
        """A row with this person's signature.

        Args:
            adopted: whether somebody else asked for it, and this person went on with it.
        """
        prefix = ADOPTED if adopted else ""
        return replace(record, signature=prefix + self.text(prefix + acted_on(record)))

    def asked(self, record: Record) -> bool:
        """Whether this person asked for what a row says, as it stands."""
        return self.knows(acted_on(record), record.signature)

    def trusts(self, record: Record) -> bool:
        """Whether this person asked for it, or went on with what somebody else asked for."""
        signature = record.signature or ""
        adopted = signature.removeprefix(ADOPTED) if signature.startswith(ADOPTED) else None
        return self.asked(record) or self.knows(ADOPTED + acted_on(record), adopted)


def acted_on(record: Record) -> str:
    """What is acted on of a row, as one text."""
    return json.dumps([getattr(record, name) for name in SIGNED], sort_keys=True)


_OF_THIS_PROCESS = secrets.token_bytes(_BYTES)


def _secret_in(folder: Path) -> bytes:
    path = (folder / "secret").resolve()
    with contextlib.suppress(OSError):
        found = files.read_file(path, _BYTES)
        if len(found) == _BYTES:
            return found
    part, file = files.new_file(path.parent, 0o600)
    try:
        with file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):  # another process was quicker, or the disk knows no second names
            os.link(part, path)
        if not files.is_file(path) or files.look(path).st_size != _BYTES:
            files.move_file(part, path)
    finally:
        with contextlib.suppress(OSError):
            files.remove_file(part)
    return files.read_file(path, _BYTES)
