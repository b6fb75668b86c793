"""What a button puts into the composer is taken back by Ctrl+Z, and never lands in what somebody says."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from .driver import StudioPage

WRITTEN = "My own words, which took me a while"
LAST_NOTHING = "() => document.activeElement.selectionStart"


def prompt(studio: StudioPage) -> Locator:
    return studio.root.get_by_label("Prompt", exact=True)


def help_with(studio: StudioPage, chip: str, item: str) -> None:
    studio.root.get_by_role("button", name=chip, exact=True).click()
    studio.root.get_by_role("menuitem", name=item).click()
    expect(prompt(studio)).to_be_focused()


def write(studio: StudioPage, text: str) -> None:
    """Type it in the place of what is there."""
    prompt(studio).click()
    for key in ("Control+a", "Delete"):
        studio.page.keyboard.press(key)
    studio.page.keyboard.insert_text(text)
    expect(prompt(studio)).to_have_value(text)


def example(studio: StudioPage) -> None:
    studio.root.get_by_role("button", name="Examples").click()
    studio.root.get_by_role("menuitem", name="Courtroom drama").click()


def settings(studio: StudioPage) -> None:
    studio.root.get_by_role("button", name="Reuse settings").click()


def onward(studio: StudioPage) -> None:
    studio.root.get_by_role("button", name="Continue from last frame").click()
    expect(studio.root.get_by_role("radio", name="Image → video")).to_be_checked()


def vary(studio: StudioPage) -> None:
    studio.root.get_by_role("region", name="Player").get_by_role("button", name="Vary seed").click()


def emotion(studio: StudioPage) -> None:
    help_with(studio, "Emotion", "Joy")


@pytest.mark.parametrize("act", [example, settings, onward, vary, emotion])
def test_whatever_a_button_wrote_is_undone_and_done_again(studio: StudioPage, act: Any) -> None:
    studio.open("history")
    write(studio, WRITTEN)
    act(studio)
    expect(prompt(studio)).not_to_have_value(WRITTEN)
    replaced = prompt(studio).input_value()
    prompt(studio).click()
    studio.page.keyboard.press("Control+z")
    expect(prompt(studio)).to_have_value(WRITTEN)
    for redo in ("Control+Shift+Z", "Control+y"):
        studio.page.keyboard.press(redo)
        expect(prompt(studio)).to_have_value(replaced)
        studio.page.keyboard.press("Control+z")
        expect(prompt(studio)).to_have_value(WRITTEN)
    studio.settle()
    assert studio.sent("draft")[-1]["fields"]["prompt"] == WRITTEN
    # And on to what was there before.
    studio.page.keyboard.press("Control+z")
    expect(prompt(studio)).not_to_have_value(WRITTEN)


def test_the_first_card_of_an_empty_project_is_undone_too(studio: StudioPage) -> None:
    studio.open("empty")
    write(studio, WRITTEN)
    studio.root.locator(".sd-start").first.click()
    expect(prompt(studio)).to_be_focused()
    expect(prompt(studio)).not_to_have_value(WRITTEN)
    studio.page.keyboard.press("Control+z")
    expect(prompt(studio)).to_have_value(WRITTEN)


def test_reused_settings_are_taken_back_whole_by_a_button_or_where_the_focus_is(studio: StudioPage) -> None:
    studio.open("history")
    write(studio, WRITTEN)
    seed = studio.root.get_by_label("Seed", exact=True)
    seed.fill("7")
    studio.root.get_by_role("radio", name="1080p").check()
    undo = studio.root.get_by_role("region", name="Player").get_by_role("button", name="Undo")
    expect(undo).to_have_count(0)
    settings(studio)
    expect(seed).not_to_have_value("7")
    undo.click()
    for _ in range(2):
        expect(prompt(studio)).to_have_value(WRITTEN)
        expect(seed).to_have_value("7")
        expect(studio.root.get_by_role("radio", name="1080p")).to_be_checked()
        expect(undo).to_have_count(0)
        expect(studio.generate).to_be_focused()
        settings(studio)
        expect(seed).not_to_have_value("7")
        expect(studio.generate).to_be_focused()
        studio.page.keyboard.press("Control+z")


def test_typing_is_undone_as_it_was_typed(studio: StudioPage) -> None:
    studio.open("empty")
    prompt(studio).click()
    studio.page.keyboard.type("A fox runs")
    studio.page.keyboard.press("Home")
    studio.page.keyboard.type("Dusk. ")
    studio.page.keyboard.press("Control+z")
    expect(prompt(studio)).to_have_value("A fox runs")
    assert studio.page.evaluate(LAST_NOTHING) == 0
    studio.page.keyboard.press("End")
    for _ in range(4):
        studio.page.keyboard.press("Backspace")
    expect(prompt(studio)).to_have_value("A fox ")
    studio.page.keyboard.press("Control+z")
    expect(prompt(studio)).to_have_value("A fox runs")
    studio.page.keyboard.press("Control+z")
    expect(prompt(studio)).to_have_value("")
    for _ in range(3):
        studio.page.keyboard.press("Control+y")
    expect(prompt(studio)).to_have_value("A fox ")
    # As from the browser's menu.
    studio.page.evaluate(
        """() => document.activeElement.dispatchEvent(
            new InputEvent('beforeinput', {inputType: 'historyUndo', bubbles: true, cancelable: true}))"""
    )
    expect(prompt(studio)).to_have_value("A fox runs")


def test_a_helper_after_the_dialogue_helper_stays_out_of_the_words(studio: StudioPage) -> None:
    studio.open("empty")
    help_with(studio, "Dialogue", "Someone says")
    studio.page.keyboard.type("Come home")
    help_with(studio, "Camera", "Tilt up")
    help_with(studio, "Emotion", "Joy")
    expect(prompt(studio)).to_have_value('She says, "Come home" The camera tilts up. a smile spreading slowly')
    for before in ('She says, "Come home" The camera tilts up.', 'She says, "Come home"', 'She says, ""', ""):
        studio.page.keyboard.press("Control+z")
        expect(prompt(studio)).to_have_value(before)


# "^" is the caret; the helper's words are "Soft piano, room reverb."
HELPED = [
    ("A fox^", "A fox Soft piano, room reverb."),
    ("A ^fox runs", "A Soft piano, room reverb. fox runs"),
    ('She says, "Come ^home"', 'She says, "Come home" Soft piano, room reverb.'),
    ('She says, "^"', 'She says, "" Soft piano, room reverb.'),
    ('She says, "Come home"^', 'She says, "Come home" Soft piano, room reverb.'),
    ('^"Come home," she says', 'Soft piano, room reverb. "Come home," she says'),
    (
        'He whispers, "Come ^home", barely audible. Rain.',
        'He whispers, "Come home", barely audible. Soft piano, room reverb. Rain.',
    ),
    ('She says, "Come ^home', 'She says, "Come home" Soft piano, room reverb.'),
    ("She says “Come ^home” and goes", "She says “Come home” Soft piano, room reverb. and goes"),
    ("She says “Come ^home", "She says “Come home” Soft piano, room reverb."),
    ("Elle dit « Ren^tre »", "Elle dit « Rentre » Soft piano, room reverb."),
    ("Sie sagt „Komm ^heim“", "Sie sagt „Komm heim“ Soft piano, room reverb."),
    ("Sie sagt »Komm ^heim«", "Sie sagt »Komm heim« Soft piano, room reverb."),
    ("彼女は「帰^って」", "彼女は「帰って」 Soft piano, room reverb."),
    ("彼女は「『帰^って』と言った", "彼女は「『帰って』と言った」 Soft piano, room reverb."),
    ("“He said ‘go ^home’ to me”", "“He said ‘go home’ to me” Soft piano, room reverb."),  # noqa: RUF001
    ("“It’s ^late”", "“It’s late” Soft piano, room reverb."),  # noqa: RUF001
    ('"One" and "t^wo"', '"One" and "two" Soft piano, room reverb.'),
    ('"One" and ^"two"', '"One" and Soft piano, room reverb. "two"'),
    ('A 10" doll ^walks', 'A 10" doll Soft piano, room reverb. walks'),
    ("The dogs' bowl ^is empty", "The dogs' bowl Soft piano, room reverb. is empty"),
    ("'Come ^home', she says", "'Come home', she says Soft piano, room reverb."),
]


def test_a_helper_never_writes_into_what_somebody_says(studio: StudioPage) -> None:
    studio.open("empty")
    for text, helped in HELPED:
        written, at = text.replace("^", ""), text.index("^")
        write(studio, written)
        prompt(studio).evaluate("(area, at) => area.setSelectionRange(at, at)", at)
        help_with(studio, "Sound", "Soft piano")
        expect(prompt(studio)).to_have_value(helped)
        studio.page.keyboard.press("Control+z")
        expect(prompt(studio)).to_have_value(written)
