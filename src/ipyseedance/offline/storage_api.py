"""fal's two-step upload, and the files themselves."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from .bodies import TooLarge, base_url, read_body, read_json
from .files import FileStore

MAX_UPLOAD_BYTES = 100_000_000
_FILE_HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "accept-ranges, content-length, content-range",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
}


class StorageApi:
    """Handlers of the storage and file routes."""

    def __init__(self, files: FileStore) -> None:
        self._files = files

    async def initiate(self, request: Request) -> Response:
        """Announce one file: answers where to put it and where it will be."""
        body = await read_json(request)
        if isinstance(body, Response):
            return body
        content_type, file_name = body.get("content_type"), body.get("file_name")
        if not isinstance(content_type, str) or not isinstance(file_name, str):
            return JSONResponse({"detail": "content_type and file_name are required"}, 422)
        secret, name = self._files.announce(content_type)
        base = base_url(request)
        return JSONResponse({"upload_url": f"{base}/uploads/{secret}", "file_url": f"{base}/files/{name}"})

    async def receive(self, request: Request) -> Response:
        """Take the bytes of an announced file, once."""
        name = self._files.take(request.path_params["secret"])
        if name is None:
            return _missing()
        try:
            data = await read_body(request, MAX_UPLOAD_BYTES)
        except TooLarge as error:
            return JSONResponse({"detail": str(error)}, 413)
        await run_in_threadpool(self._files.write, name, data)
        return Response()

    async def send(self, request: Request) -> Response:
        """Serve a file, or the part of it a Range header asks for."""
        name = request.path_params["name"]
        path = self._files.path(name)
        if path is None:
            return _missing()
        return FileResponse(path, media_type=self._files.content_type(name), headers=_FILE_HEADERS)


def _missing() -> Response:
    return JSONResponse({"detail": "Not found"}, 404)
