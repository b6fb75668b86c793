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

from .access import Guard
from .bodies import Bodies, Json, Refused, refused
from .connections import MAX_HEAD_BYTES, MAX_WAITING, Connection, make_room
from .faults_api import ROUTE as FAULTS
from .faults_api import FaultsApi, Latency
from .files import LOOPBACK, FileStore
from .job import Answer, Job
from .jobs import JobQueue
from .journal import Journal
from .openapi import document
from .platform_api import PlatformApi
from .proxy import Proxy
from .queue_api import QueueApi
from .settings import Settings
from .storage_api import StorageApi
from .tokens import UploadTokens
from .webhooks import ROUTE as JWKS
from .webhooks import Webhooks


def serve(host: str, port: int, *, files: FileStore, settings: Settings) -> None:
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
        scheme = "https" if settings.certificate else "http"
        url = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
        app, jobs, journal = make_app(files, settings)
        room = make_room()
        config = uvicorn.Config(
            app,
            http=Connection,
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            limit_concurrency=room.connections,
            backlog=room.at_a_time,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            lifespan="off",
            ws="none",
            ssl_certfile=settings.certificate,
        )
        try:
            _Server(config, url, jobs).run(sockets=[listener])
        finally:  # it raises the signal that ended it again
            if journal is not None:
                journal.close()


def make_app(files: FileStore, settings: Settings) -> tuple[Guard, JobQueue, Journal | None]:
    """The application, its queue, and the journal that is to be closed after it.

    Raises:
        NoJournal: another server has the journal, or it cannot be used.
    """
    faults = settings.faults

    def work(job: Job) -> Answer:
        from .worker import generate  # the renderer loads while the server already listens

        return generate(job, files, faults)

    bodies = Bodies()
    journal = Journal(settings.journal) if settings.journal else None
    if journal is not None:
        files.clear()  # the journal is this server's alone, and so is the folder
    webhooks = Webhooks(settings.webhook_hosts, journal.told if journal else lambda _job: None)
    jobs = JobQueue(
        work,
        runners=settings.runners,
        result_seconds=settings.result_seconds,
        faults=faults,
        journal=journal,
        on_completed=webhooks.completed,
    )
    queue = QueueApi(jobs, bodies, faults, webhooks)

    async def jwks(_request: Request) -> Response:
        return Json(webhooks.jwks())

    storage = StorageApi(files, bodies, UploadTokens())
    platform = PlatformApi(jobs, bodies)
    switches = FaultsApi(faults, bodies)
    app = Starlette(
        routes=[
            Route("/storage/auth/token", storage.token, methods=["POST"]),
            Route("/storage/upload/initiate", storage.initiate, methods=["POST"]),
            Route("/storage/upload/initiate-multipart", storage.initiate_parts, methods=["POST"]),
            Route("/uploads/{secret}", storage.receive, methods=["PUT"]),
            Route("/files/upload", storage.upload, methods=["POST"]),
            Route("/files/upload/multipart", storage.begin_parts, methods=["POST"]),
            Route("/files/{name}", storage.send, methods=["GET"]),
            Route("/files/{name}/multipart/{id}/complete", storage.complete_parts, methods=["POST"]),
            Route("/files/{name}/multipart/{id}/{number}", storage.receive_part, methods=["PUT"]),
            Route("/v1/{path:path}", platform.get, methods=["GET"]),
            Route("/v1/{path:path}", platform.post, methods=["POST"]),
            Route(JWKS, jwks, methods=["GET"]),
            Route("/openapi.json", _openapi, methods=["GET"]),
            Route(FAULTS, switches.get, methods=["GET"]),
            Route(FAULTS, switches.put, methods=["PUT"]),
            Route(FAULTS, switches.delete, methods=["DELETE"]),
            Route("/run/{path:path}", queue.run, methods=["POST"]),
            Route("/{path:path}", queue.post, methods=["POST"]),
            Route("/{path:path}", queue.get, methods=["GET"]),
            Route("/{path:path}", queue.put, methods=["PUT"]),
        ],
        exception_handlers={Refused: refused},
    )
    return Guard(Proxy(Latency(app, faults)), settings.key), jobs, journal


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, url: str, jobs: JobQueue) -> None:
        super().__init__(config)
        self._url = url
        self._jobs = jobs

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            for listener in sockets or []:
                listener.listen(MAX_WAITING)  # asyncio lets no more wait than it takes at a time
            self._jobs.resume(self._url)
            print(json.dumps({"url": self._url}), flush=True)  # noqa: T201 - what the parent waits for
            threading.Thread(target=_warm_up, daemon=True).start()


def _warm_up() -> None:
    from . import worker  # noqa: F401 - the first job need not wait for PyAV to load


async def _openapi(_request: Request) -> Response:
    return Json(document())
