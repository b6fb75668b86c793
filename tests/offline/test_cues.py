"""What is seen and heard at once."""

from __future__ import annotations

import numpy as np
import pytest

from ipyseedance.offline.engine.cues import STRIDE_SECONDS, Cue, cues_of, fireworks, haste, lightning
from ipyseedance.offline.engine.encode import SAMPLE_RATE
from ipyseedance.offline.engine.scene.palette import palette_for
from ipyseedance.offline.engine.scene.prompt_reading import plan_of
from ipyseedance.offline.engine.scene.silhouettes import STEPS, Ink, person
from ipyseedance.offline.engine.sound.foley import FOLEY, foley

from .sounds import decibels


def cues(prompt: str, seconds: float = 5, seed: int = 3, *, drawn: bool = True) -> tuple[Cue, ...]:
    found = cues_of(prompt, plan_of(prompt, np.random.default_rng(seed)), seconds, seed, drawn=drawn)
    assert [cue.time for cue in found] == sorted(cue.time for cue in found)
    assert all(cue.time < seconds and cue.kind in FOLEY and abs(cue.pan) <= 1 for cue in found)
    return found


def test_feet_are_heard_when_they_are_farthest_apart() -> None:
    random = np.random.default_rng(3)
    plan = plan_of("a man walks in a meadow at noon", random)
    poses = person(Ink.of(palette_for(plan, random), plan.hour), 200)
    widths = list[int]()
    for pose in poses:
        feet = np.flatnonzero(np.asarray(pose, np.uint8)[-24:, :, 3].max(axis=0))
        widths.append(int(np.ptp(feet)))
    steps = cues("a man walks in a meadow at noon")
    assert len(steps) == pytest.approx(5 / STRIDE_SECONDS * 2, abs=1)
    hurried = cues("a man runs in a meadow at noon")
    assert haste("a man runs in a meadow at noon") * hurried[0].time == pytest.approx(steps[0].time)
    assert len(hurried) > 2 * len(steps) - 1
    for step in steps:
        shown = int((step.time + 0.001) * STEPS / STRIDE_SECONDS) % STEPS
        assert widths[shown] == max(widths)


@pytest.mark.parametrize(
    ("prompt", "kinds"),
    [
        ("a woman in the snowy mountains", {"step snow"}), ("a man in the desert", {"step sand"}),
        ("a detective in a city street", {"step"}), ("a horse in a meadow", {"hoof"}), ("a quiet lake", set()),
        ("a man in a rowing boat on a lake", {"oar"}), ("an astronaut in space, he waves", set()),
        ("a storm over the sea", {"thunder"}), ("fireworks over the bay", {"firework"}),
        ("a train in the mountains", {"train"}), ("knocking on a door, typing", {"knock", "key"}),
        ('a quiet lake. "Explosion!"', set()),
    ],
)  # fmt: skip
def test_what_happens(prompt: str, kinds: set[str]) -> None:
    assert {cue.kind for cue in cues(prompt)} == kinds


def test_who_rides_surfs_or_speaks_to_the_camera_takes_no_steps() -> None:
    assert kinds("A man rides a horse in a meadow") == {"hoof"}
    assert kinds("A man surfs on a surfboard at sea") == set()
    assert kinds('A man in a meadow says "I stay."') == set()
    assert kinds("A man in a meadow") == {"step"}


def kinds(prompt: str) -> set[str]:
    return {cue.kind.split()[0] for cue in cues(prompt)}


def test_given_frames_show_no_walker_of_ours() -> None:
    assert not cues("a man in the desert", drawn=False)
    assert {cue.kind for cue in cues("a man in the desert, footsteps", drawn=False)} == {"step sand"}


def test_thunder_follows_lightning() -> None:
    flashes, claps = lightning(3), [cue.time for cue in cues("a storm over the sea", 12)]
    assert len(claps) >= 8
    for clap in claps:
        assert any(0.3 < clap - flash < 1.2 for flash in flashes)
    assert lightning(4) != flashes


def test_fireworks_burst_all_over_the_sky() -> None:
    bursts = fireworks(5)
    assert fireworks(5) == bursts != fireworks(6)
    assert min(cue.pan for cue in bursts) < -0.3 < 0.3 < max(cue.pan for cue in bursts)


@pytest.mark.parametrize("kind", FOLEY)
def test_each_kind_begins_at_its_time(kind: str) -> None:
    sound = foley((Cue(1.0, kind),), np.random.default_rng(1), 3 * SAMPLE_RATE)
    assert not sound[:, :SAMPLE_RATE].any()
    after = sound[:, SAMPLE_RATE:]
    assert 0.2 < np.abs(after).max() < 3
    assert decibels(float(np.mean(after**2))) > -50


def test_a_cue_of_the_left_is_heard_on_the_left() -> None:
    sound = foley((Cue(0.5, "step", -0.9),), np.random.default_rng(1), SAMPLE_RATE)
    assert float(np.mean(sound[0] ** 2)) > 5 * float(np.mean(sound[1] ** 2))
