"""The clip somebody chose, writes about or watches stays in the player; a new one waits until they want it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from .driver import StudioPage

BESIDE = "document.activeElement === document.body"


def generated(studio: StudioPage, prompt: str = "A fox at dusk") -> None:
    """Ask for a clip that is ready in a moment, and say what `finish` ends."""
    studio.root.get_by_label("Prompt", exact=True).fill(prompt)
    studio.generate.click()
    studio.wait_for("submit")
    expect(studio.root.get_by_role("article", name=prompt)).to_be_visible()


def finish(studio: StudioPage, prompt: str = "A fox at dusk") -> None:
    """The clip asked for is there now."""
    studio.opened.finish()
    expect(studio.root.locator(".sd-tile").first).to_contain_text(prompt)


def chosen(studio: StudioPage, place: int) -> str:
    """Choose a clip of the history; its prompt."""
    tile = studio.root.locator(".sd-tile").nth(place)
    tile.click()
    return str(studio.root.locator(".sd-prompt-shown").inner_text())


def offer(studio: StudioPage) -> Locator:
    return studio.root.get_by_role("button", name="New clip ready: show")


def test_a_finished_clip_leaves_the_chosen_one_and_what_is_written_of_it(studio: StudioPage) -> None:
    studio.open("history")
    generated(studio)
    prompt = chosen(studio, 4)
    gid = studio.sent("select")[-1]["gid"]
    note = studio.root.get_by_role("textbox", name="Note")
    note.click()
    studio.page.keyboard.type("This fox is too ")
    finish(studio)
    studio.page.keyboard.type("dark and hides")
    expect(note).to_have_value("This fox is too dark and hides")
    expect(note).to_be_focused()
    expect(studio.root.locator(".sd-prompt-shown")).to_have_text(prompt)
    assert len(studio.sent("select")) == 1

    assert offer(studio).evaluate("(button) => button.parentElement.ariaLive") == "polite"
    offer(studio).focus()
    studio.page.keyboard.press("Enter")
    expect(studio.root.locator(".sd-prompt-shown")).to_have_text("A fox at dusk")
    expect(offer(studio)).to_have_count(0)
    expect(studio.root.locator(".sd-stage")).to_be_focused()
    kept = studio.wait_for("judge")
    assert [(one["gid"], one["note"]) for one in kept] == [(gid, "This fox is too dark and hides")]


# A project's first clip is shown by the kernel, before the history tells the page that it was asked for here.
KERNEL_FIRST = """(() => {
  const set = kernel.set.bind(kernel);
  kernel.set = (name, value) => {
    if (name !== "_history" || !value.rows.length) return set(name, value);
    window.tell = () => set(name, value);
  };
})()"""


def tell(studio: StudioPage) -> None:
    """Let the history through, once it is there."""
    studio.page.wait_for_function("() => window.tell")
    studio.page.evaluate("tell()")


def test_the_first_clip_plays_by_itself_though_the_kernel_shows_it_first(studio: StudioPage) -> None:
    studio.open("empty")
    generated(studio)
    studio.kernel(KERNEL_FIRST)
    studio.opened.finish()
    video = studio.root.locator("video")
    expect(video).to_be_visible()
    tell(studio)
    expect(video).to_have_attribute("autoplay", "")
    studio.page.wait_for_function("() => document.querySelector('video').currentTime > 0")
    expect(offer(studio)).to_have_count(0)


def test_a_clip_that_is_shown_already_is_not_offered(studio: StudioPage) -> None:
    studio.open("empty")
    generated(studio)
    studio.kernel(KERNEL_FIRST)
    studio.opened.finish()
    expect(studio.root.locator("video")).to_be_visible()
    studio.root.locator(".sd-stage").click(position={"x": 40, "y": 40})
    tell(studio)
    expect(studio.root.locator(".sd-tile")).to_have_count(1)
    studio.settle()
    expect(offer(studio)).to_have_count(0)
    expect(studio.root.locator("video")).not_to_have_attribute("autoplay", "")


@pytest.mark.parametrize("act", ["choose", "rate", "tag", "seek", "play"])
def test_whatever_somebody_does_with_a_clip_keeps_it_there(studio: StudioPage, act: str) -> None:
    studio.open("history")
    generated(studio)
    if act == "choose":
        chosen(studio, 3)
    elif act == "rate":
        studio.root.get_by_role("button", name="Rate 4 of 5").click()
    elif act == "tag":
        studio.root.get_by_role("combobox", name="Add a tag").fill("keeper")
    elif act == "seek":
        studio.root.get_by_label("Position").press("ArrowRight")
    else:
        studio.wait_for_clip()
        studio.root.get_by_role("button", name="Play").last.click()
    shown = studio.root.locator(".sd-prompt-shown").inner_text()
    finish(studio)
    expect(offer(studio)).to_be_visible()
    expect(studio.root.locator(".sd-prompt-shown")).to_have_text(shown)


def test_a_clip_that_somebody_watches_stays_though_another_was_asked_for_since(studio: StudioPage) -> None:
    studio.open("history")
    studio.wait_for_clip()
    studio.root.get_by_role("button", name="Loop").click()
    studio.root.get_by_role("button", name="Play").last.click()
    shown = studio.root.locator(".sd-prompt-shown").inner_text()
    generated(studio)
    finish(studio)
    expect(offer(studio)).to_be_visible()
    expect(studio.root.locator(".sd-prompt-shown")).to_have_text(shown)


def test_a_new_clip_comes_to_whoever_only_waits_for_it(studio: StudioPage) -> None:
    studio.open("history")
    chosen(studio, 4)
    generated(studio)
    finish(studio)
    expect(studio.root.locator(".sd-prompt-shown")).to_have_text("A fox at dusk")
    expect(offer(studio)).to_have_count(0)
    assert [message.get("auto") for message in studio.sent("select")] == [None, True]


def test_another_pages_new_clip_takes_nobody_away(studio: StudioPage) -> None:
    studio.open("history")
    prompt = chosen(studio, 4)
    studio.settle()
    studio.kernel("kernel.set('_selected', {...kernel.traits._history.rows[0], auto: true})")
    expect(offer(studio)).to_be_visible()
    expect(studio.root.locator(".sd-prompt-shown")).to_have_text(prompt)
    # What somebody chooses there is shown here too, except to whoever is writing.
    studio.kernel("kernel.set('_selected', kernel.traits._history.rows[2])")
    expect(studio.root.locator(".sd-prompt-shown")).not_to_have_text(prompt)
    writing = studio.root.locator(".sd-prompt-shown").inner_text()
    studio.root.get_by_role("textbox", name="Note").fill("Half a th")
    studio.kernel("kernel.set('_selected', kernel.traits._history.rows[5])")
    expect(offer(studio)).to_be_visible()
    expect(studio.root.locator(".sd-prompt-shown")).to_have_text(writing)
    expect(studio.root.get_by_role("textbox", name="Note")).to_be_focused()


def test_two_views_of_a_studio_hold_the_clip_together(studio: StudioPage) -> None:
    studio.open("history")
    studio.mount_again()
    first, second = studio.page.locator(".sd-studio").all()
    generated(studio)
    second.get_by_role("textbox", name="Note").click()
    studio.page.keyboard.type("Half a thought")
    finish(studio)
    for view in (first, second):
        expect(view.get_by_role("button", name="New clip ready: show")).to_be_visible()
    expect(second.get_by_role("textbox", name="Note")).to_have_value("Half a thought")
    expect(second.get_by_role("textbox", name="Note")).to_be_focused()


def test_a_note_is_kept_when_another_clip_is_chosen_or_the_page_is_left(studio: StudioPage) -> None:
    studio.open("history")
    studio.root.get_by_role("textbox", name="Note").fill("Left by choosing")
    # As in browsers where a click gives a button no focus.
    studio.kernel("document.querySelectorAll('.sd-tile')[4].click()")
    assert studio.wait_for("judge")[0]["note"] == "Left by choosing"
    studio.root.get_by_role("textbox", name="Note").fill("Left by leaving")
    studio.page.evaluate("() => { dispatchEvent(new PageTransitionEvent('pagehide')); }")
    assert [one["note"] for one in studio.wait_for("judge", 2)] == ["Left by choosing", "Left by leaving"]


def test_the_kernels_end_gives_the_notebook_no_key_of_what_is_written(studio: StudioPage) -> None:
    studio.open("history")
    for field in (studio.root.get_by_label("Prompt", exact=True), studio.root.get_by_role("textbox", name="Note")):
        studio.open("history")
        field.click()
        studio.kernel("kernel.emit('comm_live_update')")
        expect(studio.root.get_by_role("alert")).to_be_focused()
        assert not studio.page.evaluate(BESIDE)


def test_sound_that_a_browser_forbids_is_not_what_a_person_set(studio: StudioPage) -> None:
    studio.open("heard", width=1240)
    muted = "document.querySelector('video').muted"
    generated(studio)
    finish(studio)
    studio.page.wait_for_function("() => document.querySelector('video')?.paused === false")
    assert studio.page.evaluate(muted) is True
    expect(studio.root.get_by_role("button", name="Muted: click for sound")).to_be_visible()
    chosen(studio, 4)
    studio.wait_for_clip()
    studio.root.get_by_role("button", name="Play").last.click()
    studio.page.wait_for_function("() => document.querySelector('video')?.paused === false")
    assert studio.page.evaluate(muted) is False

    # And what a person set stays.
    studio.root.get_by_role("slider", name="Volume").fill("0.5")
    studio.root.get_by_role("button", name="Mute", exact=True).click()
    chosen(studio, 2)
    studio.wait_for_clip()
    assert studio.page.evaluate(muted) is True
    studio.root.get_by_role("button", name="Turn the sound on").click()
    chosen(studio, 5)
    studio.wait_for_clip()
    # The size of a clip may be known a moment before its volume is set.
    studio.page.wait_for_function(
        "() => { const { muted, volume } = document.querySelector('video'); return !muted && volume === 0.5; }"
    )
