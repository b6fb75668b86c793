"""fal's two-step upload, and the files themselves."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from .bodies import Bodies, Json, base_url
from .files import FileStore

MAX_UPLOAD_BYTES = 100_000_000
# Any page may read a file whose name it knows, as at fal: nobody can guess one, and a page compares frames so.
_FILE_HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "accept-ranges, content-length, content-range",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
}


class StorageApi:
    """Handlers of the storage and file routes."""

    def __init__(self, files: FileStore, bodies: Bodies) -> None:
        self._files = files
        self._bodies = bodies

    async def initiate(self, request: Request) -> Response:
        """Announce one file: answers where to put it and where it will be."""
        body, _ = await self._bodies.read_json(request)
        content_type, file_name = body.get("content_type"), body.get("file_name")
        if not isinstance(content_type, str) or not isinstance(file_name, str):
            return Json({"detail": "content_type and file_name are required"}, 422)
        secret, name = self._files.announce(content_type)
        base = base_url(request)
        return Json({"upload_url": f"{base}/uploads/{secret}", "file_url": f"{base}/files/{name}"})

    async def receive(self, request: Request) -> Response:
        """Take the bytes of an announced file, once."""
        name = self._files.take(request.path_params["secret"])
        if name is None:
            return _missing()
        data = await self._bodies.read(request, MAX_UPLOAD_BYTES)
        await run_in_threadpool(self._files.write, name, data)
        return Response()

    async def send(self, request: Request) -> Response:
        """Serve a file, or the part of it a Range header asks for."""
        name = request.path_params["name"]
        path = self._files.path(name)
        if path is None:
            return _missing()
        if "," in request.headers.get("range", ""):
            return Json({"detail": "One range at a time"}, 416)  # players ask for one; many are work for nothing
        return FileResponse(path, media_type=self._files.content_type(name), headers=_FILE_HEADERS)


def _missing() -> Response:
    return Json({"detail": "Not found"}, 404)
