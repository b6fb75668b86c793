"""One clock: every frame is the one that is meant, and the clips keep together."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.page.clips import BIT, BITS

from .driver import READ_FRAMES, WallPage, expect_in_step


def test_nothing_is_loaded_before_somebody_plays(wall: WallPage) -> None:
    wall.open("plain")
    expect(wall.root.locator("img")).to_have_count(4)
    expect(wall.root.locator("video")).to_have_count(0)
    assert wall.sent("clip") == []


def test_a_step_is_one_frame_both_ways(wall: WallPage) -> None:
    wall.open("plain")
    shown = []
    for key in [*".....", *",,,", "."]:
        wall.press(key)
        wall.rest()
        shown.append(wall.frames())
    assert shown == [[n] * 4 for n in (1, 2, 3, 4, 5, 4, 3, 2, 3)]
    expect(wall.root.locator(".wl-now")).to_contain_text("f 3 / 120")


def test_quick_steps_land_where_the_last_one_says(wall: WallPage) -> None:
    wall.open("plain")
    wall.press(*"." * 17, *"," * 4)
    wall.rest()
    expect(wall.root.locator(".wl-now")).to_contain_text("f 13 /")
    assert wall.frames() == [13] * 4


def test_all_hold_the_same_frame_when_paused(wall: WallPage) -> None:
    wall.open("plain")
    wall.play()
    wall.press("Space")
    wall.rest()
    assert len(set(wall.frames())) == 1
    assert wall.frames()[0] > 0


def test_scrubbing_seeks_to_frames(wall: WallPage) -> None:
    wall.open("plain")
    for frame in (60, 7, 93):
        wall.root.get_by_label("Position").fill(str(frame))
    wall.rest()
    assert wall.frames() == [93] * 4


def test_a_shorter_clip_holds_its_last_frame_and_says_so(wall: WallPage) -> None:
    wall.open("plain")
    wall.root.get_by_label("Position").fill("110")
    wall.rest()
    assert wall.frames() == [110, 110, 110, 95]
    expect(wall.tile(4)).to_contain_text("ended at 4 s")
    expect(wall.tile(1)).not_to_contain_text("ended")
    wall.press("Home")
    wall.rest()
    assert wall.frames() == [0] * 4
    expect(wall.tile(4)).not_to_contain_text("ended")


def test_it_loops_between_two_frames(wall: WallPage) -> None:
    wall.open("plain")
    position = wall.root.get_by_label("Position")
    position.fill("24")
    wall.press("[")
    position.fill("36")
    wall.press("]")
    wall.page.evaluate(
        """() => {
            window.seen = [];
            const video = document.querySelector(".sd-wall video");
            const look = (_now, { mediaTime }) => {
                if (!video.paused) seen.push(Math.round(mediaTime * 24));
                video.requestVideoFrameCallback(look);
            };
            video.requestVideoFrameCallback(look);
        }"""
    )
    wall.root.get_by_role("button", name="Play all").click()
    # Twice back to the beginning.
    wall.page.wait_for_function("() => seen.filter((frame, n) => n && frame < seen[n - 1] - 5).length >= 2")
    seen = wall.page.evaluate("seen")
    # The clock looks once a display frame, and a clip may be some of its own ahead by then.
    assert min(seen) >= 23
    assert max(seen) <= 41
    wall.root.get_by_role("button", name="Loop the whole again").click()
    expect(wall.root.get_by_role("button", name="Loop from here")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("rate", [0.5, 2])
def test_all_go_at_the_speed_asked_for(wall: WallPage, rate: float) -> None:
    wall.open("plain", count=2)
    wall.root.get_by_role("button", name="Speed").click()
    wall.root.get_by_role("menuitem", name=re.compile(rf"^{rate:g}\W$")).click()
    wall.play()
    # One that is out of step goes up to four tenths faster or slower until it is back.
    wall.page.wait_for_function(
        """(rate) => [...document.querySelectorAll(".sd-wall video")]
            .every((video) => Math.abs(video.playbackRate / rate - 1) < 0.11)""",
        arg=rate,
    )


def test_four_clips_stay_within_a_frame_of_each_other(wall: WallPage) -> None:
    wall.open("plain")
    wall.play()
    expect_in_step(wall.page)


@pytest.mark.parametrize("count", [12, 16])
def test_a_full_wall_keeps_playing(wall: WallPage, count: int) -> None:
    wall.page.set_viewport_size({"width": 1280, "height": 1400})
    wall.open("bench", count=count, width=1200)
    wall.play()
    # Each goes on for a second of its own time, however slow the wall has made itself.
    wall.page.wait_for_function(
        """(count) => {
            const videos = [...document.querySelectorAll(".sd-wall video")];
            window.from ??= videos.map((video) => video.currentTime);
            const goesOn = (video, n) => !video.paused && video.currentTime > window.from[n] + 1;
            return videos.length === count && videos.every(goesOn);
        }""",
        arg=count,
        timeout=90_000,
    )


def test_a_clip_that_comes_late_falls_in(wall: WallPage) -> None:
    wall.open("paged")
    wall.play()
    assert wall.root.locator("video").count() <= 16
    wall.press("PageDown")
    wall.page.wait_for_function(
        """() => {
            const tiles = [...document.querySelectorAll(".wl-tile")];
            const videos = tiles.flatMap((tile) => [...tile.querySelectorAll("video")]);
            return tiles[0]?.dataset.gid === "17" && videos.length && videos.every((video) => !video.paused);
        }"""
    )
    assert wall.root.locator("video").count() <= 16


BACKWARD = """([bits, bit]) => {
    window.seen = [];
    const read = READ;
    const look = () => {
        const videos = [...document.querySelectorAll(".sd-wall video")];
        const back = document.querySelector(".wl-step").textContent === "backward";
        if (back && videos.every((video) => video.paused && !video.seeking)) seen.push(read([bits, bit]));
        requestAnimationFrame(look);
    };
    look();
}"""


def test_ping_pong_goes_back_in_step_and_then_on(wall: WallPage) -> None:
    wall.open("plain")
    position = wall.root.get_by_label("Position")
    position.fill("80")
    wall.press("[")
    position.fill("110")
    wall.press("]")
    position.fill("100")
    wall.press("r")
    expect(wall.root.get_by_role("button", name="Ping-pong")).to_have_attribute("aria-pressed", "true")
    wall.page.evaluate(BACKWARD.replace("READ", READ_FRAMES), [BITS, BIT])
    wall.root.get_by_role("button", name="Play all").click()
    wall.page.wait_for_function("() => seen.length && document.querySelector('.wl-step').textContent !== 'backward'")
    # Forward again, to the next turn.
    wall.page.wait_for_function("[...document.querySelectorAll('.sd-wall video')].slice(0, 3).every((v) => !v.paused)")
    seen = wall.page.evaluate("seen")
    # The fourth is shorter: it holds its last frame until its time has come.
    assert all(shown == [shown[0]] * 3 + [min(95, shown[0])] for shown in seen)
    frames = [shown[0] for shown in seen]
    assert frames == sorted(frames, reverse=True)
    assert 105 <= frames[0] <= 110
    assert frames[-1] == 80
    assert len(set(frames)) >= 3
    wall.press("Space")
    wall.rest()
    assert len({*wall.frames()[:3]}) == 1


def test_the_way_back_keeps_the_clocks_rate_and_stops_where_it_is_told(wall: WallPage) -> None:
    wall.open("plain", count=2)
    wall.press("r")
    wall.root.get_by_label("Position").fill("108")
    wall.root.get_by_role("button", name="Play all").click()
    wall.page.wait_for_function("document.querySelector('.wl-step').textContent === 'backward'")
    at = wall.page.evaluate("performance.now()")
    wall.page.wait_for_function("Number(document.querySelector('[aria-label=Position]').value) < 60")
    # 60 frames are two and a half seconds, and one seek at most more.
    assert 2000 < wall.page.evaluate("performance.now()") - at < 4500
    wall.press("Space")
    wall.rest()
    expect(wall.root.get_by_role("button", name="Play all")).to_be_visible()
    held = wall.frames()
    assert held[0] == held[1] == int(wall.root.get_by_label("Position").input_value())


def test_only_the_clip_that_is_heard_keeps_its_pitch(wall: WallPage) -> None:
    """Keeping pitch costs 25 ms each time a rate leaves 1, by which the wall would drift again and again."""
    wall.open("plain")
    wall.play()
    keeps = "[...document.querySelectorAll('.sd-wall video')].map((video) => video.preservesPitch)"
    assert wall.page.evaluate(keeps) == [False] * 4
    wall.press("m")
    wall.page.wait_for_function(f"{keeps}.some(Boolean)")
    assert wall.page.evaluate(f"{keeps}.map((keep, n) => keep === !document.querySelectorAll('video')[n].muted)") == (
        [True] * 4
    )
