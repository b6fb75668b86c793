"""A fal that tells the key wherever an answer has room for it: the prompt of a request names how."""

from __future__ import annotations

import base64
import gzip
import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from .fal_double import tiny_clip

Answer = Callable[["Handler"], None]


def answer(code: int, body: Any = None, headers: dict[str, str] | None = None, *, reason: str = "As it is") -> Answer:
    """That code and JSON body; KEY in it, in headers and in the reason becomes the key."""
    return lambda handler: handler.say(code, json.dumps(body), headers or {}, reason)


def text(code: int, body: str, headers: dict[str, str] | None = None) -> Answer:
    return lambda handler: handler.say(code, body, headers or {})


def raw(data: str) -> Answer:
    """Those bytes and the end of the connection."""
    return lambda handler: handler.throw(data)


def packed(body: Any) -> Answer:
    """The body compressed, so that the key is not to be seen in what travels."""
    return lambda handler: handler.say(200, gzip.compress(handler.with_key(json.dumps(body)).encode()), GZIP)


def pieces(*parts: str) -> Answer:
    """A status stream that comes in those pieces. The key is cut at K|EY, and K! is all of it but three letters."""
    return lambda handler: handler.drip(parts)


def packed_in_the_open(body: str) -> Answer:
    """The body in a gzip that compresses nothing and is damaged at its end."""

    def say(handler: Handler) -> None:
        data = gzip.compress(handler.with_key(body).encode(), 0)
        handler.say(200, data[:-8] + bytes(8), GZIP)

    return say


GZIP = {"Content-Encoding": "gzip"}
ECHO = {"detail": "no: KEY Basic K64 ?k=KURL", "error": "KEY", "error_type": "KEY", "message": "KEY", "status": "KEY"}
HEADERS = {"X-Fal-Error-Type": "KEY", "X-Fal-Request-Id": "KEY", "Retry-After": "KEY", "Set-Cookie": "KEY=KEY"}
LIST = [{"loc": ["body", "KEY"], "msg": "KEY", "type": "KEY", "input": "KEY", "ctx": {"KEY": "KEY"}}]
LOG = {"status": "IN_PROGRESS", "logs": [{"message": "step KEY"}], "queue_position": "KEY", "error": "KEY"}
URLS = ("status", "response", "cancel")
DONE = {"status": "COMPLETED", "error": "KEY", "error_type": "KEY"}


def event(body: Any) -> str:
    return f"data: {json.dumps(body)}\n\n"


SCENARIOS: dict[str, dict[str, Answer]] = {
    "success": {},
    **{f"submit {code}": {"submit": answer(code, ECHO, HEADERS, reason="KEY")} for code in
       (301, 400, 401, 403, 404, 410, 418, 429, 500, 503, 504)},
    "submit 422": {"submit": answer(422, {"detail": LIST}, HEADERS)},
    "submit is no JSON": {"submit": text(200, '{"request_id": KEY')},
    "submit is another JSON": {"submit": answer(200, ["KEY"])},
    "submit is cut": {"submit": raw("HTTP/1.1 200 KEY\r\nContent-Length: 999\r\nX-Key: KEY\r\n\r\n{KEY")},
    "submit is no HTTP": {"submit": raw("KEY KEY KEY\r\n\r\n")},
    "submit has a bad header": {"submit": raw("HTTP/1.1 200 OK\r\nKEY\r\n\r\n")},
    "submit is lost": {"submit": raw("")},
    "request id": {"submit": answer(200, {"request_id": "KEY"})},
    "addresses elsewhere": {"submit": lambda h: h.take({f"{name}_url": f"{h.elsewhere}/{name}?KEY" for name in URLS})},
    "addresses here": {"submit": lambda h: h.take({f"{name}_url": f"{h.here}/KEY/{name}" for name in URLS})},
    "addresses that are none": {"submit": lambda h: h.take({"status_url": "http://[KEY", "response_url": "x:999999"})},
    "stream": {"stream": pieces(event(LOG), event(DONE))},
    "stream in pieces":
        {"stream": pieces('data: {"status": "IN_PROGRESS", "logs": ["a K|EY b KEY"]}\n\n', event(DONE))},
    "stream is no JSON": {"stream": pieces("data: {KEY\n\n"), "status": answer(200, LOG)},
    "stream is cut": {"stream": pieces(event(LOG), "data: K!")},
    "stream 401": {"stream": answer(401, ECHO, HEADERS)},
    "polled": {"stream": answer(404, ECHO), "status": answer(202, LOG, HEADERS)},
    "polled 500": {"stream": answer(404), "status": answer(500, ECHO, HEADERS)},
    "polled no JSON": {"stream": answer(404), "status": text(200, "{KEY")},
    **{f"result {code}": {"result": answer(code, ECHO, HEADERS)} for code in (400, 403, 404, 499, 500, 504)},
    "result 422": {"result": answer(422, {"detail": LIST}, HEADERS)},
    "result is no JSON": {"result": text(200, "{KEY")},
    "result is another JSON": {"result": answer(200, {"video": "KEY"})},
    "result is packed": {"result": packed({"video": {"url": "http://127.0.0.1:9/KEY"}, "seed": 7})},
    "result badly packed": {"result": lambda h: h.say(200, "KEY", GZIP)},
    "result is packed and damaged": {"result": packed_in_the_open("KEY" * 2000)},
    "result is elsewhere": {"result": lambda h: h.say(302, "", {"Location": f"{h.elsewhere}/moved?k=KEY"})},
    "clip's address": {"result": lambda h: h.say(200, json.dumps({"video": {"url": f"{h.here}/clip/KEY"}}), HEADERS)},
    "clip is elsewhere": {"result": lambda h: h.say(200, json.dumps({"video": {"url": f"{h.elsewhere}/clip/0"}}), {})},
    "clip goes elsewhere": {"clip": lambda h: h.say(302, "KEY", {"Location": f"{h.elsewhere}/clip/0?k=KEY"})},
    "clip 403": {"clip": answer(403, ECHO, HEADERS, reason="KEY")},
    "clip is no HTTP": {"clip": raw("KEY KEY\r\n\r\n")},
    "cancel": {"stream": pieces(event(LOG)), "result": answer(400, {"detail": "still in progress KEY"}),
               "cancel": answer(400, ECHO, HEADERS, reason="KEY")},
    "boom": {},
}  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """`place`: what is asked for, by its path. `scenario`: of the request it belongs to."""

    protocol_version = "HTTP/1.1"
    server: EchoServer
    clip: ClassVar = tiny_clip(0.1, 64, 64)
    number = 0

    @property
    def here(self) -> str:
        return self.server.url

    @property
    def elsewhere(self) -> str:
        return self.server.elsewhere

    def handle_call(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        self.server.heard.append(f"{self.command} {self.path}\n{self.headers}")
        kinds = (("list", r"/v1/"), ("initiate", r"/storage/"), ("put", r"/put/"), ("clip", r"/clip/(\d+)"),
                 ("cancel", r"/requests/(\d+)/cancel"), ("stream", r"/requests/(\d+)/status/stream"),
                 ("status", r"/requests/(\d+)/status"), ("result", r"/requests/(\d+)"), ("submit", r""))  # fmt: skip
        kind, found = next((k, m) for k, pattern in kinds if (m := re.search(pattern, path)))
        if kind == "submit" and self.command != "POST":
            kind = "nothing"
        self.number = int(found[1]) if found.groups() else 0
        if kind == "submit":
            self.number = self.server.take(json.loads(body)["prompt"])
        scenario = self.server.scenario(self.number)
        self.server.visits.add((scenario, kind))
        SCENARIOS.get(scenario, {}).get(kind, getattr(self, f"_{kind}"))(self)

    do_GET = do_POST = do_PUT = handle_call  # noqa: N815 - the base class names them

    # What is answered where a scenario has nothing to say.

    _nothing = staticmethod(answer(404, ECHO))
    _list = staticmethod(answer(403, ECHO, HEADERS))
    _put = staticmethod(answer(200))
    _status = staticmethod(answer(200, DONE))
    _stream = staticmethod(pieces(": ping KEY\n\n", event(LOG), event(DONE)))
    _cancel = staticmethod(answer(202, {"status": "CANCELLATION_REQUESTED"}))

    @staticmethod
    def _submit(self: Handler) -> None:
        self.take({})

    @staticmethod
    def _result(self: Handler) -> None:
        body = {"video": {"url": f"{self.here}/clip/{self.number}"}, "seed": 7, "key": "KEY"}
        self.say(200, json.dumps(body), HEADERS)

    @staticmethod
    def _clip(self: Handler) -> None:
        self.say(200, self.clip, {"X-Key": "KEY"})

    @staticmethod
    def _initiate(self: Handler) -> None:
        body = {"upload_url": f"{self.here}/put/KEY", "file_url": f"{self.here}/file/KEY.png"}
        self.say(200, json.dumps(body), HEADERS)

    def take(self, urls: dict[str, str]) -> None:
        self.say(200, json.dumps({"request_id": str(self.number), "logs": "KEY"} | urls), HEADERS)

    # Ways to answer.

    def with_key(self, text: str) -> str:
        key = self.server.secret
        basic = base64.b64encode(f"user:{key}".encode()).decode()
        return text.replace("KEY", key).replace("K64", basic).replace("KURL", quote(key, safe=""))

    def say(self, code: int, body: str | bytes, headers: dict[str, str], reason: str = "As it is") -> None:
        data = self.with_key(body).encode() if isinstance(body, str) else body
        self.send_response(code, self.with_key(reason))
        for name, value in headers.items():
            self.send_header(name, self.with_key(value))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def throw(self, data: str) -> None:
        self.wfile.write(self.with_key(data).encode())
        self.close_connection = True

    def drip(self, parts: tuple[str, ...]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        first, last = self.server.secret[:-3], self.server.secret[-3:]
        for part in "|".join(parts).replace("K|EY", f"{first}|{last}").replace("K!", first).split("|"):
            self.wfile.write(self.with_key(part).encode())
            self.wfile.flush()
            time.sleep(0.02)

    def log_message(self, *_: object) -> None:
        pass


class EchoServer(ThreadingHTTPServer):
    """`url` is its address, `secret` what it tells, `elsewhere` another server's address, `heard` what it was sent."""

    daemon_threads = True

    def __init__(self, secret: str, elsewhere: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.secret = secret
        self.elsewhere = elsewhere
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.heard: list[str] = []
        self.visits: set[tuple[str, str]] = set()
        self._prompts: list[str] = []
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def take(self, prompt: str) -> int:
        with self._lock:
            self._prompts.append(prompt)
            return len(self._prompts)

    def scenario(self, number: int) -> str:
        return self._prompts[number - 1] if 0 < number <= len(self._prompts) else ""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
