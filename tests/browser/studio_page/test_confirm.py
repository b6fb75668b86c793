"""What costs more than a dollar waits until its price has been typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from .driver import StudioPage


def asked(studio: StudioPage) -> Locator:
    studio.open("confirm")
    studio.generate.click()
    question = studio.root.get_by_role("dialog", name="This clip costs about $1.40.")
    expect(question.get_by_label("Type 1.40 to generate")).to_be_focused()
    return question


def test_it_shows_the_clips_their_price_and_what_is_left(studio: StudioPage) -> None:
    question = asked(studio)
    expect(question).to_have_accessible_description("Clips 1 Price $1.40 Budget left $3.16")
    expect(question.get_by_role("status")).to_have_text("Nothing was sent yet.")
    expect(question.get_by_role("button", name="Spend $1.40")).to_be_disabled()


def test_without_a_budget_it_says_so(studio: StudioPage) -> None:
    studio.open("confirm")
    studio.opened.project.budget = None
    studio.generate.click()
    expect(studio.root.get_by_role("dialog")).to_have_accessible_description("Clips 1 Price $1.40 Budget left none set")


@pytest.mark.parametrize("typed", ["1.40", "$1.40", "1,40", " $ 1,40 "])
def test_the_price_confirms_by_keyboard_alone(studio: StudioPage, typed: str) -> None:
    question = asked(studio)
    studio.page.keyboard.type(typed)
    expect(question.get_by_role("status")).to_have_text("Enter spends $1.40.")
    studio.page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    expect(studio.generate).to_be_focused()
    first, second = studio.wait_for("submit", 2)
    assert "confirm" not in first
    assert second["confirm"] == typed
    assert second["fields"] == first["fields"]
    expect(studio.root.locator(".sd-queue")).to_contain_text("Slow push-in")


@pytest.mark.parametrize("typed", ["", "1.4", "1", "14.0", "1.41", "yes", "1.40.", "1.405"])
def test_anything_else_does_not(studio: StudioPage, typed: str) -> None:
    question = asked(studio)
    studio.page.keyboard.type(typed)
    expect(question.get_by_role("button", name="Spend $1.40")).to_be_disabled()
    studio.page.keyboard.press("Control+Enter")
    studio.page.keyboard.press("Enter")
    expect(question.get_by_role("status")).to_have_text("That is not 1.40. Nothing was sent.")
    expect(question.get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
    studio.settle()
    assert len(studio.sent("submit")) == 1


def test_by_mouse_it_is_one_act_however_often_it_is_clicked(studio: StudioPage) -> None:
    question = asked(studio)
    question.get_by_role("textbox").fill("1.40")
    question.get_by_role("button", name="Spend $1.40").dblclick()
    expect(question).to_have_count(0)
    studio.settle()
    assert len(studio.sent("submit")) == 2


@pytest.mark.parametrize("way", ["Escape", "Cancel"])
def test_it_is_taken_back_and_the_focus_returns(studio: StudioPage, way: str) -> None:
    studio.open("confirm")
    prompt = studio.root.get_by_label("Prompt")
    prompt.press("Control+Enter")
    question = studio.root.get_by_role("dialog")
    expect(question.get_by_role("textbox")).to_be_focused()
    studio.page.keyboard.type("1.40")
    if way == "Escape":
        studio.page.keyboard.press("Escape")
    else:
        question.get_by_role("button", name="Cancel").click()
    expect(question).to_have_count(0)
    expect(prompt).to_be_focused()
    studio.settle()
    assert len(studio.sent("submit")) == 1


def test_a_stale_price_does_not_pass_and_the_true_one_is_asked_for(studio: StudioPage) -> None:
    question = asked(studio)
    studio.opened.charge(3.6)
    studio.page.keyboard.type("1.40")
    studio.page.keyboard.press("Enter")
    question = studio.root.get_by_role("dialog", name="This clip costs about $2.10, and “1.40” was typed.")
    expect(question.get_by_label("Type 2.10 to generate")).to_be_focused()
    expect(question.get_by_role("textbox")).to_have_value("")
    assert studio.opened.fal.submits == []


def test_a_changed_request_is_not_confirmed_by_the_old_question(studio: StudioPage) -> None:
    question = asked(studio)
    studio.root.get_by_label("Duration").press("Home")
    expect(question).to_have_count(0)


def test_a_question_about_a_request_that_has_changed_meanwhile_is_not_asked(studio: StudioPage) -> None:
    studio.open("confirm")
    studio.kernel("kernel.deaf.add('submit')")
    studio.generate.click()
    studio.wait_for("submit")
    studio.root.get_by_label("Duration").press("Home")
    studio.kernel("kernel.hear()")
    expect(studio.root.locator(".sd-said")).to_contain_text("The request was changed before")
    expect(studio.root.get_by_role("dialog")).to_have_count(0)


def test_a_late_question_takes_nobody_away_from_a_cell(studio: StudioPage) -> None:
    studio.open("confirm")
    studio.page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), { id: 'cell' }))")
    studio.kernel("kernel.deaf.add('submit')")
    studio.generate.click()
    studio.wait_for("submit")
    cell = studio.page.locator("#cell")
    cell.focus()
    studio.kernel("kernel.hear()")
    expect(studio.root.get_by_role("dialog")).to_be_visible()
    expect(cell).to_be_focused()
    expect(studio.root.locator(".sd-said")).to_have_text("This clip costs about $1.40.")


def test_of_two_views_only_the_one_in_use_takes_the_focus(studio: StudioPage) -> None:
    studio.open("confirm")
    studio.mount_again()
    first, second = (studio.page.locator(".sd-studio").nth(n) for n in (0, 1))
    second.locator(".sd-primary").click()
    expect(first.get_by_role("dialog")).to_be_visible()
    expect(second.get_by_role("textbox", name="Type 1.40 to generate")).to_be_focused()


def test_sending_what_was_never_sent_asks_for_its_price_too(studio: StudioPage) -> None:
    studio.open("unsent")
    expect(studio.root.locator(".sd-banner")).to_contain_text("14 not sent yet · $3.63.")
    send = studio.root.get_by_role("button", name="Send them now")
    send.click()
    question = studio.root.get_by_role("dialog", name="These 14 clips cost about $3.63.")
    expect(question).to_have_accessible_description("Clips 14 Price $3.63 Budget left $6.79")
    expect(question.get_by_label("Type 3.63 to send them")).to_be_focused()
    studio.page.keyboard.press("Escape")
    expect(send).to_be_focused()
    send.press("Enter")
    expect(question.get_by_role("textbox")).to_be_focused()
    studio.page.keyboard.type("3.63")
    studio.page.keyboard.press("Enter")
    expect(studio.root.locator(".sd-banner")).to_have_count(0)
    assert [message.get("confirm") for message in studio.sent("resume")] == [None, None, "3.63"]
