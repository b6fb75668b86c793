"""The server: fal's queue protocol, storage and file serving at one loopback address."""

from __future__ import annotations

import json
import socket
import threading

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .bodies import Bodies, Json, Refused, refused
from .connections import MAX_HEAD_BYTES, Connection, most_connections
from .files import LOOPBACK, FileStore
from .guard import Guard
from .jobs import Answer, Job, JobQueue
from .queue_api import QueueApi
from .storage_api import StorageApi


def serve(host: str, port: int, *, key: str | None, files: FileStore) -> None:
    """Listen on a loopback address until told to stop; says where in one line of JSON.

    Raises:
        ValueError: the address is another than this machine's own.
    """
    if host not in LOOPBACK:
        raise ValueError(f"{host!r} is not one of {', '.join(LOOPBACK)}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        # On Windows the usual option would let another program listen at the same port, and be sent the key.
        alone = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR if alone is None else alone, 1)
        listener.bind((host, port))
        port = files.port = listener.getsockname()[1]
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        config = uvicorn.Config(
            make_app(files, key),
            http=Connection,
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            limit_concurrency=most_connections(),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
            lifespan="off",
            ws="none",
        )
        _Server(config, url).run(sockets=[listener])


def make_app(files: FileStore, key: str | None) -> Guard:
    """The application; with a key, callers must send it."""

    def work(job: Job) -> Answer:
        from .work import generate  # the renderer loads while the server already listens

        return generate(job, files)

    bodies = Bodies()
    queue, storage = QueueApi(JobQueue(work), bodies), StorageApi(files, bodies)
    return Guard(
        Starlette(
            routes=[
                Route("/storage/upload/initiate", storage.initiate, methods=["POST"]),
                Route("/uploads/{secret}", storage.receive, methods=["PUT"]),
                Route("/files/{name}", storage.send, methods=["GET"]),
                Route("/v1/{path:path}", _no_platform, methods=["GET", "POST"]),
                Route("/{path:path}", queue.post, methods=["POST"]),
                Route("/{path:path}", queue.get, methods=["GET"]),
                Route("/{path:path}", queue.put, methods=["PUT"]),
            ],
            exception_handlers={Refused: refused},
        ),
        key,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(json.dumps({"url": self._url}), flush=True)  # noqa: T201 - what the parent waits for
            threading.Thread(target=_warm_up, daemon=True).start()


def _warm_up() -> None:
    from . import work  # noqa: F401 - the first job need not wait for PyAV to load


async def _no_platform(request: Request) -> Response:
    message = f"The offline engine has no platform API at {request.url.path}."
    return Json({"error": {"type": "not_found", "message": message}}, 404)
