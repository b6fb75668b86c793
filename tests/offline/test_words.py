"""What a prompt's words ask to see."""

from __future__ import annotations

import numpy as np
import pytest

from ipyseedance.offline.engine.scene.colour_words import tint
from ipyseedance.offline.engine.scene.palette import palette_for
from ipyseedance.offline.engine.scene.prompt_reading import Plan, plan_of


def plan(prompt: str, seed: int = 1) -> Plan:
    return plan_of(prompt, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("prompt", "setting", "subject"),
    [
        ("A small boat on a quiet lake", "lake", "boat"),
        ("Underwater, a whale glides over a coral reef, fish in the light", "underwater", "whale"),
        ("A garden of tulips, butterflies", "garden", "butterflies"),
        ("A tram in a rainy street", "street", "tram"),
        ("A steam train crosses the autumn hills", "mountains", "train"),
        ("A cat sleeps on the window sill", "interior", "cat"),
        ("A rocket lifts off", "desert", "rocket"),
        ("Fireworks over the city", "city", "fireworks"),
        ("A couple walks on the beach", "sea", "couple"),
        ("An astronaut before a nebula", "space", "astronaut"),
        ("A golden retriever runs along the beach", "sea", "dog"),
        ("Two huskies", "meadow", "dog"),
        ("An elephant crosses the savanna", "desert", "elephant"),
        ("A tiger in the jungle", "forest", "tiger"),
        ("A grizzly sits down", "forest", "bear"),
        ("Cows on a pasture", "meadow", "cow"),
        ("A surfer rides a huge wave", "sea", "surfer"),
        ("A robot looks up", "city", "robot"),
        ("A dragon over a castle", "mountains", "dragon"),
        ("A dragon over a castle", "mountains", "castle"),
        ("A waterfall, slow motion", "forest", "waterfall"),
        ("An old stone bridge", "lake", "bridge"),
        ("A bridge in the city", "city", "bridge"),
        ("A pagoda in the rain", "garden", "pagoda"),
        ("A ballerina in an empty theater", "theatre", "dancer"),
        ("A lawyer in the courtroom, the jury listens", "court", "person"),
        ("Close-up of a cup of tea, steam rising", "interior", "cup"),
    ],
)
def test_settings_and_subjects_are_found(prompt: str, setting: str, subject: str) -> None:
    found = plan(prompt)
    assert found.setting == setting
    assert subject in found.subjects


def test_a_window_looks_out_on_what_else_is_named() -> None:
    assert plan("Rain on the window of a small room above the city").outside == "city"
    assert plan("She reads in her room").outside, "and on something if nothing is"


def test_lit_windows_do_not_make_a_room() -> None:
    assert plan("A village with lit windows").setting == "meadow"


@pytest.mark.parametrize(
    ("prompt", "not_there"),
    [
        ("A wolf howls", "dog"), ("The stage of a rocket", "theatre"), ("A dandelion", "lion"),
        ("She is bearing a lantern", "bear"), ("At this stage she stops", "theatre"), ("A man", "dancer"),
        ("A german shepherd", "person"), ("A hot dog stand", "dog"), ("The opera house at night", "theatre"),
        ("A tennis court", "court"),
    ],
)  # fmt: skip
def test_words_within_words_are_not_taken(prompt: str, not_there: str) -> None:
    found = plan(prompt)
    assert not_there not in (*found.subjects, found.setting)


def test_in_a_theatre_and_in_court_the_lamps_are_on() -> None:
    assert plan("Late at night, a dancer in a theatre").hour == "day"
    assert plan("Late at night, a lawyer in a courtroom").hour == "day"


def test_what_is_spoken_is_not_seen() -> None:
    assert plan('A man in the desert: "I miss the sea, the sea, the sea"').setting == "desert"


def test_seeds_vary_what_the_words_leave_open_and_nothing_else() -> None:
    plans = [plan("A lighthouse in a storm", seed) for seed in range(12)]
    assert {(found.setting, found.weather, found.subjects) for found in plans} == {
        ("sea", frozenset({"storm"}), ("lighthouse",))
    }
    assert len({found.hour for found in plans}) > 1
    assert len({plan("A clockmaker's secret", seed).setting for seed in range(12)}) > 2


def test_tones_colour_the_palette() -> None:
    plain = palette_for(plan("a lake at noon"), np.random.default_rng(1))
    gray = tint(plain, plan("a lake at noon, black and white").tones)
    assert max(gray.middle) - min(gray.middle) < 0.01 < max(plain.middle) - min(plain.middle)
    teal = tint(plain, plan("a lake at noon, teal light").tones)
    assert teal.horizon[0] < plain.horizon[0]


@pytest.mark.parametrize(
    ("prompt", "mount"),
    [
        ("A knight rides a horse", "horse"), ("A man riding a camel, an elephant behind", "camel"),
        ("A horse gallops", ""), ("A man and a horse", ""), ("A woman rides a bicycle", ""),
        ("A cowboy, a horse", "horse"),
    ],
)  # fmt: skip
def test_who_rides_what(prompt: str, mount: str) -> None:
    assert plan(prompt).mount == mount
