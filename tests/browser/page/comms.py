"""Serves the stand-alone page, and is its kernel: widgets made in this process talk to it over a WebSocket."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import comm
from comm.base_comm import BaseComm
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.wire.loopback import Loopback

ROOT = Path(__file__).parents[3]
NOT_SHOWN = frozenset({"_esm", "_css"})
"""Traits of anywidget's own: the page loads the bundle from its file."""

Frame = tuple[dict[str, Any], list[bytes]]


class PageComm(BaseComm):
    """A widget's comm. It keeps the newest state, for a page that comes later, and hands on what comes after."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._lock = threading.Lock()
        self._state: dict[str, Any] = {}
        self._held: frozenset[str] = frozenset()
        self._send: Callable[[Frame], None] | None = None
        self._asked: dict[str, Future[dict[str, Any]]] = {}
        super().__init__(*args, **options)

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: list[bytes] | None = None,
        **keys: Any,
    ) -> None:
        data = data or {}
        with self._lock:
            if "state" in data:
                changed = {k: v for k, v in data["state"].items() if k not in NOT_SHOWN | self._held}
                self._state |= changed
                if changed:
                    self._hand_on({"state": changed}, [])
            elif data.get("method") == "custom":
                asked = self._asked.pop(data["content"].get("req"), None)
                if asked is not None:
                    asked.set_result(data["content"])
                else:
                    self._hand_on({"content": data["content"]}, [bytes(one) for one in buffers or ()])

    def _hand_on(self, frame: dict[str, Any], buffers: list[bytes]) -> None:
        if self._send is not None:
            self._send((frame, buffers))

    @property
    def state(self) -> dict[str, Any]:
        """The newest snapshots, by the traits' names."""
        with self._lock:
            return dict(self._state)

    def attach(self, send: Callable[[Frame], None] | None) -> None:
        """Have the state, and what comes after it, sent to a page; to none for None."""
        with self._lock:
            self._send = send
            self._hand_on({"state": dict(self._state)}, [])

    def hold(self, **state: Any) -> None:
        """Show these snapshots, whatever the widget sends of them."""
        with self._lock:
            self._held |= state.keys()
            self._state |= state
            self._hand_on({"state": state}, [])

    def deliver(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        """A message of the page."""
        data = {"method": "custom", "content": content}
        self.handle_msg({"content": {"data": data}, "buffers": [memoryview(one) for one in buffers]})

    def ask(self, kind: str, *buffers: bytes, **message: Any) -> dict[str, Any]:
        """Send a message as a page does, and give the value it is answered with."""
        req = f"test-{uuid.uuid4().hex}"
        answer: Future[dict[str, Any]] = Future()
        with self._lock:
            self._asked[req] = answer
        self.deliver({"kind": kind, "req": req, **message}, list(buffers))
        told = answer.result(20)
        assert told["ok"], told
        value: dict[str, Any] = told["value"]
        return value


class PageServer:
    """The page's files and sockets, on loopback, from construction to `close()`."""

    def __init__(self) -> None:
        self._comms: dict[str, PageComm] = {}
        self._before = comm.create_comm
        comm.create_comm = PageComm
        files = Mount("/", StaticFiles(directory=ROOT))
        self._loopback = Loopback([WebSocketRoute("/kernel/{session}", self._talk), files])
        self.url = self._loopback.url

    def close(self) -> None:
        comm.create_comm = self._before
        self._loopback.close()

    def add(self, comm_of_page: PageComm) -> str:
        """Let a page talk to that widget; gives the name by which it asks for it."""
        self._comms[comm_of_page.comm_id] = comm_of_page
        return comm_of_page.comm_id

    def remove(self, session: str) -> None:
        self._comms.pop(session).attach(None)

    async def _talk(self, socket: WebSocket) -> None:
        widget = self._comms[socket.path_params["session"]]
        await socket.accept()
        loop, frames = asyncio.get_running_loop(), asyncio.Queue[Frame]()

        def hand_over(frame: Frame) -> None:
            loop.call_soon_threadsafe(frames.put_nowait, frame)

        widget.attach(hand_over)
        sending = asyncio.create_task(_send(socket, frames))
        try:
            while True:
                frame = json.loads(await socket.receive_text())
                buffers = [await socket.receive_bytes() for _ in range(frame["buffers"])]
                widget.deliver(frame["content"], buffers)
        except WebSocketDisconnect:
            pass
        finally:
            sending.cancel()


async def _send(socket: WebSocket, frames: asyncio.Queue[Frame]) -> None:
    while True:
        frame, buffers = await frames.get()
        await socket.send_text(json.dumps(frame | {"buffers": len(buffers)}))
        for one in buffers:
            await socket.send_bytes(one)
