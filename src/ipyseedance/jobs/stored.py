"""What a row of the history asked for, as a request again."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..contract import catalog
from ..contract.errors import InvalidRequest
from ..contract.frames import MAX_BYTES, Frame
from ..contract.requests import VideoRequest, said
from ..contract.roles import Role
from ..contract.stored_request import StoredRequest
from ..doors import files, names
from ..doors.text import plain
from ..store.record import Record

_NOT_KNOWN = "which is not in this version's catalogue"


def request_of(record: Record, folder: Path, *, given: bool) -> VideoRequest:
    """The request a record keeps, its frames read back from the project's folder.

    One that can be no request of its endpoint, or of any, is a `StoredRequest`: it can be shown, and not be sent.

    Args:
        given: whether this person gave the addresses in it.
    """
    if not record.request:  # an imported one, of which nothing is known
        return _unknown_request(record)
    cls = _class_of(record)
    fields = said(record.request) if cls else dict(record.request)
    for name in cls.roles().media if cls else ():
        value = fields.get(name)
        with contextlib.suppress(ValueError):  # what is no picture makes no request, below
            if isinstance(value, str):
                fields[name] = _frame(folder, value, given=given)
            elif isinstance(value, list) and all(isinstance(one, str) for one in value):
                fields[name] = [_frame(folder, one, given=given) for one in value]
    return _build(record, cls, fields)


def _frame(folder: Path, reference: str, *, given: bool) -> Frame:
    return replace(Frame.of(reference), given=given) if "://" in reference else _frame_in(folder, reference)


def stand_in_of(record: Record) -> VideoRequest:
    """The same with nothing read from the disk: its pictures have no size, so that "auto" may be any.

    Raises:
        InvalidRequest: it can be no request.
    """
    cls = _class_of(record)
    if cls is None:
        raise _stored_request(record, {}, _NOT_KNOWN).refused("endpoint")
    none = Frame(name="none")
    given = {name: value for name in cls.roles().media if (value := record.request.get(name)) is not None}
    frames = {name: [none] * len(value) if isinstance(value, list) else none for name, value in given.items()}
    return cls(**said(record.request) | frames)


def _class_of(record: Record) -> type[VideoRequest] | None:
    found = catalog.known(record.endpoint)
    return None if found is None else found.request


def _build(record: Record, cls: type[VideoRequest] | None, fields: dict[str, Any]) -> VideoRequest:
    if cls is None:
        return _stored_request(record, fields, _NOT_KNOWN)
    try:
        return cls(**fields)
    except InvalidRequest as error:
        return _stored_request(record, fields, f"which this version asks in another way ({plain(error.message, 300)})")


def _stored_request(record: Record, fields: dict[str, Any], why: str) -> StoredRequest:
    return StoredRequest.of(plain(record.endpoint, 200), fields, why)


def _unknown_request(record: Record) -> VideoRequest:
    cls = _class_of(record)
    if cls is None:
        return _stored_request(record, {}, _NOT_KNOWN)
    required = {name: None for name, info in cls.model_fields.items() if info.is_required()}
    prompt = cls.roles().name_of(Role.PROMPT)
    return cls.model_construct(None, **required | ({} if prompt is None else {prompt: ""}))


@dataclass
class StoredAsk:
    """The request a record keeps, read when it is first asked for: to decode its pictures takes 45 ms each."""

    record: Record
    folder: Path
    given: bool
    found: VideoRequest | None = None

    def __call__(self) -> VideoRequest:
        if self.found is None:
            self.found = request_of(self.record, self.folder, given=self.given)
        return self.found


def _frame_in(folder: Path, reference: str) -> Frame:
    path = names.frame_path(folder, reference)
    if path is not None and files.is_file(path):
        with contextlib.suppress(ValueError, OSError):
            return Frame.from_bytes(files.read_file(path, MAX_BYTES), name=path.name)
    # The picture was deleted from the project. What was asked can still be shown, though not sent again.
    return Frame(name=reference.rpartition("/")[2][:80], sha256=reference.rpartition("/")[2].partition(".")[0][:64])
