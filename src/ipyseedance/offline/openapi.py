"""The server's own OpenAPI document: every route, what it takes and how it answers."""

from __future__ import annotations

from typing import Any

from ..contract.catalog import ENDPOINTS
from .faults import FAILURES
from .schemas import JOB_PATH, OUTPUT, QUEUE_STATUS, input_schema, json_of, path_parameter, ref, response

_ANY: dict[str, Any] = {"type": "object"}
_STRING: dict[str, Any] = {"type": "string"}


def document() -> dict[str, Any]:
    """The document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ipyseedance offline engine",
            "version": "1.0.0",
            "description": "fal's queue, direct runs, storage and platform calls, at one loopback address.",
        },
        "components": {
            "schemas": {e.request.__name__: input_schema(e) for e in ENDPOINTS}
            | {"Output": OUTPUT, "QueueStatus": QUEUE_STATUS, "Faults": _FAULTS},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "Authorization"}},
        },
        "security": [{"key": []}],
        "paths": _endpoints() | _requests() | _STORAGE | _PLATFORM | _OWN,
    }


def _endpoints() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for e in ENDPOINTS:
        body = {"required": True, "content": json_of(ref(e.request.__name__))}
        wishes = [
            # 0.1 s is taken too; fal's own clients refuse to ask for a second or less.
            _header("X-Fal-Request-Timeout", {"type": "number", "exclusiveMinimum": 1}),
            _header("X-Fal-Queue-Priority", {"enum": ["normal", "low"]}),
            _header("X-Fal-Store-IO", {"enum": ["0", "1"]}),
            _query("fal_max_queue_length", {"type": "integer", "minimum": 0}),
        ]
        queued = {"200": response("The request is queued.", ref("QueueStatus")), "400": _SAID, "429": _SAID}
        done = {"200": response("The result.", ref("Output")), "422": _SAID}
        asked = {"summary": e.title, "requestBody": body}
        paths[f"/{e.id}"] = {"post": asked | {"parameters": wishes, "responses": queued}}
        paths[f"/run/{e.id}"] = {"post": asked | {"parameters": wishes[:2], "responses": done}}
    return paths


def _requests() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for app in sorted({e.app for e in ENDPOINTS}):
        path, id = JOB_PATH.replace("{app}", app), [path_parameter("request_id")]
        logs = _query("logs", {"enum": ["0", "1"]})
        status = {
            "200": response("Completed, for better or worse.", ref("QueueStatus")),
            "202": response("Queued or in progress.", ref("QueueStatus")),
            "404": _SAID,
        }
        stream = {"200": {"description": "Each state.", "content": {"text/event-stream": {}}}, "404": _SAID}
        result = {"200": response("The result.", ref("Output")), "400": _SAID, "404": _SAID, "422": _SAID}
        cancel = {"200": _SAID, "202": _SAID, "400": _SAID, "404": _SAID}
        paths[path] = {"get": {"parameters": id, "responses": result}}
        paths[f"{path}/status"] = {"get": {"parameters": [*id, logs], "responses": status}}
        paths[f"{path}/status/stream"] = {"get": {"parameters": [*id, logs], "responses": stream}}
        paths[f"{path}/cancel"] = {"put": {"parameters": id, "responses": cancel}}
    return paths


def _header(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": schema}


def _query(name: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _call(
    *parameters: dict[str, Any], takes: dict[str, Any] | None = None, bytes: bool = False, key: bool = True
) -> dict[str, Any]:
    content = {"application/octet-stream": {}} if bytes else json_of(takes or _ANY)
    body = {"requestBody": {"required": True, "content": content}} if bytes or takes else {}
    security: dict[str, Any] = {} if key else {"security": []}
    return {"parameters": list(parameters), "responses": {"200": _SAID, "4XX": _SAID}} | body | security


def _object(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


_SAID = response("What there is to say.", _ANY)
_FILE = _object(["content_type", "file_name"], content_type=_STRING, file_name=_STRING)
_PART = _object(["partNumber", "etag"], partNumber={"type": "integer", "minimum": 1}, etag=_STRING)
_UPLOAD = [path_parameter("name"), path_parameter("id")]
_STORAGE = {
    "/storage/auth/token": {"post": _call()},
    "/storage/upload/initiate": {"post": _call(takes=_FILE)},
    "/storage/upload/initiate-multipart": {"post": _call(takes=_FILE)},
    "/uploads/{secret}": {"put": _call(path_parameter("secret"), bytes=True, key=False)},
    "/files/upload": {"post": _call(bytes=True)},
    "/files/upload/multipart": {"post": _call()},
    "/files/{name}": {"get": _call(path_parameter("name"), _header("Range", _STRING), key=False)},
    "/files/{name}/multipart/{id}/{number}": {"put": _call(*_UPLOAD, path_parameter("number"), bytes=True, key=False)},
    "/files/{name}/multipart/{id}/complete": {
        "post": _call(*_UPLOAD, takes=_object(["parts"], parts={"type": "array", "items": _PART}), key=False)
    },
}

_IDS = _query("endpoint_id", {"type": "array", "items": {"enum": [e.id for e in ENDPOINTS]}})
_PAGE = [_query("limit", {"type": "integer", "minimum": 1, "maximum": 100}), _query("cursor", _STRING)]
_TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
_QUANTITIES = {"type": "object", "additionalProperties": {"type": "object"}}
_PLATFORM = {
    "/v1/models": {"get": _call(_IDS, _query("q", _STRING), _query("expand", _STRING), *_PAGE)},
    "/v1/models/pricing": {"get": _call(_IDS)},
    "/v1/models/pricing/estimate": {
        "post": _call(
            takes=_object(
                ["estimate_type", "endpoints"],
                estimate_type={"enum": ["unit_price", "historical_api_price"]},
                endpoints=_QUANTITIES,
            )
        )
    },
    "/v1/models/requests/by-endpoint": {
        "get": _call(
            _query("endpoint_id", _STRING, required=True),
            _query("start", _TIME),
            _query("end", _TIME),
            _query("status", {"enum": ["success", "error", "user_error"]}),
            _query("request_id", _STRING),
            _query("expand", _STRING),
            _query("sort_by", {"enum": ["ended_at", "duration"]}),
            *_PAGE,
        )
    },
}

_FAULTS = {
    "type": "object",
    "properties": {
        "latency": {"type": "number", "minimum": 0},
        "queue_wait": {"type": "number", "minimum": 0},
        "fail": {"enum": [None, *FAILURES]},
        "fail_times": {"type": ["integer", "null"], "minimum": 0},
        "lose_answers": {"type": "integer", "minimum": 0},
        "expire_results": {"type": "boolean"},
        "moderate": {"type": "array", "items": {"type": "string", "minLength": 1}},
    },
}
_OWN = {
    "/offline/faults": {"get": _call(), "put": _call(takes=ref("Faults")), "delete": _call()},
    "/openapi.json": {"get": _call()},
}
