"""Which service a project talks to, and the connection to it."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import httpx

from ..contract import catalog
from ..contract.errors import GenerationFailed, InvalidRequest, KeyRefused, Problem, SeedanceError
from ..doors.addresses import is_address, is_loopback
from ..fal.client import Fal
from ..fal.credentials import Key, find_key
from ..fal.hosts import Service
from ..fal.platform import NoRecords, Platform
from ..offline.launch import OfflineServer
from .prices import Prices
from .tuning import Tuning

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+(?:/[A-Za-z0-9._~/-]*)?", re.IGNORECASE)
"""No user, query or fragment: those are where people put a token, which would be shown and kept."""
_ALLOWED = 'give "auto", "fal", "offline" or an address such as "http://127.0.0.1:8000"'

State = Literal["idle", "starting", "ready", "refused", "locked", "unreachable"]


@dataclass(frozen=True)
class Choice:
    """What the `server` and `key` arguments come to."""

    kind: Literal["fal", "offline", "url"]
    service: Service | None
    """None for the offline engine, which has an address only once it runs."""
    key: Key | None

    @property
    def free(self) -> bool:
        return self.kind == "offline"

    @property
    def label(self) -> str:
        """How a person calls it."""
        return {"fal": "fal", "offline": "Offline engine"}.get(self.kind) or httpx.URL(str(self)).netloc.decode()

    def serves(self, url: str) -> bool:
        """Whether an address is the service's own."""
        return self.service is not None and self.service.is_own(url)

    def __str__(self) -> str:
        """How the history calls it."""
        return str(self.service) if self.service else "offline"


def choose(server: object, key: object) -> Choice:
    """Read a project's `server` and `key`.

    The key of this machine is for fal's own hosts. A server of one's own gets the key that was given, or none.

    Whoever calls it keeps neither in a variable: a traceback may show those, and what was given may be a secret.

    Raises:
        InvalidRequest: `server` is none of "auto", "fal", "offline" or an http(s) address, a key would travel in the
            open, or `key` is no text.
        KeyRefused: fal is wanted and there is no key, or it cannot be one.
    """
    choice, problem = _read(server, key)
    del server, key
    if choice is None:
        raise problem or AssertionError("either is there")
    return choice


def _read(server: object, key: object) -> tuple[Choice | None, SeedanceError | None]:
    """The choice, or what is wrong. It raises nothing: the frames of an error would hold what was given."""
    if key is not None and not isinstance(key, (str, Key)):
        shown = type(key).__name__
        return None, InvalidRequest([Problem("key", shown, f"a value of type {shown} is no key; give its text")])
    if not isinstance(server, str):
        shown = type(server).__name__
        return None, InvalidRequest([Problem("server", shown, f"a value of type {shown} is not allowed; {_ALLOWED}")])
    given = Key.given(key) if isinstance(key, str) else key or None
    if server in ("auto", "fal"):
        given = given or find_key()
    if server == "offline" or (server == "auto" and not given):
        return Choice("offline", None, None), None
    problem = None if server in ("auto", "fal") else _address_problem(server, with_key=given is not None)
    if problem is not None:
        return None, problem
    if given and given.problem:
        return None, KeyRefused(given.problem, type="malformed_key")
    if server not in ("auto", "fal"):
        return Choice("url", Service.at(server), given), None
    return (Choice("fal", Service.fal(), given), None) if given else (None, KeyRefused("There is no key for fal."))


def _address_problem(server: str, *, with_key: bool) -> InvalidRequest | None:
    if not _ADDRESS.fullmatch(server) or not is_address(server):
        # What may hold a secret is not shown; a word that is misspelled is.
        shown = repr(server) if re.fullmatch("[A-Za-z]{1,10}", server) else "what was given"
        return InvalidRequest([Problem("server", shown, f"{shown} is not allowed; {_ALLOWED}")])
    if with_key and not server.lower().startswith("https:") and not is_loopback(server):
        shown = "/".join(server.split("/", 3)[:3])
        problem = f"{shown!r} would send your key over the network for everybody to read; give an https address"
        return InvalidRequest([Problem("server", repr(shown), problem)])
    return None


def engine_gone_error() -> SeedanceError:
    return GenerationFailed(
        "The offline engine that was making it has stopped.", next_step="Generate it again; it is free."
    )


class Connection:
    """The calls to the chosen service. The offline engine is started when it is first needed."""

    def __init__(self, choice: Choice, changed: Callable[[], None], tuning: Tuning) -> None:
        self.choice = choice
        self._tuning = tuning
        self.state: State = "idle"
        self.problem: SeedanceError | None = None
        self.prices = Prices()
        self.retired: frozenset[str] = frozenset()
        """Endpoint ids that the service calls deprecated or does not know any more. Only to warn of."""
        self._changed = changed
        self.engine: OfflineServer | None = None
        """The offline engine, once it was needed."""
        self._fal: Fal | None = None
        self._old_clients: list[Fal] = []
        """Those to an address that the offline engine had. Calls are on their way there, which end by themselves."""
        self._opening = asyncio.Lock()
        self._news: asyncio.Task[None] | None = None
        self._news_due = -math.inf

    async def open(self) -> Fal:
        """The client for the service.

        Raises:
            ServiceUnavailable: the offline engine does not start.
            SeedanceError: the proxy or the certificates that the environment names cannot be used.
        """
        async with self._opening:
            if self._fal is None or (self.engine is not None and self.engine.pid is None):  # it has died
                try:
                    self._fal = await self._connect()
                except SeedanceError as error:
                    self.say("unreachable", error)
                    raise
                self.say("ready")
        if not self.choice.free and self._tuning.clock() >= self._news_due:
            self._news_due = self._tuning.clock() + self._tuning.news_keeps
            self._news = asyncio.create_task(self._read_news(self._fal.platform))
        return self._fal

    async def _read_news(self, platform: Platform) -> None:
        """Read the prices and what is retired. Without an answer, what is known stays. Never raises."""
        ids = [endpoint.id for endpoint in catalog.ENDPOINTS]
        prices, statuses = await asyncio.gather(platform.prices(ids), platform.statuses(ids), return_exceptions=True)
        if not isinstance(prices, BaseException):
            self.prices.learn(prices, datetime.now(UTC).date().isoformat())
        if not isinstance(statuses, BaseException):
            self.retired = frozenset(id for id in ids if statuses.get(id, "deprecated") == "deprecated")
        if any(isinstance(news, Exception) and not isinstance(news, NoRecords) for news in (prices, statuses)):
            self._news_due = self._tuning.clock() + self._tuning.news_retry
        self._changed()

    async def _connect(self) -> Fal:
        if self.choice.service is not None:
            return Fal(self.choice.service, self.choice.key)
        self.say("starting")
        self.engine = self.engine or OfflineServer()
        await asyncio.to_thread(self.engine.start)
        service = Service.at(self.engine.url, "offline")
        if self._fal is not None:
            if self._fal.service == service:
                return self._fal
            self._old_clients.append(self._fal)
        return Fal(service, Key(self.engine.key))

    @property
    def forgets(self) -> bool:
        """Whether what the service does not know may have been asked of an offline engine that died."""
        return self.engine is not None and self.engine.deaths > 0

    def say(self, state: State, problem: SeedanceError | None = None) -> None:
        """Note how the service is, for whoever shows it."""
        if (state, problem) != (self.state, self.problem):
            self.state, self.problem = state, problem
            self._changed()

    async def close(self) -> None:
        if self._news is not None:
            self._news.cancel()
            await asyncio.wait([self._news])
        for client in (*self._old_clients, self._fal):
            if client is not None:
                await client.close()
        if self.engine is not None:
            await asyncio.to_thread(self.engine.close)
