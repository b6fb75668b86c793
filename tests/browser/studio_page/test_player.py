"""Watching a clip and going on from it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.page.clips import plain
from tests.browser.rig.page_log import PageLog

from .driver import StudioPage


def test_the_clip_plays_steps_and_seeks_by_keyboard(studio: StudioPage) -> None:
    studio.open("history")
    video = studio.root.locator("video")
    studio.wait_for_clip()
    assert video.get_attribute("preload") == "metadata"
    assert video.get_attribute("playsinline") is not None
    assert studio.page.evaluate("document.querySelector('video').paused")
    studio.root.locator(".sd-stage").focus()
    studio.page.keyboard.press(".")
    studio.page.keyboard.press(".")
    expect(studio.root.locator(".sd-time")).to_contain_text("f 2")
    studio.page.keyboard.press(",")
    expect(studio.root.locator(".sd-time")).to_contain_text("f 1")
    studio.page.keyboard.press("End")
    expect(studio.root.locator(".sd-time")).to_contain_text("f 47")
    studio.page.keyboard.press("Home")
    studio.page.keyboard.press("Space")
    studio.page.wait_for_function("() => !document.querySelector('video').paused")
    studio.page.keyboard.press("Space")
    studio.page.wait_for_function("() => document.querySelector('video').paused")


def test_an_older_word_of_the_kernel_takes_nobody_back_to_the_clip_before(studio: StudioPage) -> None:
    studio.open("history")
    tiles = studio.root.locator(".sd-tile")
    studio.kernel("kernel.deaf.add('select')")
    for n in (1, 2):
        tiles.nth(n).click()
        expect(tiles.nth(n)).to_have_attribute("aria-current", "true")
    studio.kernel("kernel.set('_selected', kernel.traits._history.rows[1])")  # what the first click asked for
    expect(tiles.nth(2)).to_have_attribute("aria-current", "true")
    expect(tiles.nth(1)).not_to_have_attribute("aria-current", "true")
    studio.kernel("kernel.hear()")
    studio.settle()
    expect(tiles.nth(2)).to_have_attribute("aria-current", "true")
    studio.kernel("kernel.set('_selected', kernel.traits._history.rows[0])")  # by code, or another view
    expect(tiles.nth(0)).to_have_attribute("aria-current", "true")


def test_an_address_that_fails_falls_back_to_the_kernels_bytes(studio: StudioPage, page_log: PageLog) -> None:
    page_log.allow("net::ERR")
    page_log.allow(r"gone\.example")
    studio.open("addressed")
    studio.root.locator(".sd-tile").first.click()
    gid = studio.wait_for("select")[-1]["gid"]
    expect(studio.root.locator("video")).to_have_attribute("src", re.compile("^blob:"))
    assert gid in [message["gid"] for message in studio.sent("clip")]


def test_the_settings_of_a_model_that_is_not_offered_are_not_taken_for_anothers(studio: StudioPage) -> None:
    studio.open("unoffered")
    before = studio.root.get_by_label("Prompt").input_value()
    studio.root.get_by_role("button", name="Reuse settings").click()
    expect(studio.root.get_by_text("fal-ai/veo9/ultra is not offered by this version")).to_be_visible()
    assert studio.root.get_by_label("Prompt").input_value() == before
    assert studio.sent("draft") == []


def test_a_clip_that_cannot_be_had_says_so(studio: StudioPage) -> None:
    studio.open("missing")
    expect(studio.root.locator(".sd-stage-note")).to_contain_text("The clip's file cannot be read")


def test_an_own_clip_starts_by_itself_without_sound(studio: StudioPage) -> None:
    studio.open("empty")
    studio.opened.finish()
    studio.root.get_by_label("Prompt").fill("A fox at dusk")
    studio.generate.click()
    studio.page.wait_for_function(
        "() => { const v = document.querySelector('video'); return v && !v.paused && v.muted; }"
    )
    studio.root.get_by_role("button", name="Muted: click for sound").click()
    assert studio.page.evaluate("document.querySelector('video').muted") is False
    # Not on the page's body, where keys act on the notebook.
    expect(studio.root.locator(".sd-stage")).to_be_focused()
    expect(studio.root.locator(".sd-said")).to_contain_text("Ready: A fox at dusk")


def test_a_clip_that_plays_by_itself_gives_way_to_the_next(studio: StudioPage) -> None:
    studio.open("empty")
    studio.opened.finish()
    for count, prompt in enumerate(("The first", "The second"), 1):
        studio.root.get_by_label("Prompt").fill(prompt)
        studio.generate.click()
        expect(studio.root.locator(".sd-said")).to_contain_text(f"Ready: {prompt}")
        studio.page.wait_for_function("() => document.querySelector('video')?.paused === false")
        assert len(studio.sent("select")) == count


def test_nothing_moves_by_itself_for_those_who_asked_for_calm(studio: StudioPage) -> None:
    studio.page.emulate_media(reduced_motion="reduce")
    studio.open("empty")
    studio.opened.finish()
    studio.root.get_by_label("Prompt").fill("A fox at dusk")
    studio.generate.click()
    video = studio.root.locator("video")
    studio.wait_for_clip()
    expect(video).to_have_js_property("paused", True)


def test_a_clips_settings_come_back_into_the_composer(studio: StudioPage) -> None:
    studio.open("history")
    row = studio.kernel("kernel.traits._selected")
    seed = studio.root.get_by_label("Seed", exact=True)
    studio.root.get_by_role("button", name="Reuse settings").click()
    expect(seed).to_have_value(str(row["seed"]))
    expect(studio.root.get_by_label("Prompt")).to_have_value(row["prompt"])
    expect(studio.generate).to_be_focused()
    studio.root.get_by_role("region", name="Player").get_by_role("button", name="Vary seed").click()
    expect(seed).not_to_have_value(str(row["seed"]))
    expect(seed).to_have_value(re.compile(r"^\d+$"))
    studio.root.get_by_role("button", name="Continue from last frame").click()
    expect(studio.root.get_by_role("radio", name="Image → video")).to_be_checked()
    expect(studio.root.locator("[data-field=image_url]")).to_contain_text("last frame of clip")
    expect(seed).to_have_value("")


def test_code_is_copied_or_shown_where_the_clipboard_is_closed(studio: StudioPage) -> None:
    studio.open("history")
    studio.root.get_by_role("button", name="Copy as").click()
    studio.root.get_by_role("menuitem", name="cURL").click()
    expect(studio.root.locator(".sd-said")).to_contain_text("Copied as cURL.")
    assert studio.page.evaluate("navigator.clipboard.readText()").startswith("curl")
    studio.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('closed')); }")
    studio.root.get_by_role("button", name="Copy as").click()
    studio.root.get_by_role("menuitem", name="Python").click()
    expect(studio.root.get_by_label("Code to copy")).to_have_value(re.compile("^import ipyseedance"))


def test_a_clip_is_downloaded_under_its_name(studio: StudioPage) -> None:
    studio.open("history")
    with studio.page.expect_download() as download:
        studio.root.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename.startswith("clip-")
    assert Path(download.value.path()).read_bytes() == plain().read_bytes()
