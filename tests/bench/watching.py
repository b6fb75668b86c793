"""What watching costs, beside fal's own client: `.venv/bin/python -m tests.bench.watching [jobs …]`.

Each row is one process that submits so many jobs at once, 6 s each, to one job server, and waits for the results.
fal's client must be installed for its rows: `pip install fal-client`. Columns: requests a job to the queue; seconds
from a job's end to the first request for its result (median and 95th percentile, by the server's clock); CPU
milliseconds a job in the client's process, less what an idle one takes; the longest the main thread's loop was kept
from waking; the milliseconds until all submit calls had returned. Ours also writes every step durably, and saves every
clip, which fal's does not; "unsaved" is ours without that.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from typing import Any

from tests.bench.job_server import report, serving

SECONDS = 6.0
SIZES = (1, 50, 300)
ENDPOINT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
COLUMNS = f"{'requests':>10}{'lag p50':>10}{'lag p95':>10}{'CPU ms':>9}{'held ms':>9}{'submit ms':>11}"

Run = Callable[[str, int], Awaitable[float]]


async def unsaved(url: str, count: int) -> float:
    """Ours, with the clips left where they are."""
    from ipyseedance.jobs.download import Downloader
    from ipyseedance.jobs.job import Job

    async def leave(self: Downloader, job: Job) -> None:
        await self.recorder.write(job, path="none")

    Downloader.save = leave  # type: ignore[method-assign]
    return await ours(url, count)


async def ours(url: str, count: int) -> float:
    import ipyseedance as sd

    with tempfile.TemporaryDirectory() as folder:
        project = sd.Project(folder, server=url, key="id:secret-0123456789")
        requests = [sd.TextToVideo("A fox", resolution="480p", seed=n) for n in range(count)]
        start = time.perf_counter()
        jobs = [project.submit(request) for request in requests]
        submitted = time.perf_counter() - start
        for job in jobs:
            await job
        await asyncio.to_thread(project.close)
    return submitted


async def fal(url: str, count: int) -> float:
    import fal_client.client as client

    client.QUEUE_URL_FORMAT = client.RUN_URL_FORMAT = f"{url}/"
    caller = client.AsyncClient(key="id:secret-0123456789")
    start = time.perf_counter()
    jobs = [asyncio.create_task(caller.subscribe(ENDPOINT, {"prompt": "A fox", "seed": n})) for n in range(count)]
    submitted = time.perf_counter() - start
    await asyncio.gather(*jobs)
    return submitted


CLIENTS: dict[str, Run] = {"ours": ours, "unsaved": unsaved, "fal_client": fal}


async def measured(run: Run, url: str, count: int) -> dict[str, Any]:
    held = 0.0

    async def feel() -> None:
        nonlocal held
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            held = max(held, time.perf_counter() - before - 0.001)

    await run(url, 1)  # imports, thread pools and first connections
    feeling = asyncio.create_task(feel())
    await asyncio.sleep(0.1)
    idle = await _idle_cpu()
    held, cpu, start = 0.0, time.process_time(), time.perf_counter()
    submitted = await run(url, count)
    used = time.process_time() - cpu - idle * (time.perf_counter() - start)
    feeling.cancel()
    return {"cpu": 1e3 * used / count, "held": 1e3 * held, "submit": 1e3 * submitted}


async def _idle_cpu() -> float:
    """CPU seconds a second that the feeling itself takes."""
    cpu, start = time.process_time(), time.perf_counter()
    await asyncio.sleep(1)
    return (time.process_time() - cpu) / (time.perf_counter() - start)


def row(name: str, count: int) -> str:
    with serving(SECONDS) as url:
        command = [sys.executable, "-m", "tests.bench.watching", "--one", name, url, str(count)]
        client = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        told = report(url)[1:]
    requests, lags = [r for r, _ in told], sorted(lag for _, lag in told)
    p95 = lags[min(round(0.95 * len(lags)), len(lags) - 1)]
    return (
        f"{name:<12}{count:>6}{statistics.mean(requests):>10.1f}{statistics.median(lags):>10.3f}{p95:>10.3f}"
        f"{client['cpu']:>9.1f}{client['held']:>9.0f}{client['submit']:>11.0f}"
    )


def main(sizes: list[int]) -> None:
    clients = [name for name in CLIENTS if name != "fal_client" or importlib.util.find_spec("fal_client")]
    print(f"{'client':<12}{'jobs':>6}{COLUMNS}")
    for count in sizes:
        for name in clients:
            print(row(name, count), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        name, url, count = sys.argv[2:]
        print(json.dumps(asyncio.run(measured(CLIENTS[name], url, int(count)))))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
