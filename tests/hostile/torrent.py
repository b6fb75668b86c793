"""A service on loopback whose answers may be of any size and shape: `plan` says how each kind of call is answered."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

MB = 1_000_000
KINDS = (("list", r"/v1/"), ("initiate", r"/storage/"), ("clip", r"/clip"), ("cancel", r"/requests/[^/]+/cancel$"),
         ("stream", r"/requests/[^/]+/status/stream$"), ("status", r"/requests/[^/]+/status$"),
         ("result", r"/requests/[^/]+$"), ("submit", r""))  # fmt: skip

Answer = Callable[["Handler"], None]


def says(body: Any = None, code: int = 200, **headers: str) -> Answer:
    """That body: bytes as they are, all else as JSON. Headers by their names with _ for -."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: Handler) -> None:
        handler.begin(code, {"Content-Length": str(len(data))} | headers)
        handler.write(data)

    return answer


def floods(megabytes: int, piece: bytes = b"[" + b" " * 65535, code: int = 200, **headers: str) -> Answer:
    """So much of that piece, over and over, as long as somebody reads; then the end of the connection."""

    def answer(handler: Handler) -> None:
        handler.begin(code, {"Connection": "close"} | headers)
        for _ in range(megabytes * MB // len(piece)):
            handler.write(piece)

    return answer


def packed(head: bytes, megabytes: int, tail: bytes, code: int = 200, way: str = "gzip", times: int = 1) -> Answer:
    """A body with so many spaces in its middle, packed into little."""
    data = b"".join(_pack(head, megabytes, tail, way))
    for _ in range(times - 1):
        data = gzip.compress(data)
    return says(data, code, Content_Encoding=", ".join([way] * times))


def _pack(head: bytes, megabytes: int, tail: bytes, way: str) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=31 if way == "gzip" else 15)
    yield packer.compress(head)
    for _ in range(megabytes):
        yield packer.compress(b" " * MB)
    yield packer.compress(tail) + packer.flush()


def raw(data: bytes) -> Answer:
    """Those bytes and the end of the connection."""

    def answer(handler: Handler) -> None:
        handler.write(data)
        handler.close_connection = True

    return answer


def drips(data: bytes, every: float = 0.05) -> Answer:
    """Those bytes over and over, a pause after each, until the server is stopped or nobody reads."""

    def answer(handler: Handler) -> None:
        handler.close_connection = True
        while not handler.server.stopped.wait(every):
            handler.write(data)

    return answer


def goes_to(url: str, code: int = 302) -> Answer:
    return says(b"", code, Location=url)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Torrent

    def handle_call(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        kind = next(kind for kind, pattern in KINDS if re.search(pattern, path))
        self.server.heard.append((f"{self.command} {self.path}", dict(self.headers)))
        answer = self.server.plan.get(kind) or getattr(self, f"_{kind}")
        with contextlib.suppress(ConnectionError):  # it is not read on
            answer(self)

    do_GET = do_POST = do_PUT = handle_call  # noqa: N815 - the base class names them

    def begin(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.close_connection = self.close_connection or headers.get("Connection") == "close"

    def write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.server.sent += len(data)

    # What is answered where the plan has nothing.

    @staticmethod
    def _submit(self: Handler) -> None:
        says({"request_id": "0193-1"} if self.command == "POST" else b"", 200 if self.command == "POST" else 404)(self)

    _stream = staticmethod(says({"detail": "none"}, 404))
    _status = staticmethod(says({"status": "COMPLETED", "logs": None}))
    _cancel = staticmethod(says({"status": "CANCELLATION_REQUESTED"}, 202))
    _list = staticmethod(says({"error": {"type": "not_found"}}, 404))
    _clip = staticmethod(says(b"no video"))

    @staticmethod
    def _result(self: Handler) -> None:
        says({"video": {"url": f"{self.server.url}/clip.mp4"}, "seed": 7})(self)

    @staticmethod
    def _initiate(self: Handler) -> None:
        says({"upload_url": f"{self.server.url}/clip/put", "file_url": f"{self.server.url}/clip/got"})(self)

    def log_message(self, *_: object) -> None:
        pass


class Torrent(ThreadingHTTPServer):
    """`url` is its address, `heard` what it was sent, `sent` the bytes of bodies it got rid of."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.plan: dict[str, Answer] = {}
        self.heard: list[tuple[str, dict[str, str]]] = []
        self.sent = 0
        self.stopped = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def handle_error(self, *_: object) -> None:
        """That somebody does not read on is what is looked at here."""

    @property
    def submits(self) -> int:
        return sum(call.startswith("POST") and "/storage/" not in call for call, _ in self.heard)

    def stop(self) -> None:
        self.stopped.set()
        self.shutdown()
        self.server_close()


@contextmanager
def torrent() -> Iterator[Torrent]:
    server = Torrent()
    try:
        yield server
    finally:
        server.stop()
