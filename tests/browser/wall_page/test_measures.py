"""What is known of the clips stands under them, colours them, and makes them equally loud."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.rig import axe

from .driver import WallPage

VOLUMES = """Object.fromEntries(
    [...document.querySelectorAll(".wl-tile")].map((t) => [t.dataset.gid, t.querySelector("video").volume]))"""
MINUS = "\N{MINUS SIGN}"
# As the scene's `measures` has them: each third has no sound, clip 5 is not measured.
LOUDNESS = {1: -21, 2: -17, 4: -18, 7: -24, 8: -20, 10: -21, 11: -17}


def test_measures_and_waveform_stand_under_each_clip(wall: WallPage) -> None:
    wall.open("sweep")
    expect(wall.tile(2).locator(".wl-figures")).to_have_text(f"start 0.978motion 18.0{MINUS}17.0 LUFS")
    expect(wall.tile(5).locator(".wl-figures")).to_have_text("not measured yet")
    (asked,) = wall.wait_for("waves")
    assert asked["gids"] == list(range(1, 13))
    bars = wall.tile(2).locator(".wl-wave path")
    expect(bars).to_have_attribute("d", re.compile(r"^(M[\d.]+ [\d.]+V[\d.]+){48}$"))
    expect(wall.tile(3).locator(".wl-wave")).to_have_text("no sound")
    wall.root.get_by_role("button", name="Measures").click()
    wall.root.get_by_role("group", name="Under each clip").get_by_role("button", name="Loudness").click()
    expect(wall.tile(2).locator(".wl-figures")).to_have_text("start 0.978motion 18.0")


def test_the_playhead_is_where_the_clock_is(wall: WallPage) -> None:
    wall.open("plain")
    wall.root.get_by_label("Position").fill("60")
    wall.rest()
    for gid, part in ((1, 0.5), (4, 0.625)):  # the fourth lasts four seconds
        box, head = (wall.tile(gid).locator(s).bounding_box() for s in (".wl-wave", ".wl-playhead"))
        assert box
        assert head
        assert (head["x"] - box["x"]) / box["width"] == pytest.approx(part, abs=0.01)


def test_a_measure_colours_the_clips(wall: WallPage) -> None:
    wall.open("sweep")
    wall.press("h", "h", "h")
    expect(wall.root.get_by_role("status").last).to_have_text("Coloured by motion, 5.0 %/s to 26.0 %/s.")
    expect(wall.root.locator(".wl-legend")).to_contain_text("5.0")
    expect(wall.root.locator(".wl-legend")).to_contain_text("26.0 %/s")
    expect(wall.root.locator(".wl-legend")).to_contain_text("How far the picture's parts move")
    expect(wall.tile(1).locator(".wl-heat b")).to_have_text("11.0 %/s")
    expect(wall.tile(5).locator(".wl-heat b")).to_have_text("n/a")
    colours = wall.page.evaluate(
        "[7, 1, 10].map((gid) => document.querySelector(`[data-gid='${gid}'] .wl-heat`).style.backgroundColor)"
    )
    # The lowest, between, and the highest.
    assert colours[0] == "rgb(0, 44, 92)"
    assert colours[2] == "rgb(221, 202, 88)"
    assert len(set(colours)) == 3
    wall.root.get_by_role("button", name="No colours").click()
    expect(wall.root.locator(".wl-heat")).to_have_count(0)
    wall.root.get_by_role("button", name="Measures").click()
    wall.root.get_by_label("Colour by").select_option("Loudness")
    expect(wall.tile(3).locator(".wl-heat b")).to_have_text("n/a")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_colours(wall: WallPage, theme: str) -> None:
    wall.open("sweep", theme=theme)
    wall.root.get_by_role("button", name="Measures").click()
    wall.root.get_by_label("Colour by").select_option("Motion")
    assert axe.violations(wall.page, ".sd-wall") == []


def test_clips_are_heard_at_one_loudness(wall: WallPage) -> None:
    wall.open("sweep")
    wall.press(".")
    wall.rest()
    assert set(wall.page.evaluate(VOLUMES).values()) == {1}
    wall.press("l")
    expect(wall.root.get_by_role("status").last).to_have_text(
        f"Every clip at {MINUS}24.0 LUFS, as loud as the quietest here."
    )
    softest = min(LOUDNESS.values())
    expected = {str(gid): 10 ** ((softest - LOUDNESS.get(gid, softest)) / 20) for gid in range(1, 13)}
    assert wall.page.evaluate(VOLUMES) == pytest.approx(expected)
    wall.tile(2).focus()
    wall.press("m")
    expect(wall.root.get_by_role("status").last).to_have_text(f"Hearing fox · seed 1 alone, {MINUS}7.0 dB.")
    expect(wall.tile(2).locator(".wl-badge[data-tone=solo]")).to_have_text(f"solo{MINUS}7.0 dB")
    wall.root.get_by_label("Volume").fill("0.5")
    assert wall.page.evaluate(VOLUMES)["2"] == pytest.approx(expected["2"] / 2)
    wall.tile(5).focus()
    wall.press("m")
    expect(wall.root.get_by_role("status").last).to_contain_text("not measured yet: as it is")
    wall.root.get_by_role("button", name="Hear all at one loudness").click()
    assert set(wall.page.evaluate(VOLUMES).values()) == {0.5}


def test_a_clip_far_quieter_than_the_others_does_not_take_them_down(wall: WallPage) -> None:
    wall.open("plain")
    wall.page.evaluate(
        """() => {
            const page = lab.kernel.traits._page;
            const cells = page.cells.map((c) => c.gid === 1 ? { ...c, measures: { ...c.measures, loudness: -60 } } : c);
            lab.kernel.set("_page", { ...page, cells });
        }"""
    )
    wall.press(".")
    wall.rest()
    wall.press("l")
    volumes = wall.page.evaluate(VOLUMES)
    assert (volumes["1"], volumes["4"]) == (1, 1)
    assert volumes["2"] == pytest.approx(10 ** (-1 / 20))
    wall.tile(1).focus()
    wall.press("m")
    expect(wall.root.get_by_role("status").last).to_contain_text("far quieter than the others: as it is")
