"""Filmstrips stand in for clips that are not loaded, and there are never more than sixteen players."""

from __future__ import annotations

from playwright.sync_api import expect

from .driver import WallPage

# Of the canvas within a clip's tile, a fraction of the clip's size.
FILM_FRAME = """(gid) => {
    const film = document.querySelector(`[data-gid='${gid}'] canvas`);
    const g = film.getContext("2d", { willReadFrequently: true });
    let frame = 0;
    for (let n = 0; n < 8; n++) frame = frame * 2 + (g.getImageData(n * 12 + 6, 6, 1, 1).data[0] > 127 ? 1 : 0);
    return frame;
}"""
NO_CLIPS = "() => { lab.kernel.deaf.add('clip'); }"
WATCH_PLAYERS = """() => {
    window.most = 0;
    const count = () => (window.most = Math.max(most, document.querySelectorAll("video").length));
    new MutationObserver(count).observe(document.body, { subtree: true, childList: true });
    count();
}"""


def nearest(frame: int, last: int = 119) -> int:
    """The frame of the tile that stands for a frame."""
    return round(round(frame / last * 23) * last / 23)


def test_pointing_along_a_picture_shows_its_moments_before_any_clip_is_loaded(wall: WallPage) -> None:
    wall.open("plain")
    box = wall.tile(2).locator(".wl-picture").bounding_box()
    assert box
    for part in (0.1, 0.5, 0.98):
        wall.page.mouse.move(box["x"] + box["width"] * part, box["y"] + 60)
        expect(wall.tile(2).locator(".wl-pointed")).to_have_text(f"{part * 5:.1f} s")
        wall.tile(2).locator("canvas").wait_for()
        wall.page.wait_for_function(f"(want) => ({FILM_FRAME})(2) === want", arg=nearest(int(part * 120)))
    assert [message["gid"] for message in wall.sent("film")] == [2]
    assert wall.sent("clip") == []
    wall.page.mouse.move(2, 2)  # on nothing: below this picture there is another
    expect(wall.root.locator("canvas")).to_have_count(0)
    # A clip that stands still in full sharpness is not covered.
    wall.press(".")
    wall.rest()
    wall.page.mouse.move(box["x"] + 90, box["y"] + 60)
    wall.rest()
    expect(wall.root.locator("canvas")).to_have_count(0)


def test_scrubbing_shows_filmstrips_until_the_clips_are_there(wall: WallPage) -> None:
    wall.open("plain")
    wall.page.evaluate(NO_CLIPS)
    wall.root.get_by_label("Position").fill("70")
    expect(wall.root.locator("canvas")).to_have_count(4)
    wall.page.wait_for_function(f"(want) => ({FILM_FRAME})(1) === want", arg=nearest(70))
    wall.root.get_by_label("Position").fill("110")
    wall.page.wait_for_function(f"(want) => ({FILM_FRAME})(1) === want", arg=nearest(110))
    # The shorter one holds its last frame.
    wall.page.wait_for_function(f"(want) => ({FILM_FRAME})(4) === want", arg=95)


def test_a_filmstrip_gives_way_to_its_clip(wall: WallPage) -> None:
    wall.open("plain", count=1)
    wall.page.evaluate(NO_CLIPS)
    wall.root.get_by_label("Position").fill("70")
    expect(wall.root.locator("canvas")).to_have_count(1)
    wall.page.evaluate("lab.kernel.hear()")
    expect(wall.root.locator("canvas")).to_have_count(0)
    wall.rest()
    assert wall.frames() == [70]


def test_there_are_never_more_than_sixteen_players(wall: WallPage) -> None:
    wall.open("paged")
    wall.page.evaluate(WATCH_PLAYERS)
    wall.press(".")
    for page in (17, 33):
        wall.page.wait_for_function("document.querySelectorAll('video').length > 2")
        wall.press("PageDown")
        wall.tile(page).wait_for()
    wall.press("PageUp")
    wall.tile(17).click()
    wall.tile(18).click()
    wall.press("o")
    wall.page.wait_for_function("document.querySelectorAll('.wl-layer video').length === 2")
    wall.press("Escape")
    wall.page.wait_for_function("document.querySelectorAll('video').length > 2")
    assert 2 < wall.page.evaluate("most") <= 16
