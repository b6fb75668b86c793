"""A Starlette application on a free loopback port, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute


class Loopback:
    """Serves from construction to `close()`; `url` is its address."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        config = uvicorn.Config(Starlette(routes=routes), port=0, log_level="critical", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.005)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def close(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
