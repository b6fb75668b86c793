"""The sound of a clip: loud enough, the same every time, and what its place sounds like."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ipyseedance.offline.engine.encode import SAMPLE_RATE
from ipyseedance.offline.engine.scene.prompt_reading import plan_of
from ipyseedance.offline.engine.shot import Shot
from ipyseedance.offline.engine.sound import soundtrack
from ipyseedance.offline.engine.sound.ambience import ambience, audible_rows
from ipyseedance.offline.engine.sound.mix import CEILING, limits, loudness, master
from ipyseedance.offline.engine.sound.place_sounds import BY_NIGHT, COVERS, DRY, ROWS, SETTINGS, WEATHER
from ipyseedance.offline.engine.sound.shaped_noise import SIZE, frames_for, noise, spectrum
from ipyseedance.offline.engine.sound.short_sounds import GRAINS
from ipyseedance.offline.engine.sound.tones import add, decay, double_rate, sweep, tone

from .sounds import Floats, courses, decibels, heard_in, meter, power, share

MIXES = [
    ("waves on a beach", 4), ("fireworks over the city", 4), ("a storm at sea, thunder and lightning", 4), ("a", 4),
    ('a man whispers "Go."', 4), ('rain, jazz, a woman says "Come in, it is late." and he shouts "No!"', 5),
    ("campfire at night, no music", 4), ("deep space", 4), ("techno, a race car passes", 4), ("soft piano", 12),
]  # fmt: skip


@pytest.mark.parametrize(("prompt", "seconds"), MIXES)
def test_every_mix_is_at_minus_16_lufs_and_never_clips(prompt: str, seconds: int) -> None:
    sound = heard_in(prompt, seconds)
    assert sound.shape == (2, seconds * SAMPLE_RATE)
    assert sound.dtype == np.float32
    measured = meter(sound)
    assert measured.loudness == pytest.approx(-16, abs=0.5)
    assert measured.peak is not None
    assert measured.peak <= -1
    assert np.abs(sound[:, [0, -1]]).max() < 0.002, "it fades in and out"
    assert not np.array_equal(sound[0], sound[1])


def test_the_same_shot_sounds_the_same_also_in_threads() -> None:
    shot = Shot('rain, piano, he says "Stay."', 7, (864, 496), 24, 4)
    once = soundtrack(shot)
    with ThreadPoolExecutor(4) as pool:
        assert all(np.array_equal(once, again) for again in pool.map(soundtrack, [shot] * 4))
    assert not np.array_equal(once, soundtrack(Shot(shot.prompt, 8, shot.size, 24, 4)))


def place(*names: str, seconds: int = 5) -> Floats:
    return ambience(dict.fromkeys(names, 0.0), np.random.default_rng(5), seconds * SAMPLE_RATE)


def test_rain_is_broad() -> None:
    bands = [decibels(power(place("rain"), low, 2 * low)) for low in (500, 1000, 2000, 4000, 8000)]
    assert max(bands) - min(bands) < 14


def test_a_drone_is_low() -> None:
    assert share(place("drone"), 0, 300) > 0.98


def test_underwater_is_dull() -> None:
    assert share(place("underwater"), 0, 1200) > 0.95


def test_birds_sing_between_2_and_8_khz() -> None:
    assert share(place("birds"), 2000, 8000) > 0.9
    sung, leaves = courses(place("birds", "breeze"), 2500, 6500), courses(place("breeze"), 2500, 6500)
    assert np.quantile(sung, 0.9) - np.median(leaves) > 20


def test_crickets_chirp_above_4_khz() -> None:
    assert share(place("crickets"), 4000, 5200) > 0.75


def test_waves_come_and_go() -> None:
    sea = courses(place("waves", seconds=12), 400, 3000, 0.25)
    assert sea.max() - sea.min() > 10
    steady = courses(place("rain", seconds=12), 400, 3000, 0.25)
    assert steady.max() - steady.min() < 7


def test_fire_crackles() -> None:
    fire, wind = place("fire"), place("wind")
    crests = [float(np.abs(sound).max() / sound.std()) for sound in (fire, wind)]
    assert crests[0] > 2 * crests[1]


def test_traffic_rumbles_and_wind_howls_higher() -> None:
    assert share(place("traffic"), 30, 300) > 0.5
    assert share(place("wind"), 250, 1200) > share(place("traffic"), 250, 1200)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_sounds_on_both_sides(name: str) -> None:
    sound = place(name)
    levels = [decibels(float(np.mean(channel**2))) for channel in sound]
    assert min(levels) > -60
    assert abs(levels[0] - levels[1]) < 10
    assert np.abs(sound).max() < 8


@pytest.mark.parametrize("name", GRAINS)
def test_grains_are_short_and_end_quietly(name: str) -> None:
    grain = GRAINS[name](np.random.default_rng(2))
    assert 0.3 < np.abs(grain).max() < 2.5
    assert grain.size <= 3 * SAMPLE_RATE
    assert np.abs(grain[-8:]).max() < 0.1


def names(prompt: str, seed: int = 3, *, drawn: bool = True) -> set[str]:
    return set(audible_rows(prompt, plan_of(prompt, np.random.default_rng(seed)), drawn=drawn))


def test_tables_name_rows_that_exist() -> None:
    named = {n for table in (SETTINGS, WEATHER, BY_NIGHT, COVERS) for row in table.values() for n in row}
    assert named | set(COVERS) | DRY <= set(ROWS)
    assert {scatter.grain for row in ROWS.values() for scatter in row.scatters} == set(GRAINS)


@pytest.mark.parametrize(
    ("prompt", "wanted", "unwanted"),
    [
        ("a beach at noon", {"waves"}, {"birds", "rain"}),
        ("a forest at noon", {"birds", "leaves"}, {"crickets", "owl"}),
        ("a forest at night", {"crickets", "owl"}, {"birds"}),
        ("rain in the forest at noon", {"rain"}, {"birds", "leaves"}),
        ("rain in the forest at noon, birds sing", {"rain", "birds"}, {"leaves"}),
        ("a city street, sirens far away", {"traffic", "siren"}, {"birds"}),
        ("a city street without traffic", set(), {"traffic"}),
        ("a fox in the forest at noon, no birds", {"leaves"}, {"birds"}),
        ("a storm at sea", {"storm", "waves"}, {"rain", "gulls", "wind"}),
        ("deep space", {"drone"}, {"breeze", "wind"}),
        ("an underwater reef", {"underwater"}, {"waves", "gulls"}),
        ("a bonfire on the beach at night", {"fire", "waves"}, {"gulls"}),
        ("a rainbow over a meadow, she waves at us", set(), {"waves"}),
        ('she says "listen to the birds and the rain" in the city', {"traffic"}, {"birds", "rain"}),
    ],
)
def test_what_is_heard(prompt: str, wanted: set[str], unwanted: set[str]) -> None:
    found = names(prompt)
    assert wanted <= found
    assert not unwanted & found


def test_of_a_given_frame_only_the_prompt_tells_the_place() -> None:
    assert names("she turns around, push in", drawn=False) == {"breeze"}
    assert "waves" in names("the sea behind her", drawn=False)
    assert "rain" in names("it rains", drawn=False)


def test_the_place_steps_back_for_what_the_prompt_asks_for() -> None:
    prompt = "a beach, a clock ticks"
    found = audible_rows(prompt, plan_of(prompt, np.random.default_rng(3)), drawn=True)
    assert found["clock"] == 0 > found["waves"]


def signals() -> dict[str, Floats]:
    random, at = np.random.default_rng(1), np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    white = random.normal(0, 0.1, (2, at.size))
    return {
        "noise": white, "low": np.array([0.3 * np.sin(2 * np.pi * 60 * at)] * 2),
        "high": np.array([0.2 * np.sin(2 * np.pi * 7000 * at)] * 2), "one side": white * np.array([[1.0], [0.0]]),
        "bursts": white * (np.sin(2 * np.pi * 0.6 * at) > 0.3), "clicks": white**9 * 1e8,
    }  # fmt: skip


@pytest.mark.parametrize("name", signals())
def test_loudness_agrees_with_the_standard(name: str) -> None:
    samples = signals()[name].astype(np.float32)
    assert loudness(samples) == pytest.approx(meter(samples).loudness, abs=0.1)
    assert loudness(samples * np.float32(0)) == -70


@pytest.mark.parametrize("name", signals())
def test_nothing_passes_the_ceiling(name: str) -> None:
    samples = signals()[name].astype(np.float32)
    gain = 30.0
    assert np.abs(samples * gain * limits(samples, gain)).max() <= CEILING * 1.0001
    done = master(samples.copy())
    assert np.abs(done).max() <= CEILING + 1e-4
    assert np.array_equal(done * 32768, np.rint(done * 32768)), "on a grid of 16 bits"


def test_silence_stays_silent() -> None:
    assert not master(np.zeros((2, 4 * SAMPLE_RATE), np.float32)).any()


def test_painted_noise_has_the_power_that_was_painted() -> None:
    count = 4 * SAMPLE_RATE
    shape = spectrum(((400, 0), (800, 0)))
    painted = np.repeat(shape[None, :] * np.float32(0.04), frames_for(count), axis=0)
    made = noise(np.random.default_rng(1), painted, count)
    assert made.size == count
    assert float(made.std()) == pytest.approx(0.2, rel=0.05)
    assert share(made, 300, 1000) > 0.9
    half = np.concatenate((painted[: len(painted) // 2], painted[len(painted) // 2 :] * 0))
    sound = noise(np.random.default_rng(1), half, count)
    assert np.abs(sound[count // 2 + SIZE :]).max() == 0 < np.abs(sound[: count // 2]).max()


def test_tones_and_decays() -> None:
    at = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    assert tone(1000, SAMPLE_RATE) == pytest.approx(np.sin(2 * np.pi * 1000 * at), abs=0.001)
    glide = sweep(np.linspace(500, 1500, SAMPLE_RATE))
    assert share(glide[: SAMPLE_RATE // 4], 490, 770) > 0.9
    falling = decay(SAMPLE_RATE, 0.5)
    assert (falling[0], falling[SAMPLE_RATE // 2]) == pytest.approx((1, 0.001), rel=0.01)


def test_doubling_the_rate_keeps_the_sound() -> None:
    for hertz in (100, 1000, 8000):
        once, twice = tone(hertz, 24_000, 24_000), tone(hertz, 48_000, 48_000)
        error = double_rate(np.stack((once, once)))[0, 500:-500] - twice[500:-500]
        assert decibels(float(np.mean(error**2)) * 2) < -45, hertz


def test_sounds_are_added_where_they_fit() -> None:
    track = np.zeros((2, SAMPLE_RATE), np.float32)
    click = np.ones(SAMPLE_RATE // 10, np.float32)
    for when in (-0.05, 0.95, 2.0, -3.0):
        add(track, click, when)
    assert track[0, : SAMPLE_RATE // 20].all()
    assert track[0, -SAMPLE_RATE // 20 :].all()
    assert not track[0, SAMPLE_RATE // 10 : -SAMPLE_RATE // 10].any()
    left = np.zeros((2, SAMPLE_RATE), np.float32)
    add(left, click, 0.5, pan=-1.0)
    assert left[0].any()
    assert not left[1].any()
