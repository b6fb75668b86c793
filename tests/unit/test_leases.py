"""Whose job it is: told by locks that a dead process cannot hold."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ipyseedance.store.leases import Lease


def test_an_owner_is_alive_until_it_lets_go(tmp_path: Path) -> None:
    first, second = Lease(tmp_path / "o"), Lease(tmp_path / "o")
    assert sorted(second.living()) == sorted([first.id, second.id])
    assert not second.alone
    assert second.alive(first.id)
    assert second.alive(second.id)
    first.release()
    assert not second.alive(first.id)
    assert not second.alive(None)
    assert second.alone
    second.release()


def test_the_dead_are_dead_to_everybody_who_asks_at_once(tmp_path: Path) -> None:
    owners = [Lease(tmp_path) for _ in range(4)]
    dead = [f"dead-{n}" for n in range(50)]
    for name in dead:
        (tmp_path / f"{name}.lock").touch()
    together = threading.Barrier(len(owners))

    def ask(owner: Lease) -> list[str]:
        together.wait()
        return [name for name in dead if owner.alive(name)]

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(ask, owners)) == [[]] * len(owners)
    for owner in owners:
        owner.release()


def test_a_project_is_closed_on_another_thread_than_it_was_opened_on(tmp_path: Path) -> None:
    first, second = Lease(tmp_path), Lease(tmp_path)
    file = tmp_path / f"{first.id}.lock"
    (tmp_path / "kept").hardlink_to(file)
    with ThreadPoolExecutor() as pool:
        pool.submit(first.release).result()
    (tmp_path / "kept").rename(file)  # it stays, as on Windows while another asks
    assert not second.alive(first.id)
    second.release()
