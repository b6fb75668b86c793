"""fal's uploads, as each of its clients makes them, and the files themselves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from ..doors.files import open_file
from .bodies import Bodies, Json, Refused, base_url
from .files import FileStore
from .multipart import MultipartUploads, WrongPart
from .tokens import UploadTokens

MAX_UPLOAD_BYTES = 100 * 2**20
"""The most fal's Python client sends at once."""
# Any page may read a file whose name it knows, as at fal: nobody can guess one, and a page compares frames so.
_FILE_HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "accept-ranges, content-length, content-range",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
}


class StorageApi:
    """Handlers of the storage and file routes."""

    def __init__(self, files: FileStore, bodies: Bodies, tokens: UploadTokens) -> None:
        self._files = files
        self._bodies = bodies
        self._tokens = tokens
        self._multipart = MultipartUploads(files)

    async def initiate(self, request: Request) -> Response:
        """Announce one file: answers where to put it and where it will be."""
        secret, name = self._files.announce(await self._read_announcement(request))
        base = base_url(request)
        return Json({"upload_url": f"{base}/uploads/{secret}", "file_url": f"{base}/files/{name}"})

    async def receive(self, request: Request) -> Response:
        """Take the bytes of an announced file, once."""
        secret = request.path_params["secret"]
        if not self._files.expects(secret):
            return _missing_response()
        data = await self._bodies.read(request, MAX_UPLOAD_BYTES)
        name = self._files.take(secret)  # only now: what did not arrive whole may be sent again
        if name is None:
            return _missing_response()
        try:
            await run_in_threadpool(self._files.write, name, data)
        except OSError:
            self._files.expect(secret, name)
            raise
        return Response()

    async def token(self, request: Request) -> Response:
        """Give a token to upload files with."""
        token, until = self._tokens.new()
        answer = {"token": token, "token_type": "Bearer", "base_url": base_url(request)}
        return Json(answer | {"expires_at": until.isoformat()})

    async def upload(self, request: Request) -> Response:
        """Take a whole file from who has a token."""
        self._must_have_token(request)
        name = self._files.new_name(request.headers.get("content-type", ""))
        data = await self._bodies.read(request, MAX_UPLOAD_BYTES)
        await run_in_threadpool(self._files.write, name, data)
        return Json({"access_url": f"{base_url(request)}/files/{name}"})

    async def begin_parts(self, request: Request) -> Response:
        """Announce a file in parts, as fal's Python client does, with a token."""
        self._must_have_token(request)
        id, name = self._multipart.begin(request.headers.get("content-type", ""))
        return Json({"access_url": f"{base_url(request)}/files/{name}", "uploadId": id})

    async def initiate_parts(self, request: Request) -> Response:
        """Announce a file in parts, as fal's JavaScript client does, with the key."""
        id, name = self._multipart.begin(await self._read_announcement(request))
        url = f"{base_url(request)}/files/{name}"
        return Json({"upload_url": f"{url}/multipart/{id}", "file_url": url})

    async def receive_part(self, request: Request) -> Response:
        """Take one part; who knows the upload's secret id may send it."""
        id, number = self._under_way(request), request.path_params["number"]
        if not (number.isascii() and number.isdecimal() and len(number) < 9):
            return _missing_response()
        data = await self._bodies.read(request, MAX_UPLOAD_BYTES)
        try:
            tag = await run_in_threadpool(self._multipart.put, id, int(number), data)
        except WrongPart as error:
            return Json({"detail": str(error)}, 400)
        return Json({"partNumber": int(number), "etag": tag}, headers={"etag": tag})

    async def complete_parts(self, request: Request) -> Response:
        """Make one file of the parts that were sent."""
        id = self._under_way(request)
        body, _ = await self._bodies.read_json(request)
        try:
            await run_in_threadpool(self._multipart.complete, id, _read_parts(body))
        except WrongPart as error:
            return Json({"detail": str(error)}, 400)
        return Json({"access_url": f"{base_url(request)}/files/{request.path_params['name']}"})

    async def send(self, request: Request) -> Response:
        """Serve a file, or the part of it a Range header asks for."""
        name = request.path_params["name"]
        path = self._files.path(name)
        if path is None:
            return _missing_response()
        if "," in request.headers.get("range", ""):
            return Json({"detail": "One range at a time"}, 416)  # players ask for one; many are work for nothing
        try:
            file = await run_in_threadpool(open_file, path)
        except OSError:
            return _missing_response()
        return _Opened(path, file, self._files.content_type(name))

    async def _read_announcement(self, request: Request) -> str:
        """The type of the file that is announced."""
        body, _ = await self._bodies.read_json(request)
        content_type, file_name = body.get("content_type"), body.get("file_name")
        if not isinstance(content_type, str) or not isinstance(file_name, str):
            raise Refused(422, "content_type and file_name are required")
        return content_type

    def _must_have_token(self, request: Request) -> None:
        if not self._tokens.allows(request.headers.get("authorization", "")):
            raise Refused(401, "No upload without a token of /storage/auth/token")

    def _under_way(self, request: Request) -> str:
        id: str = request.path_params["id"]
        if not self._multipart.knows(id, request.path_params["name"]):
            raise Refused(404, "There is no such upload.")
        return id


class _Opened(FileResponse):
    """The file that was opened: its name may have become a link since. It is closed when it has been sent."""

    def __init__(self, path: Path, file: BinaryIO, content_type: str) -> None:
        self._file = file
        by_number = Path(f"/dev/fd/{file.fileno()}")  # Windows has no such names
        super().__init__(
            by_number if by_number.exists() else path,
            media_type=content_type,
            headers=_FILE_HEADERS,
            stat_result=os.fstat(file.fileno()),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file:
            await super().__call__(scope, receive, send)


def _read_parts(body: dict[str, Any]) -> list[tuple[int, str]]:
    parts = body.get("parts")
    listed = []
    for part in parts if isinstance(parts, list) else [None]:
        number, tag = (part.get("partNumber"), part.get("etag")) if isinstance(part, dict) else (None, None)
        if not isinstance(number, int) or not isinstance(tag, str):
            raise WrongPart('"parts" must be a list of {"partNumber", "etag"}.')
        listed.append((number, tag))
    return listed


def _missing_response() -> Response:
    return Json({"detail": "Not found"}, 404)
