"""Peak memory for each kind of endless answer: `python tests/bench/endless.py [another src]`.

Each kind is met by one job in a process of its own, which is stopped after 20 s: what asks again and again without end
is a fault too. The memory is the most that process held (ru_maxrss), less what it holds before the job.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.hostile.torrent import Answer, Torrent, floods, packed, says  # noqa: E402 - the path comes first

MUCH = 200
"""Megabytes."""
SECONDS = 20.0
EVENT = b'data: {"status":"IN_PROGRESS","logs":["' + b"x" * 900 + b'"]}\n\n'
HEAD, TAIL = b'{"status": "COMPLETED", "detail": "', b'"}'
KINDS: dict[str, Callable[[], dict[str, Answer]]] = {
    "status of 200 MB": lambda: {"status": floods(MUCH)},
    "status, gzip of 200 MB": lambda: {"status": packed(HEAD, MUCH, TAIL)},
    "result of 200 MB": lambda: {"result": floods(MUCH)},
    "result, gzip of 200 MB": lambda: {"result": packed(HEAD, MUCH, TAIL)},
    "line of 200 MB": lambda: {"stream": floods(MUCH, b"data: " + b"x" * 65530, Content_Type="text/event-stream")},
    "lines, 200 MB": lambda: {"stream": floods(MUCH, EVENT, Content_Type="text/event-stream")},
    "refusal of 200 MB": lambda: {"result": floods(MUCH, code=422)},
    "refusal, gzip of 200 MB": lambda: {"result": packed(HEAD, MUCH, TAIL, 422)},
    "submit of 200 MB": lambda: {"submit": floods(MUCH)},
    "submit, gzip of 200 MB": lambda: {"submit": packed(HEAD, MUCH, TAIL)},
    "redirect with 200 MB": lambda: {"result": floods(MUCH, code=302, Location="/fal-ai/bytedance/requests/2")},
    "deep JSON": lambda: {"status": says(b"[" * 4_000_000 + b"]" * 4_000_000)},
    "many values": lambda: {"status": says(b"[" + b"{}," * 2_500_000 + b"{}]")},
}  # fmt: skip


def one(name: str) -> None:
    """Meet one kind, in this process, whose service is another thread's parent: prints megabytes and the end."""
    import ipyseedance as sd

    url = os.environ["ENDLESS_URL"]
    with tempfile.TemporaryDirectory() as folder:
        project = sd.Project(folder, server=url, key="an-id:a-secret-of-letters", budget=1)
        before = _most()
        threading.Timer(SECONDS, lambda: _end(before, "goes on")).start()
        job = project.submit(sd.TextToVideo("A fox", seed=1))
        try:
            job.result()
            end = "a clip"
        except sd.SeedanceError as error:
            end = type(error).__name__
        _end(before, end)


def _most() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _end(before: int, end: str) -> None:
    print(f"{(_most() - before) / 1000:8.0f} MB  {end}", flush=True)
    os._exit(0)


def main() -> None:
    source = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "src"
    print(f"{source}\n{'kind':28}{'more memory':>12}  end")
    for name, plan in KINDS.items():
        server = Torrent()
        server.plan = plan()
        environment = os.environ | {"PYTHONPATH": str(source), "ENDLESS_URL": server.url, "ENDLESS_KIND": name}
        command = [sys.executable, __file__]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS + 60)
        print(f"{name:28}{(done.stdout or done.stderr[-200:]).strip()}", flush=True)
        server.stop()


if __name__ == "__main__":
    one(os.environ["ENDLESS_KIND"]) if "ENDLESS_KIND" in os.environ else main()
