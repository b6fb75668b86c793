"""What is typed to confirm a price: it may be of any length, and is no price then."""

from __future__ import annotations

import pytest

from ipyseedance.widgets.permission import Confirmation, PriceQuestion


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "typed", [" " * 100_000, " " * 100_000 + "1.40", "1" * 100_000, "$" * 100_000, "1.40" + " " * 50]
)
def test_a_long_text_is_looked_at_as_quickly_as_a_short_one(typed: str) -> None:
    """Of 20,000 blanks the pattern took 17 seconds, on the thread that watches every job."""
    consent = Confirmation(typed, "needless")
    if typed.startswith("1.40"):
        assert consent.ask(1, 1.40, None)
        return
    with pytest.raises(PriceQuestion):
        consent.ask(1, 1.40, None)


@pytest.mark.parametrize("typed", ["1.40", " $1.40 ", "1,40"])
def test_a_price_is_typed_in_several_ways(typed: str) -> None:
    assert Confirmation(typed, "needless").ask(1, 1.40, None)
