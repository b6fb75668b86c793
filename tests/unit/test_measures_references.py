"""The measures that others define too, against slow code straight from their definitions, and against others' numbers.

The numbers in `SSIM` and `LOUDNESS` were given by scikit-image 0.26.0 and pyloudnorm 0.2.0 for the same input. Those
two would bring 200 MB of SciPy and more with them; `tests/bench/measures.py` compares anew where they are installed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import Image

from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.media.fingerprint import dhash
from ipyseedance.media.loudness import Meter
from ipyseedance.media.similarity import color_shift, fit, ssim
from tests.bench.measures import PAIRS, SIGNALS, Floats, Pixels, metered

SSIM = {
    "the same": 1.0,
    "a little noise": 0.9731267,
    "much noise": 0.2930493,
    "brighter": 0.9128299,
    "darker": 0.4016936,
    "inverted": -0.5929645,
    "shifted": 0.6228874,
    "black and white": 0.0001,
}
LOUDNESS = {
    "1 kHz": -9.066,
    "100 Hz, stereo": -21.863,
    "30 Hz": -18.038,
    "10 kHz, stereo": -2.713,
    "noise, left louder": -10.631,
    "bursts": -9.533,
    "quiet, then loud": -4.584,
}


@pytest.mark.parametrize("name", PAIRS)
def test_ssim_is_scikit_images(name: str) -> None:
    assert ssim(*PAIRS[name]) == pytest.approx(SSIM[name], abs=1e-6)


@pytest.mark.parametrize("name", PAIRS)
def test_ssim_is_what_wang_and_others_define(name: str) -> None:
    first, second = (picture[20:52, 30:70] for picture in PAIRS[name])
    assert ssim(first, second) == pytest.approx(slow_ssim(first, second), abs=1e-6)


def slow_ssim(first: Pixels, second: Pixels) -> float:
    """Window by window, in double precision."""
    line = np.arange(-5, 6)
    window = np.exp(-(line[:, None] ** 2 + line[None, :] ** 2) / (2 * 1.5**2))
    window /= window.sum()
    found = []
    for top in range(first.shape[0] - 10):
        for left in range(first.shape[1] - 10):
            x, y = (picture[top : top + 11, left : left + 11].astype(float) for picture in (first, second))
            mx, my = (window * x).sum(), (window * y).sum()
            xx, yy = (window * (x - mx) ** 2).sum(), (window * (y - my) ** 2).sum()
            xy = (window * (x - mx) * (y - my)).sum()
            c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
            found.append((2 * mx * my + c1) * (2 * xy + c2) / ((mx**2 + my**2 + c1) * (xx + yy + c2)))
    return float(np.mean(found))


def test_ssim_of_what_cannot_be_compared() -> None:
    for one, other in (((20, 20), (20, 21)), ((10, 20), (10, 20))):
        with pytest.raises(ValueError, match="cannot be compared"):
            ssim(np.zeros(one, np.uint8), np.zeros(other, np.uint8))


@pytest.mark.parametrize("name", SIGNALS)
def test_loudness_is_pyloudnorms(name: str) -> None:
    """Within 0.1 LU. It derives the filters anew, which is 0.04 LU off the standard's own coefficients."""
    assert metered(SIGNALS[name]).loudness == pytest.approx(LOUDNESS[name], abs=0.1)


@pytest.mark.parametrize("name", SIGNALS)
def test_loudness_is_what_bs_1770_defines(name: str) -> None:
    samples = SIGNALS[name][:, : 48000 * 2]
    assert metered(samples).loudness == pytest.approx(slow_loudness(samples), abs=1e-3)


def slow_loudness(samples: Floats) -> float:
    """Sample by sample; channels of weight 1."""
    weighted = []
    for channel in samples:
        values = channel.astype(float).tolist()
        for b, a in (
            ((1.53512485958697, -2.69169618940638, 1.19839281085285), (-1.69065929318241, 0.73248077421585)),
            ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621)),
        ):
            out = [0.0, 0.0]
            padded = [0.0, 0.0, *values]
            for n in range(2, len(padded)):
                was = b[0] * padded[n] + b[1] * padded[n - 1] + b[2] * padded[n - 2]
                out.append(was - a[0] * out[n - 1] - a[1] * out[n - 2])
            values = out[2:]
        weighted.append(np.array(values))
    starts = range(0, samples.shape[1] - 19200 + 1, 4800)
    powers = [sum(float((channel[n : n + 19200] ** 2).mean()) for channel in weighted) for n in starts]
    loud = [power for power in powers if level(power) > -70]
    gate = level(sum(loud) / len(loud)) - 10
    loud = [power for power in loud if level(power) > gate]
    return level(sum(loud) / len(loud))


def level(power: float) -> float:
    return -0.691 + 10 * math.log10(power) if power else -math.inf


def test_what_each_channel_weighs() -> None:
    """Surrounds 1.5 dB more, low effects nothing: BS.1770-4, table 3."""
    tone = SIGNALS["1 kHz"][:1]
    alone = {name: Meter([name]) for name in ("FL", "FC", "BL", "SR", "LFE")}
    for meter in alone.values():
        meter.feed(tone)
    front = alone["FL"].loudness
    assert front is not None
    assert alone["FC"].loudness == front
    assert alone["BL"].loudness == alone["SR"].loudness == pytest.approx(front + 1.49, abs=0.01)
    assert alone["LFE"].loudness is None


def test_silence_and_what_is_too_short() -> None:
    silent, short = metered(np.zeros((2, 96000), np.float32)), metered(SIGNALS["1 kHz"][:, :19000])
    assert (silent.loudness, silent.peak) == (None, None)
    assert short.loudness is None
    assert short.peak == pytest.approx(20 * math.log10(0.5), abs=0.01)
    assert Meter(["FL"]).loudness is None


def test_the_pieces_sound_comes_in_do_not_matter() -> None:
    samples = SIGNALS["bursts"]
    assert metered(samples, piece=777).loudness == pytest.approx(metered(samples, piece=10**6).loudness, abs=1e-9)


def test_colour_shift_of_known_colours() -> None:
    """sRGB's primaries in CIE L*a*b* under D65, as Lindbloom's calculator gives them."""
    lab = {"white": (100, 0, 0), "black": (0, 0, 0), "red": (53.24, 80.09, 67.20), "lime": (87.74, -86.18, 83.18)}
    for one, of_one in lab.items():
        for other, of_other in lab.items():
            shift = color_shift(Image.new("RGB", (20, 20), one), Image.new("RGB", (20, 20), other))
            assert shift == pytest.approx(math.dist(of_one, of_other), abs=0.05)


def test_a_picture_is_cut_about_its_centre() -> None:
    stripes = np.repeat(np.arange(0, 200, 10).astype(np.uint8), 20)  # 400 wide
    picture = Image.fromarray(np.broadcast_to(stripes, (300, 400)).copy())
    cut = np.asarray(fit(picture, (100, 300)).convert("L"))
    assert cut.shape == (300, 100)
    assert (int(cut[150, 5]), int(cut[150, 95])) == (70, 120)
    assert fit(picture.rotate(90, expand=True), (160, 90)).size == (160, 90)


def test_a_picture_of_any_size_is_fitted_to_a_clip_of_any_size() -> None:
    """No rounding lays the part that is cut out a hair outside the picture."""
    for size in ((4000, 3000), (3000, 4000), (1179, 2556), (1001, 999)):
        picture = Image.new("L", size)
        for width, height in ENDPOINTS[0].sizes["1080p"].values():
            assert fit(picture, (width, height)).size == (width, height)


def test_a_hash_bit_by_bit() -> None:
    rows = [[n * 20 if row % 2 else 200 - n * 20 for n in range(9)] for row in range(8)]
    assert dhash(Image.fromarray(np.array(rows, np.uint8))) == "00ff" * 4
    assert dhash(Image.new("L", (90, 80), 128)) == "0" * 16
