"""How fal/ stands on httpx: by its public seams, and with errors that still say where they came from."""

from __future__ import annotations

import ast
import logging
import subprocess
import sys
import traceback
from pathlib import Path

import httpx
import pytest

import ipyseedance
from ipyseedance.fal.client import Fal
from ipyseedance.fal.credentials import Key
from ipyseedance.fal.hosts import Service
from ipyseedance.fal.transport import scrub

KEY = "0123456789abcdef:fedcba9876543210fedcba9876543210"
HALVES = KEY.split(":")
LIBRARIES = ("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks")


def shown(error: BaseException) -> str:
    """All that a debugger shows of an error: texts, causes, and the variables of the frames."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def filters() -> list[logging.Filter]:
    return [guard for name in LIBRARIES for guard in logging.getLogger(name).filters]  # type: ignore[misc]


def test_nothing_private_of_the_http_libraries_is_used() -> None:
    """Of an object no type is known here, so each private name that those libraries have counts."""
    private = {
        name
        for class_ in (httpx.AsyncClient, httpx.Client, httpx.AsyncHTTPTransport, httpx.Request, httpx.Response)
        for name in dir(class_)
        if name.startswith("_") and not name.startswith("__")
    } | {"_mounts", "_transport_for_url"}
    for file in Path(ipyseedance.__file__).parent.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "httpx" in text else ():
            if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                of_self = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
                assert of_self or node.attr not in private, f"{file.name}:{node.lineno} uses {node.attr}"
            if isinstance(node, ast.ClassDef):
                bases = {ast.unparse(base) for base in node.bases}
                assert not bases & {"httpx.AsyncClient", "httpx.Client"}, f"{file.name}: {node.name}"


def test_no_logger_of_another_package_is_touched_at_import() -> None:
    code = (
        "import logging, httpx, httpcore, ipyseedance, ipyseedance.fal.client\n"
        f"print(sum(len(logging.getLogger(name).filters) for name in {LIBRARIES}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "0"


async def test_their_logs_are_guarded_for_as_long_as_a_client_with_a_key_is_open() -> None:
    before = len(filters())
    without, first, second = (Fal(Service.at("http://127.0.0.1:9"), key) for key in (None, Key(KEY), Key(KEY)))
    guarded = len(filters())
    await without.close()
    await first.close()
    await first.close()
    assert len(filters()) == guarded > 0
    await second.close()
    assert len(filters()) == before


async def test_an_error_keeps_its_traceback_and_causes_but_no_variable_with_the_key() -> None:
    fal = Fal(Service.at("http://127.0.0.1:9"), Key(KEY))
    with pytest.raises(ipyseedance.ServiceUnavailable) as caught:
        await fal.queue.submit("fal-ai/x", {})
    await fal.close()
    told = shown(caught.value)
    assert "httpx.ConnectError" in told
    assert "httpcore.ConnectError" in told
    assert "handle_async_request" in told
    assert "connect_tcp" in told
    assert not any(half in told for half in HALVES)


def raising(text: str, cause: BaseException | None = None) -> BaseException:
    def fail(request: str) -> None:
        raise httpx.ReadError(text) from cause

    try:
        fail(f"with the header {KEY}")
    except httpx.ReadError as error:
        return error
    raise AssertionError


def test_a_text_with_the_key_is_blotted_and_a_cause_with_one_cut_off() -> None:
    key = Key(KEY)
    harmless, telling = raising("reset"), raising(f"illegal line {HALVES[1]}", raising("behind it"))
    for cause, stays in ((harmless, True), (telling, False), (UnicodeError("x", KEY), False), (OSError(2, KEY), False)):
        error = raising(f"broken: {KEY}", cause)
        scrub(error, None)
        assert str(error).replace("[key]:[key]", "[key]") == "broken: [key]"
        assert (error.__cause__ is cause) == stays
        assert error.__traceback__ is not None
        assert not any(half in shown(error) for half in HALVES)
    del key


def test_the_error_that_was_handled_before_is_left_alone() -> None:
    outer = raising("of somebody else")
    try:
        raise outer
    except httpx.ReadError as handled:
        error = raising("ours")
        scrub(error, handled)
        assert error.__context__ is outer
        assert KEY in shown(outer)
