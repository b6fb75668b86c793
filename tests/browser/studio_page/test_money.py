"""What was spent, what is open, what was billed far too high, and what a press may cost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .driver import StudioPage


def test_the_header_adds_up_to_what_is_left(studio: StudioPage) -> None:
    studio.open("open", amounts=4)
    header = studio.root.locator(".sd-header")
    expect(header).to_contain_text("$0.26 of $3.00 · $1.70 left")
    expect(header.get_by_role("button", name="$1.04 open")).to_be_visible()


def test_open_amounts_are_listed_and_settled(studio: StudioPage) -> None:
    studio.open("open", amounts=3)
    header = studio.root.locator(".sd-header")
    header.get_by_role("button", name="$0.78 open").click()
    listed = studio.root.get_by_role("dialog", name="Open amounts")
    expect(listed).to_contain_text("3 jobs ended without word of a bill.")
    expect(listed.get_by_role("listitem")).to_have_count(3)
    first = listed.get_by_role("listitem").first
    expect(first).to_contain_text("The safety checker refused the prompt.")
    first.get_by_role("button", name="Was not billed").dblclick()
    expect(listed.get_by_role("listitem")).to_have_count(2)
    expect(header.get_by_role("button", name="$0.52 open")).to_be_visible()
    assert [(m["gid"], m["billed"]) for m in studio.sent("settle")] == [(15, False)]
    listed.get_by_role("button", name="Was billed · $0.26").first.click()
    expect(listed.get_by_role("listitem")).to_have_count(1)
    listed.get_by_role("button", name="Was billed · $0.26").click()
    expect(header.get_by_role("button", name="open")).to_have_count(0)


def test_many_open_amounts_come_page_by_page(studio: StudioPage) -> None:
    studio.open("open", amounts=120)
    studio.root.locator(".sd-header").get_by_role("button", name="open").click()
    listed = studio.root.get_by_role("dialog", name="Open amounts")
    for count in (50, 100, 120):
        expect(listed.get_by_role("listitem")).to_have_count(count)
        if count < 120:
            listed.get_by_role("button", name="Show more").click()
    expect(listed.get_by_role("button", name="Show more")).to_have_count(0)


def test_a_card_that_may_have_been_billed_is_settled_there(studio: StudioPage) -> None:
    studio.open("open")
    cards = studio.root.locator(".sd-queue").get_by_role("article")
    expect(cards.nth(0)).to_contain_text("It may have been charged.")
    cards.nth(0).get_by_role("button", name="Was billed · $0.26").click()
    expect(cards.nth(0)).to_contain_text("$0.26 was billed, as you said.")
    cards.nth(1).get_by_role("button", name="Was not billed").click()
    expect(cards.nth(1)).to_contain_text("It was not billed, as you said.")
    expect(studio.root.get_by_role("button", name="Was billed")).to_have_count(0)
    assert [(m["gid"], m["billed"]) for m in studio.sent("settle")] == [(17, True), (16, False)]


def test_the_focus_stays_in_studio_when_the_button_it_was_on_goes(studio: StudioPage) -> None:
    """On the page's body it would be in Jupyter's command mode, where "d" twice deletes the cell."""
    studio.open("open", amounts=3)
    inside = "document.querySelector('.sd-studio').contains(document.activeElement)"
    studio.root.locator(".sd-header").get_by_role("button", name="$0.78 open").click()
    listed = studio.root.get_by_role("dialog", name="Open amounts")
    listed.get_by_role("button", name="Was not billed").first.press("Enter")
    expect(listed.get_by_role("listitem")).to_have_count(2)
    assert listed.evaluate("(dialog) => dialog.contains(document.activeElement)")
    studio.page.keyboard.press("Escape")
    expect(listed).to_have_count(0)
    cards = studio.root.locator(".sd-queue").get_by_role("article")
    cards.nth(1).get_by_role("button", name="Was billed").press("Enter")
    expect(cards.nth(1)).to_contain_text("as you said")
    assert cards.nth(1).evaluate("(card) => card.contains(document.activeElement)")
    expect(cards).to_have_count(3)
    cards.nth(1).get_by_role("button", name="Dismiss").press("Enter")
    expect(cards).to_have_count(2)
    assert studio.page.evaluate(inside)

    studio.open("bill")
    studio.root.get_by_role("alert").get_by_role("button", name="Go on with them").press("Enter")
    expect(studio.root.get_by_role("alert")).to_have_count(0)
    assert studio.page.evaluate(inside)
    studio.page.mouse.click(5, 5)  # what somebody leaves stays left
    studio.opened.finish()
    assert not studio.page.evaluate(inside)


def test_a_bill_that_is_too_high_is_loud_and_one_press_goes_on(studio: StudioPage) -> None:
    studio.open("bill")
    told = "Clip 14 was billed $1.93 where $0.10 was expected."
    banner = studio.root.get_by_role("alert")
    expect(banner).to_contain_text(told)
    expect(banner).to_contain_text("Ask support@fal.ai about it with the request id")
    expect(banner).to_contain_text("8 not sent yet · $0.77, held by it.")
    expect(studio.root.locator(".sd-header")).to_contain_text("1 bill too high")
    expect(studio.root.locator(".sd-player").get_by_role("note")).to_contain_text(told)
    banner.get_by_role("button", name="Go on with them").dblclick()
    expect(banner).to_have_count(0)
    (resume,) = studio.sent("resume")
    assert resume["shown"] == {"clips": 8, "dollars": pytest.approx(8 * 0.0964, abs=0.001), "bills": 1}


def test_a_press_before_the_new_price_is_there_is_asked_about(studio: StudioPage) -> None:
    studio.open("paid")
    expect(studio.root.locator(".sd-quote")).to_contain_text("$0.26")
    studio.kernel("kernel.deaf.add('draft')")  # the new price does not come
    studio.root.get_by_label("Duration").press("End")
    studio.page.keyboard.press("Control+Enter")
    question = studio.root.get_by_role("dialog", name="This clip costs about $0.62 now, and $0.26 was shown.")
    spend = question.get_by_role("button", name="Spend $0.62")
    expect(spend).to_be_focused()
    spend.press("Enter")
    expect(question).to_have_count(0)
    first, second = studio.wait_for("submit", 2)
    assert (first["shown"], second["shown"]) == (
        {"clips": 1, "dollars": pytest.approx(0.2592)},
        {"clips": 1, "dollars": 0.62},
    )
