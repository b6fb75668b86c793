"""The command line of the server."""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .launch import KEY_VARIABLE

if TYPE_CHECKING:
    from .settings import Settings

_FAULTS: dict[str, tuple[str, Callable[[str], Any], str]] = {
    "latency": ("SECONDS", float, "every answer comes that much later"),
    "queue_wait": ("SECONDS", float, "a request stays in the queue that long at least"),
    "fail": ("TYPE", str, "requests end with this failure of fal's, such as generation_timeout or runner_disconnected"),
    "fail_times": ("N", int, "only the next N of them do"),
    "lose_answers": ("N", int, "the next N submits are taken, and the connection is cut without an answer"),
    "moderate": (
        "WORD,WORD",
        lambda said: said.split(","),
        "prompts with one of these end as content_policy_violation",
    ),
}


def options() -> argparse.Namespace:
    """What was asked for. Exits with a message when it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m ipyseedance.offline",
        description="A local server that speaks fal's protocol and renders real clips: queue, storage, direct runs "
        "(under /run) and a proxy for fal's JavaScript client (at /proxy). Prints {\"url\": ...} once it listens; its "
        "OpenAPI document is at /openapi.json.",
    )  # fmt: skip
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one (default)")
    parser.add_argument("--host", choices=["127.0.0.1", "localhost", "::1"], default="127.0.0.1")
    parser.add_argument(
        "--key",
        default=os.environ.pop(KEY_VARIABLE, None) or None,
        help="the key callers must send. Everybody on this machine sees it in the process list: better set the "
        f"environment variable {KEY_VARIABLE} instead. Without one, no key is asked for",
    )
    parser.add_argument(
        "--files",
        type=Path,
        metavar="DIR",
        help="keep clips, uploads and requests here; what was not done goes on after a restart. Default: until exit",
    )
    parser.add_argument(
        "--certificate", type=Path, metavar="PEM", help="a certificate with its private key in one file: speak https"
    )
    parser.add_argument(
        "--runners",
        type=_number(int, 1, 64),
        metavar="N",
        help="how many requests are worked on at a time; default: as many as there are cores",
    )
    parser.add_argument(
        "--result-seconds",
        type=_number(float, 0, 30 * 86_400),
        metavar="SECONDS",
        help="how long a result can be fetched; default: 3600, as at fal",
    )
    parser.add_argument(
        "--webhook-hosts",
        type=lambda said: tuple(said.split(",")),
        default=(),
        metavar="HOST,HOST",
        help="hosts beside this machine that webhooks (?fal_webhook=) may be sent to; signing needs the package "
        "cryptography",
    )
    # Of whoever starts it: where it keeps what is gone when it ends in order, and is gone on with when it was killed.
    parser.add_argument("--scratch", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--watch-stdin", action="store_true", help="exit when standard input closes")
    faults = parser.add_argument_group(
        "faults on demand",
        "To teach, or to test what a program does. Each can be changed while the server runs: GET, PUT or DELETE "
        "/offline/faults, a JSON object with these names written with underscores.",
    )
    for name, (shown, read, told) in _FAULTS.items():
        faults.add_argument(_flag(name), type=read, metavar=shown, help=told)
    faults.add_argument("--expire-results", action="store_true", help="results are gone as soon as they are there")
    given = parser.parse_args()
    if not 0 <= given.port <= 65535:
        parser.error("--port must be 0 to 65535")
    if given.certificate and not given.certificate.is_file():
        parser.error(f"--certificate: there is no file {given.certificate}")
    if given.files:
        given.files = Path(os.path.realpath(given.files))  # a link that the person named may be followed, none within
    given.error = parser.error
    return given


def settings(given: argparse.Namespace) -> Settings:
    """The server's settings. Exits with a message when a fault makes no sense."""
    from .faults import Faults
    from .settings import Settings

    faults = Faults(expire_results=given.expire_results)
    wanted: dict[str, Any] = {name: value for name in _FAULTS if (value := getattr(given, name)) is not None}
    try:
        faults.change(wanted)
    except ValueError as error:
        given.error(str(error))
    kept = given.files or given.scratch
    chosen = {name: value for name in ("runners", "result_seconds") if (value := getattr(given, name)) is not None}
    return Settings(
        key=given.key,
        faults=faults,
        journal=kept / "requests.db" if kept else None,
        webhook_hosts=given.webhook_hosts,
        certificate=given.certificate,
        **chosen,
    )


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _number(kind: type[int | float], least: float, most: float) -> Callable[[str], float]:
    def read(said: str) -> float:
        number = kind(said)
        if math.isnan(number) or not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{said} is not from {least:g} to {most:g}")
        return number

    read.__name__ = "number"
    return read
