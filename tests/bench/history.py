"""How quick a large history is: `.venv/bin/python -m tests.bench.history [rows]`. Prints a line a question.

The rows are like real ones, 2 kB of text each: nine in ten have a clip, the rest failed. Times are medians, in
milliseconds.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.contract.measures import MEASURES
from ipyseedance.store.finding import Find
from ipyseedance.store.reader import EVERYTHING
from ipyseedance.store.record import COLUMNS, Record, to_row
from ipyseedance.store.store import Store
from ipyseedance.store.table import frame

LOGS = [f"step {n} of 24, denoising the latent video" for n in range(1, 25)]
PROMPT = 'A fox walks through wet grass at dusk, number {}, slow dolly in, the wind in the trees, it says "I am home".'
HASH = "8f3c1e0f7a55b2d4"
ADDED = 10_000


def made(n: int) -> Record:
    """The n-th generation of a long project."""
    request = sd.TextToVideo(PROMPT.format(n), seed=n, duration=4 + n % 9, resolution=("480p", "720p", "1080p")[n % 3])
    endpoint, id = catalog.endpoint_for(request), f"764cabcf-b745-4b3e-ae38-{n:012x}"
    base = f"https://queue.fal.run/{endpoint.app}/requests/{id}"
    record = Record(
        created_at=1e9 + n,
        server="https://queue.fal.run",
        free=False,
        endpoint=endpoint.id,
        request=request.record(),
        estimate=catalog.estimate(request),
        status="COMPLETED",
        owner=f"{n // 1000:032x}",
        body=request.body({}),
        request_id=id,
        ticket={"request_id": id, "status_url": f"{base}/status", "response_url": base, "cancel_url": f"{base}/cancel"},
        submitted_at=1e9 + n + 1,
        started_at=1e9 + n + 9,
        completed_at=1e9 + n + 70,
        run_seconds=61.0,
        logs=LOGS,
        cost=0.0,
        cost_source="estimate",
    )
    if n % 10 == 0:
        return replace(record, status="FAILED", error=sd.GenerationFailed("It failed.").to_record(), dismissed=True)
    return replace(
        record,
        seed=n,
        url=f"https://v3.fal.media/files/rabbit/{id}.mp4",
        cost=record.estimate,
        path=f"clips/{n:05d}-a-fox-walks-through-wet-grass-seed{n}.mp4",
        width=1280,
        height=720,
        clip_duration=4.0 + n % 9,
        fps=24.0,
        has_audio=True,
        sweep=f"sweep-{n // 64}" if n % 4 else None,
        cell={"seed": str(n)} if n % 4 else None,
        measures={name: HASH if name.startswith("hash") else 0.5 + n / 1e6 for name in MEASURES},
        star=n % 7 == 0,
        rating=n % 6 or None,
        tags=["keeper", "no drift"] if n % 4 == 0 else None,
        note="Softer than the others." if n % 9 == 0 else "",
    )


def fill(folder: Path, rows: int) -> None:
    """Write a history of that many rows, in one go."""
    history = Store(folder)
    names = [name for name in COLUMNS if name != "id"]
    insert = f"INSERT INTO generations ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"
    lines = (to_row({name: getattr(made(n), name) for name in names}) for n in range(rows))
    history.database.write(lambda connection: connection.executemany(insert, lines).rowcount).result()
    runs = ((f"sweep-{n}", 1e9 + n, json.dumps({"seed": ["1", "2"]}), "[]", None) for n in range(rows // 64 + 1))
    runs_in = "INSERT INTO sweeps VALUES (?, ?, ?, ?, ?)"
    history.database.write(lambda connection: connection.executemany(runs_in, runs).rowcount).result()
    history.close()


def timed(act: Callable[[], object], rounds: int = 7) -> str:
    """The median and the longest time an act takes."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return f"{statistics.median(times):9.2f}   {max(times):9.2f}"


def main(rows: int = 100_000) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, rows)
        Store(folder).close()  # waits for the disk, which is still busy with what was written
        size = (folder / "history.db").stat().st_size
        print(f"{rows:,} rows, {size / 1e6:,.0f} MB                  median     longest   (ms)")
        print(f"open and close                      {timed(lambda: Store(folder).close())}", flush=True)
        history = Store(folder)
        asked = made(rows).asked
        like = asked.resolution, asked.seconds
        questions: dict[str, Callable[[], object]] = {
            "len": lambda: len(history),
            "purse": history.purse,
            "unsettled": history.unsettled,
            "unsent": history.unsent,
            "undismissed_failures": lambda: history.undismissed_failures(12),
            "typical_seconds": lambda: history.typical_seconds("https://queue.fal.run", catalog.ENDPOINTS[0].id, *like),
            "typical_seconds, none alike": lambda: history.typical_seconds("offline", catalog.ENDPOINTS[0].id, *like),
            "find by request id": lambda: history.find(f"764cabcf-b745-4b3e-ae38-{rows // 2:012x}"),
            "newest page": lambda: page(history, "newest"),
            "newest page, far down": lambda: page(history, "newest", offset=rows // 2),
            "oldest page": lambda: page(history, "oldest"),
            "page by cost": lambda: page(history, "cost"),
            "page by duration": lambda: page(history, "duration"),
            "search: a word in every row": lambda: page(history, "newest", "fox"),
            "search: two words in one row": lambda: page(history, "newest", "number", f"{rows - 1},"),
            "search: a word in no row": lambda: page(history, "newest", "zebra"),
            "best rated page": lambda: page(history, "rating"),
            "starred": lambda: find(history, Find(starred=True)),
            "rated 4 or more": lambda: find(history, Find(rated=4)),
            "of one sweep": lambda: find(history, Find(sweep="sweep-7")),
            "480p of 5 s with sound": lambda: find(history, Find(resolution=("480p",), seconds=(5.0,), sound=True)),
            "grouped by sweep": lambda: find(history, Find(grouped=True)),
            "the sweeps": lambda: history.groups(Find(grouped=True)),
            "the numbers of all found": lambda: history.found(EVERYTHING),
            "all": history.all,
            "df": lambda: frame(history),
        }
        frame(history)  # pandas is imported before anything is timed
        for question, act in questions.items():
            print(f"{question:35} {timed(act)}", flush=True)
        add(history)
        history.close()


def page(history: Store, order: str, *words: str, offset: int = 0) -> None:
    history.page(Find(words=words, order=order), offset=offset, limit=48)


def find(history: Store, wanted: Find) -> None:
    history.page(wanted, offset=0, limit=48)


def add(history: Store) -> None:
    """Many submits under a budget, none waited for."""
    history.set_budget(1e6).result()
    record = replace(made(1), request_id=None, cost=None, status="PENDING", path=None, url=None)
    start = time.perf_counter()
    for future in [history.add(record) for _ in range(ADDED)]:
        future.result()
    seconds = time.perf_counter() - start
    print(f"{ADDED:,} submits recorded in {seconds:.2f} s: {seconds / ADDED * 1e6:.0f} µs each")
    print(f"a lone submit, on the disk          {timed(lambda: history.add(record).result(), 99)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
