"""A Studio to look at shows nothing that does something; a locked one asks for its owner's word."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from .driver import StudioPage

WORD = "Type the owner\u2019s word to generate"
ACTS = (
    "submit", "run", "draft", "plan", "resume", "cancel", "cancel_all", "dismiss", "again", "again_price", "export",
    "upload", "frame_url", "frame_variable", "frame_clip", "variables", "thumb", "judge",
)  # fmt: skip
DROP = """(root) => {
    const data = new DataTransfer();
    data.items.add(new File(["x"], "x.png", { type: "image/png" }));
    const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
    root.querySelector(".sd-player").dispatchEvent(drop);
    root.querySelector(".sd-player").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


def nothing_was_asked_for(studio: StudioPage) -> None:
    studio.settle()
    assert {kind: len(studio.sent(kind)) for kind in ACTS if studio.sent(kind)} == {}


def test_who_only_looks_is_shown_clips_and_no_act(studio: StudioPage) -> None:
    studio.open("judged", read_only=True)
    expect(studio.root.get_by_role("heading", name="my-film")).to_be_visible()
    expect(studio.root.get_by_text("Read-only")).to_be_visible()
    player = studio.root.locator(".sd-player")
    for name in ("Reuse", "Vary", "Continue", "Use first", "Star", "Rate", "Take the tag"):
        expect(player.get_by_role("button", name=re.compile(f"^{name}"))).to_have_count(0)
    expect(studio.generate).to_have_count(0)
    expect(studio.root.locator(".sd-composer, textarea, input[type=file]")).to_have_count(0)
    opinion = studio.root.locator(".sd-opinion")
    expect(opinion).to_contain_text("starred")
    expect(opinion).to_contain_text("4 of 5crispkeeper")
    expect(opinion).to_contain_text("The light turns on the last word.")
    stage = studio.root.locator(".sd-stage")
    for key in ("s", "3", "Control+Enter"):
        stage.press(key)
    studio.root.evaluate(DROP)
    nothing_was_asked_for(studio)


def test_who_only_looks_chooses_compares_finds_and_downloads(studio: StudioPage) -> None:
    studio.open("judged", read_only=True)
    for n in (0, 1):
        studio.root.get_by_role("checkbox").nth(n).click()
    bar = studio.root.get_by_role("region", name="Chosen clips")
    expect(bar.get_by_role("button")).to_have_text(["Choose all 14", "Compare on the wall", "Clear"])
    studio.root.get_by_label("Search the history").fill("storm")
    studio.wait_for("history")
    with studio.page.expect_download():
        studio.root.get_by_role("button", name="Download").click()
    studio.root.get_by_role("button", name="Compare on the wall").click()
    studio.wait_for("compare")
    expect(studio.root.get_by_role("region", name="Wall")).to_be_visible()
    nothing_was_asked_for(studio)


def test_who_only_looks_sees_jobs_come_and_cannot_stop_them(studio: StudioPage) -> None:
    studio.open("running", read_only=True)
    queue = studio.root.get_by_role("region", name="Queue")
    expect(queue.get_by_role("article")).to_have_count(3)
    expect(queue.get_by_role("button")).to_have_count(0)
    studio.open("failed", read_only=True)
    expect(studio.root.get_by_role("region", name="Queue")).to_have_count(0)


@pytest.mark.parametrize("state", ["unsent", "foreign", "refused", "retired"])
def test_who_only_looks_is_told_of_nothing_to_be_done(studio: StudioPage, state: str) -> None:
    studio.open(state, read_only=True)
    expect(studio.root.locator(".sd-stage")).to_be_visible()
    expect(studio.root.locator(".sd-banner")).to_have_count(0)


def test_before_the_first_clip_who_only_looks_is_told_so(studio: StudioPage) -> None:
    studio.open("empty", read_only=True)
    expect(studio.root.get_by_role("heading", name="No clip yet")).to_be_visible()
    expect(studio.root.get_by_text("There is no clip in this project yet.")).to_be_visible()
    expect(studio.root.locator(".sd-start")).to_have_count(0)


# The owner's word.


def asked(studio: StudioPage, price: str = "0.26") -> Locator:
    studio.open("lock", price=price)
    studio.generate.click()
    return studio.root.get_by_role("dialog", name=f"This clip costs about ${price}.")


def test_below_a_dollar_the_word_alone_is_asked_for(studio: StudioPage) -> None:
    question = asked(studio)
    word = question.get_by_label(WORD)
    expect(word).to_be_focused()
    expect(word).to_have_attribute("type", "password")
    expect(question.get_by_role("button", name="Spend $0.26")).to_be_disabled()
    studio.page.keyboard.press("Enter")
    expect(question.get_by_role("status")).to_have_text("The word is missing. Nothing was sent.")
    studio.page.keyboard.type("red kite")
    studio.page.keyboard.press("Enter")
    expect(studio.root.locator(".sd-queue")).to_contain_text("Slow push-in")
    first, second = studio.wait_for("submit", 2)
    assert (first.get("word"), first.get("confirm")) == (None, None)
    assert (second["word"], second.get("confirm")) == ("red kite", None)


def test_above_a_dollar_the_price_and_the_word_are_asked_for(studio: StudioPage) -> None:
    question = asked(studio, "1.40")
    expect(question.get_by_label("Type 1.40 to generate")).to_be_focused()
    studio.page.keyboard.type("1.40")
    expect(question.get_by_role("button", name="Spend $1.40")).to_be_disabled()
    studio.page.keyboard.press("Tab")
    studio.page.keyboard.type("red kite")
    expect(question.get_by_role("status")).to_have_text("Enter spends $1.40.")
    studio.page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    _, second = studio.wait_for("submit", 2)
    assert (second["word"], second["confirm"]) == ("red kite", "1.40")


def test_a_wrong_word_is_told_and_none_is_remembered(studio: StudioPage) -> None:
    expect(asked(studio).get_by_label(WORD)).to_be_focused()
    studio.page.keyboard.type("blue kite")
    studio.page.keyboard.press("Enter")
    question = studio.root.get_by_role("dialog", name="This clip costs about $0.26, and that was not the word.")
    expect(question.get_by_label(WORD)).to_have_value("")
    expect(question.get_by_label(WORD)).to_be_focused()
    studio.page.keyboard.type("red kite")
    studio.page.keyboard.press("Enter")
    studio.wait_for("submit", 3)
    expect(question).to_have_count(0)
    studio.settle()
    expect(studio.generate).to_be_enabled()
    studio.page.wait_for_function("() => document.querySelector('.sd-primary').ariaDisabled !== 'true'")
    studio.generate.click()
    expect(studio.root.get_by_label(WORD)).to_have_value("")
    assert "word" not in studio.wait_for("submit", 4)[3]


# A folder from elsewhere.


@pytest.mark.parametrize(
    ("jobs", "unsent", "says", "button"),
    [
        (3, 2, "Go on with its 3 jobs? 2 of them are to be sent · $0.52.", "Go on with them"),
        (3, 1, "Go on with its 3 jobs? 1 of them is to be sent · $0.26.", "Go on with them"),
        (3, 3, "Go on with its 3 jobs? They are to be sent · $0.78.", "Go on with them"),
        (1, 1, "Go on with its job? It is to be sent · $0.26.", "Go on with it"),
        (2, 0, "Go on with its 2 jobs?", "Go on with them"),
    ],
)
def test_a_folder_from_elsewhere_is_gone_on_with_by_one_click(
    studio: StudioPage, jobs: int, unsent: int, says: str, button: str
) -> None:
    studio.open("foreign", jobs=jobs, unsent=unsent)
    banner = studio.root.locator(".sd-banner")
    expect(banner).to_have_text(f"This folder came from elsewhere. {says} {button}")
    assert studio.sent("resume") == []
    banner.get_by_role("button", name=button).click()
    studio.wait_for("resume")
    expect(banner).to_have_count(0)
