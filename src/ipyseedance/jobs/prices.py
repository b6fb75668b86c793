"""What generations cost: fal's live prices where the key may read them, else the built-in table."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from ..contract import catalog
from ..contract.endpoint import Endpoint
from ..contract.requests import VideoRequest
from ..fal.platform import UnitPrice
from ..store.record import BILLED, LARGEST_COST, PERSON, Record

_WIDEST = 10.0
"""A price further than that from the expected one, as a factor, is a misread unit rather than a price; so is a bill
that is as far below."""
_UNIT = re.compile(
    r"(?:per )?(?P<count>\d[\d,]*(?:\.\d+)?)? ?(?P<scale>k|thousand|m|million|b|billion)? ?"
    r"(?:video |output |generated )*(?P<what>token|second|sec|video|clip|request|generation)s?"
    r"(?: of (?:output |generated )*video)?"
)
_SCALES = {None: 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9}


class Prices:
    """The prices of one project.

    fal's platform tells one price an endpoint and not how it depends on what is asked. It is read as the price of a
    request's defaults (720p, with sound): silent clips, and other sizes when the unit is not a token, keep the ratio
    the table has. fal's own per-second prices for other Seedance models follow that ratio.

    The table stays in use for a price in another currency than USD, in a unit that is neither tokens, seconds of video
    nor videos, or more than ten times above or below the table's.
    """

    def __init__(self) -> None:
        self._told: Mapping[str, UnitPrice] = {}
        self._ratios: Mapping[str, float] = {}
        """Live price over table price, by endpoint id."""
        self._day = ""

    @property
    def live(self) -> bool:
        """Whether each price that is known was read from the service; otherwise some are the built-in table's."""
        return all(endpoint.id in self._ratios for endpoint in catalog.ENDPOINTS if endpoint.price is not None)

    @property
    def as_of(self) -> str:
        """The day the prices in use are of, in UTC and as ISO writes it: the table's, unless they are live."""
        return self._day if self.live else min(price.as_of for e in catalog.ENDPOINTS if (price := e.price) is not None)

    def estimate(self, request: VideoRequest) -> float:
        """US dollars the request is expected to cost at fal, to the nano-dollar.

        Raises:
            InvalidRequest: the price is not known; `known` gives None then.
        """
        return catalog.known_price(catalog.endpoint_for(request), self.known(request))

    def known(self, request: VideoRequest) -> float | None:
        """The same; None where the price is not known."""
        endpoint = catalog.endpoint_for(request)
        dollars = endpoint.estimate(request)
        return None if dollars is None else round(dollars * self._ratios.get(endpoint.id, 1.0), 9)

    def settle(self, record: Record, billable_units: float | None) -> tuple[float | None, str | None]:
        """What a completed generation cost, in US dollars, and where that figure comes from.

        "billed": what the account's billing said already; else the units the service says it billed, at its price,
        however far that is above the estimate; of one clip at most `LARGEST_COST` is counted. "estimate": what was
        reserved, where it tells no units or no price in USD, or where the two come to less than a tenth of it: a unit
        that was misread must not make room in a budget. "person": what somebody said it cost, where the service says
        nothing. "free": the offline engine made it. None for both where nobody says, and no price was known.

        What was billed may be more than was reserved, so a budget holds for estimates: spending may pass it by that
        difference, and nothing more is sent then. A bill above 1.5 times the estimate holds its run too.
        """
        if record.free:
            return 0.0, "free"
        if record.cost_source == BILLED and record.cost is not None:
            return record.cost, BILLED
        price, units = self._told.get(record.endpoint), billable_units
        if price is not None and price.currency == "USD" and units is not None and math.isfinite(units):
            billed = credible_dollars(units * price.amount, record)
            if billed is not None:
                return billed, BILLED
        if record.cost_source == PERSON and record.cost is not None:
            return record.cost, PERSON
        return (None, None) if record.price is None else (record.estimate, "estimate")

    def learn(self, told: Mapping[str, UnitPrice], day: str) -> None:
        """Use these prices, by endpoint id, read on that day (UTC, ISO), and none learnt before."""
        ratios = {e.id: _ratio(e, told[e.id]) for e in catalog.ENDPOINTS if e.id in told}
        self._told, self._day = told, day
        self._ratios = {id: ratio for id, ratio in ratios.items() if ratio is not None}


def _ratio(endpoint: Endpoint, price: UnitPrice) -> float | None:
    """A live price over the table's, or None where it cannot be understood or believed."""
    unit = _UNIT.fullmatch(re.sub(r"[\s_-]+", " ", price.unit).strip().lower())
    if unit is None or price.currency != "USD" or endpoint.price is None:
        return None
    size = float((unit["count"] or "1").replace(",", "")) * _SCALES[unit["scale"]]
    usual = endpoint.usual
    amounts = {"token": usual.tokens, "second": usual.seconds, "sec": usual.seconds}
    amount, table = amounts.get(unit["what"], 1), endpoint.price.dollars(usual)
    if amount is None or not table:  # its sizes are not known, and it goes by them
        return None
    live, table = price.amount * amount, size * table
    return live / table if _believable(live, table) else None


def credible_dollars(dollars: float, record: Record) -> float | None:
    """What is counted of a bill in US dollars, or None where it is none that can be believed."""
    return min(dollars, LARGEST_COST) if dollars > 0 and dollars >= record.estimate / _WIDEST else None


def _believable(figure: float, expected: float) -> bool:
    return expected / _WIDEST <= figure <= expected * _WIDEST and figure > 0
