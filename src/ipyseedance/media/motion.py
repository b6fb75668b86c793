"""How much moves from frame to frame, and what of the light's change motion does not explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SIDE = 96
"""Pixels of the shorter side of the luma pictures that are compared."""
_BLOCK = 8
_REACH = 4
"""How far the search goes at half size, so twice that at full size, and a pixel more in the fine search."""
_MARGIN = 2 * _REACH + 2
SMALLEST = 2 * _MARGIN + _BLOCK
"""Pixels of the shorter side below which there is no block to compare."""
_WORTH = 1.0
"""Levels a pixel by which a match must beat standing still: less is noise."""
_FAR = 0.25
"""And beat another for each pixel it is farther off: along an edge all places look alike."""
_WEAK = 0.5
"""Levels a pixel of gradient below which a block tells little about a part of a pixel."""


@dataclass(frozen=True)
class Step:
    """From one frame to the next.

    `motion`: the mean length of the blocks' moves, in heights of the picture. `light`: the median change of the blocks'
    luma along their moves, in levels of 255. `rest`: what the moves do not explain, the mean absolute difference of
    the luma of matched blocks, in levels of 255.
    """

    motion: float
    light: float
    rest: float


class Blocks:
    """Compares luma pictures of one size by blocks of 8 x 8 pixels, each looked for within 8 pixels all around.

    The outermost 10 pixels are only looked in, so that no move leads out of the picture.

    Args:
        size: width and height.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        width, height = size
        self._height = height
        rows, columns = ((length - 2 * _MARGIN) // _BLOCK for length in (height, width))
        if min(rows, columns) < 1:
            raise ValueError(f"pictures of {width} x {height} pixels hold no block; the least is {SMALLEST} on a side")
        self._grid = (rows, columns)
        tops = _MARGIN + _BLOCK * np.arange(rows)
        lefts = _MARGIN + _BLOCK * np.arange(columns)
        self._tops, self._lefts = (places.ravel() for places in np.meshgrid(tops, lefts, indexing="ij"))
        self._moves = _moves_within(_REACH)
        far = np.hypot(*self._moves.T)
        prices = (_WORTH * (far > 0) + 2 * _FAR * far) * (_BLOCK // 2) ** 2
        self._prices = prices.astype(np.float32)[:, np.newaxis, np.newaxis]

    def step(self, before: Floats, after: Floats) -> Step:
        """What happened between two pictures of shape (height, width) and values 0 to 255."""
        light = np.float32(np.median(after - before))
        even = after - light  # a flash must not look like motion
        moves = self._coarse(_halve(before), _halve(even))
        now = self._blocks(even, self._tops, self._lefts, 1)
        moves, then = self._fine(before, now, moves)
        shift = moves + _solve(self._share(_equations(then, now), moves))
        gone = now[:, 1:-1, 1:-1] + light - then[:, 1:-1, 1:-1]
        return Step(
            motion=float(np.hypot(*shift.T).mean()) / self._height,
            light=float(np.median(gone.mean(axis=(1, 2)))),
            rest=float(np.abs(gone).mean()),
        )

    def _coarse(self, before: Floats, after: Floats) -> NDArray[np.intp]:
        """The best move of each block at half size, in pixels of the full one."""
        rows, columns = self._grid
        block, margin = _BLOCK // 2, _MARGIN // 2
        high, wide = rows * block, columns * block
        now = after[margin : margin + high, margin : margin + wide]
        costs = np.empty((len(self._moves), rows, columns), np.float32)
        for n, (y, x) in enumerate(self._moves):
            gone = np.abs(now - before[margin + y : margin + y + high, margin + x : margin + x + wide])
            costs[n] = gone.reshape(rows, block, columns, block).sum(axis=(1, 3))
        costs += self._prices
        best: NDArray[np.intp] = 2 * self._moves[costs.argmin(axis=0).ravel()]
        return best

    def _fine(self, before: Floats, now: Floats, moves: NDArray[np.intp]) -> tuple[NDArray[np.intp], Floats]:
        """The best of the moves a pixel around, and what the blocks were before it, each with a pixel all around."""
        around = self._blocks(before, self._tops + moves[:, 0], self._lefts + moves[:, 1], 2)
        near = _moves_within(1)
        high = _BLOCK + 2
        candidates = np.stack([around[:, 1 + y : 1 + y + high, 1 + x : 1 + x + high] for y, x in near])
        costs = np.abs(candidates[:, :, 1:-1, 1:-1] - now[:, 1:-1, 1:-1]).sum(axis=(2, 3))
        costs[1:] += (_WORTH + _FAR) * _BLOCK**2
        best = costs.argmin(axis=0)
        return moves + near[best], candidates[best, np.arange(len(best))]

    def _share(self, equations: Floats, moves: NDArray[np.intp]) -> Floats:
        """Each block's equations with those of its eight neighbours that moved alike: a single edge tells but half."""
        rows, columns = self._grid
        own, alike = equations.reshape(-1, rows, columns), moves.reshape(rows, columns, 2)
        total = own.copy()
        for y, x in _moves_within(1)[1:]:
            here = (slice(max(0, -y), rows - max(0, y)), slice(max(0, -x), columns - max(0, x)))
            there = (slice(max(0, y), rows - max(0, -y)), slice(max(0, x), columns - max(0, -x)))
            total[:, *here] += own[:, *there] * (alike[here] == alike[there]).all(axis=2)
        return total.reshape(len(equations), -1)

    @staticmethod
    def _blocks(picture: Floats, tops: NDArray[Any], lefts: NDArray[Any], border: int) -> Floats:
        side = _BLOCK + 2 * border
        found: Floats = sliding_window_view(picture, (side, side))[tops - border, lefts - border]
        return found


def _equations(then: Floats, now: Floats) -> Floats:
    """What the part of a pixel by which each block moved besides must fulfil, by least squares (Lucas and Kanade).

    Shape (5, blocks): sums over the block of the gradients' products xx, yy, xy, and of the gradients times the change.
    """
    both = (then + now) / 2
    across = (both[:, 1:-1, 2:] - both[:, 1:-1, :-2]) / 2
    down = (both[:, 2:, 1:-1] - both[:, :-2, 1:-1]) / 2
    gone = (now - then)[:, 1:-1, 1:-1]
    products = ((across, across), (down, down), (across, down), (across, gone), (down, gone))
    return np.stack([(one * other).sum(axis=(1, 2)) for one, other in products])


def _solve(equations: Floats) -> Floats:
    """The parts, (down, right); what noise pretends is damped where the pattern is weak."""
    xx, yy, xy, xt, yt = equations
    damping = np.float32(_WEAK**2 * _BLOCK * _BLOCK)
    xx, yy = xx + damping, yy + damping
    area = xx * yy - xy * xy
    return np.stack(((xx * yt - xy * xt) / area, (yy * xt - xy * yt) / area), axis=1).clip(-1, 1)


def _moves_within(reach: int) -> NDArray[np.intp]:
    """All moves of up to so many pixels, (down, right), the shortest first.

    Of equal matches the first is taken: standing still, for a block without a pattern.
    """
    far = range(-reach, reach + 1)
    return np.array(sorted(((y, x) for y in far for x in far), key=lambda move: move[0] ** 2 + move[1] ** 2))


def _halve(picture: Floats) -> Floats:
    high, wide = (length // 2 * 2 for length in picture.shape)
    even = picture[:high, :wide]
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) * np.float32(0.25)
