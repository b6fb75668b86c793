"""What the endpoints take and give, as OpenAPI says it: drawn from the contract, so that it is never another."""

from __future__ import annotations

from typing import Any

from ..contract.catalog import Endpoint
from .request_to_shot import SEED

_NOTES = ("control", "allowed", "unit")
"""What the contract's schemas say to the widget."""
JOB_PATH = "/{app}/requests/{request_id}"

OUTPUT: dict[str, Any] = {
    "type": "object",
    "required": ["video", "seed"],
    "properties": {
        "video": {
            "type": "object",
            "required": ["url"],
            "properties": {
                "url": {"type": "string", "format": "uri"},
                "content_type": {"type": "string"},
                "file_name": {"type": "string"},
                "file_size": {"type": "integer"},
            },
        },
        "seed": {"type": "integer"},
    },
}
QUEUE_STATUS: dict[str, Any] = {
    "type": "object",
    "required": ["status", "request_id", "response_url", "status_url", "cancel_url", "logs", "metrics"],
    "properties": {
        "status": {"enum": ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]},
        "request_id": {"type": "string", "format": "uuid"},
        "response_url": {"type": "string"},
        "status_url": {"type": "string"},
        "cancel_url": {"type": "string"},
        "queue_position": {"type": "integer"},
        "logs": {"type": ["array", "null"], "items": {"type": "object"}},
        "metrics": {"type": "object"},
        "error": {"type": "string"},
        "error_type": {"type": "string"},
    },
}


def input_schema(endpoint: Endpoint) -> dict[str, Any]:
    """JSON Schema of the body an endpoint takes."""
    schema = endpoint.request.model_json_schema()
    schema["properties"] = {
        name: {key: value for key, value in field.items() if key not in _NOTES}
        for name, field in schema["properties"].items()
    }
    seed = schema["properties"].get(SEED)
    if seed is not None:
        del seed["default"]  # null stands for a seed that is chosen anew, which fal's schema leaves unsaid
    return schema


def endpoint_document(endpoint: Endpoint) -> dict[str, Any]:
    """An endpoint's own OpenAPI document, as fal's list of models carries it."""
    names = {"input": f"{endpoint.request.__name__}Input", "output": f"{endpoint.request.__name__}Output"}
    submit = {
        "summary": endpoint.title,
        "requestBody": {"required": True, "content": json_of(ref(names["input"]))},
        "responses": {"200": response("The request is queued.", ref("QueueStatus"))},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{endpoint.model} {endpoint.title}", "version": "1.0.0"},
        "servers": [{"url": "https://queue.fal.run"}],
        "components": {
            "schemas": {
                names["input"]: input_schema(endpoint),
                names["output"]: OUTPUT,
                "QueueStatus": QUEUE_STATUS,
            },
            "securitySchemes": {"apiKeyAuth": {"type": "apiKey", "in": "header", "name": "Authorization"}},
        },
        "security": [{"apiKeyAuth": []}],
        "paths": {
            f"/{endpoint.id}": {"post": submit},
            JOB_PATH.replace("{app}", endpoint.app): {
                "get": {
                    "parameters": [path_parameter("request_id")],
                    "responses": {"200": response("The result.", ref(names["output"]))},
                }
            },
        },
    }


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def json_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def response(told: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"description": told} | ({"content": json_of(schema)} if schema else {})


def path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
