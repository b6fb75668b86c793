"""The queue and the history."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import ipyseedance as sd

from .driver import StudioPage


def test_jobs_are_cancelled_dismissed_and_reused(studio: StudioPage) -> None:
    studio.open("running")
    studio.root.locator(".sd-job").first.get_by_role("button", name="Cancel").click()
    assert studio.wait_for("cancel")[0]["gid"] == 16
    expect(studio.root.locator(".sd-job").first).to_contain_text("cancelling")
    # What a person cancelled is soon no job any more: what ended badly is.
    studio.open("failed")
    ended = studio.root.locator(".sd-job").first
    expect(ended).to_contain_text("Failed.")
    ended.get_by_role("button", name="Use these settings").click()
    expect(studio.root.get_by_label("Prompt")).to_be_focused()
    ended.get_by_role("button", name="Dismiss").click()
    studio.wait_for("dismiss")
    expect(studio.root.locator(".sd-job")).to_have_count(2)


def test_the_history_is_searched_and_sorted(studio: StudioPage) -> None:
    studio.open("long")
    tiles, head = studio.root.locator(".sd-tile"), studio.root.locator(".sd-history-head")
    expect(head).to_contain_text("130 clips")
    studio.root.get_by_label("Search the history").fill("lantern")
    expect(head).to_contain_text("16 of 130 clips")
    expect(tiles).to_have_count(16)
    studio.root.get_by_label("Sort the history").select_option("oldest")
    studio.page.wait_for_function("() => lab.kernel.last('history').find.sort === 'oldest'")
    studio.root.get_by_label("Search the history").fill("nothing like it")
    expect(studio.root.locator(".sd-history-empty")).to_contain_text("Nothing matches")
    studio.root.get_by_role("button", name="Show all clips").click()
    expect(head).not_to_contain_text("of 130")
    expect(tiles.first).to_be_visible()


def test_fields_are_filtered_by_and_each_filter_is_taken_away(studio: StudioPage) -> None:
    studio.open("long")
    head, chips = studio.root.locator(".sd-history-head"), studio.root.get_by_role("list", name="Filters in use")
    studio.root.get_by_role("button", name="Filters").click()
    panel = studio.page.get_by_role("dialog", name="Filter the history by field")
    expect(panel.get_by_role("button", name="Starred")).to_be_focused()
    panel.get_by_role("button", name="480p").click()
    panel.get_by_role("button", name="4 s", exact=True).click()
    panel.get_by_role("button", name="With sound").click()
    panel.get_by_label("Sweep").select_option("sweep-3")
    panel.get_by_label("Tag").select_option("keeper")
    studio.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(studio.root.locator("[aria-haspopup=dialog]")).to_be_focused()
    expect(chips.get_by_role("listitem")).to_have_text(
        ["480p", "4 s", "With sound", "Sweep sweep-3", "Tag keeper", "Clear all filters"]
    )
    wanted = {"resolution": ["480p"], "seconds": ["4"], "sound": True, "sweep": "sweep-3", "tag": "keeper"}
    plain = {"query": "", "sort": "newest", "grouped": False}
    studio.page.wait_for_function("() => lab.kernel.last('history')?.find.tag")
    assert studio.sent("history")[-1]["find"] == plain | wanted
    chips.get_by_role("button", name="Remove the filter Tag keeper").click()
    chips.get_by_role("button", name="Remove the filter Sweep sweep-3").click()
    chips.get_by_role("button", name="Remove the filter 480p").click()
    expect(chips.get_by_role("listitem")).to_have_text(["4 s", "With sound", "Clear all filters"])
    expect(head).to_contain_text("of 130 clips")
    chips.get_by_role("button", name="Clear all filters").click()
    expect(chips).to_have_count(0)
    expect(head).not_to_contain_text("of 130")


def test_clips_stand_by_their_sweep(studio: StudioPage) -> None:
    studio.open("long")
    studio.root.get_by_role("button", name="By sweep").click()
    heads = studio.root.locator(".sd-group")
    expect(heads.first).to_contain_text("sweep-7")
    expect(heads.first).to_contain_text("place \N{MULTIPLICATION SIGN} seed · 11 clips")
    studio.root.get_by_role("button", name="Open on the wall: sweep-7").click()
    assert studio.wait_for("compare")[0]["sweep"] == "sweep-7"
    studio.root.get_by_label("Search the history").fill("lantern")
    expect(studio.root.locator(".sd-history-head")).to_contain_text("16 of 130")
    studio.root.locator(".sd-scroll").evaluate("(box) => box.scrollTo(0, box.scrollHeight)")
    expect(heads.last).to_contain_text("In no sweep6 clips")
    expect(heads.last.get_by_role("button")).to_have_count(0)


def test_headings_of_the_table_sort(studio: StudioPage) -> None:
    studio.open("long")
    studio.root.get_by_role("radio", name="Table").check()
    when, cost = (studio.root.locator("th", has_text=name) for name in ("When", "Cost"))
    expect(when).to_have_attribute("aria-sort", "descending")
    cost.get_by_role("button").click()
    expect(cost).to_have_attribute("aria-sort", "descending")
    expect(when).to_have_attribute("aria-sort", "none")
    cost.get_by_role("button").click()
    expect(cost).to_have_attribute("aria-sort", "ascending")
    expect(studio.root.get_by_label("Sort the history")).to_have_value("cheapest")
    expect(studio.root.locator("tbody [data-row]").first).to_contain_text("$0.21")


TALL = "(box) => box.scrollTo(0, box.scrollHeight / 2)"


@pytest.mark.parametrize("layout", ["Posters", "Table"])
def test_ten_thousand_clips_cost_what_is_on_screen(studio: StudioPage, layout: str) -> None:
    studio.open("huge")
    studio.root.get_by_role("radio", name=layout).check()
    rows, box = studio.root.locator(".sd-scroll [data-index]"), studio.root.locator(".sd-scroll")
    box.evaluate(TALL)
    far = studio.root.locator(".sd-scroll [data-index='5000']")
    expect(far).to_have_count(1)
    expect(far).not_to_have_attribute("aria-busy", "true")
    assert rows.count() < 100
    assert studio.page.evaluate("document.querySelector('.sd-history').querySelectorAll('*').length") < 2_500
    # One page at a time, and none of what was scrolled past.
    asked = studio.sent("history")
    assert len(asked) < 8
    assert all(message["limit"] <= 48 for message in asked)


def test_the_last_of_ten_thousand_is_reached_by_key(studio: StudioPage) -> None:
    studio.open("huge")
    studio.root.locator(".sd-tile[tabindex='0']").focus()
    studio.page.keyboard.press("End")
    last = studio.root.locator(".sd-tile[data-index='9999']")
    expect(last).to_be_focused()
    expect(last).to_contain_text("seed")
    expect(last).to_be_focused()
    studio.page.keyboard.press("Enter")
    assert studio.wait_for("select")[-1]["gid"] == 1
    studio.page.keyboard.press("ArrowUp")
    studio.page.keyboard.press("Home")
    expect(studio.root.locator(".sd-tile[data-index='0']")).to_be_focused()


def test_a_new_clip_appears_without_a_message(studio: StudioPage) -> None:
    studio.open("history")
    studio.opened.finish()
    studio.opened.project.submit(sd.TextToVideo("The newest"))
    expect(studio.root.locator(".sd-tile").first).to_contain_text("The newest")
    expect(studio.root.locator(".sd-history-head")).to_contain_text("15 clips")
    assert studio.sent("history") == []


def test_a_clip_is_chosen_by_keyboard_and_as_a_table(studio: StudioPage) -> None:
    studio.open("history")
    tiles = studio.root.locator(".sd-tile")
    studio.root.locator(".sd-tile[aria-current=true]").focus()
    studio.page.keyboard.press("Home")
    studio.page.keyboard.press("ArrowRight")
    studio.page.keyboard.press("Enter")
    expect(tiles.nth(1)).to_have_attribute("aria-current", "true")
    studio.root.get_by_role("radio", name="Table").check()
    studio.root.locator("tbody [data-row]").nth(3).click()
    assert studio.wait_for("select", 2)[-1]["gid"] == studio.kernel("kernel.traits._history.rows[3].gid")


def test_a_cost_says_where_it_comes_from(studio: StudioPage) -> None:
    studio.open("unlike")
    expect(studio.root.locator(".sd-facts")).to_contain_text("$0.26 billed")
    studio.root.get_by_role("radio", name="Table").check()
    costs = studio.root.locator("tbody td:nth-child(8)")
    expect(costs.nth(2)).to_have_text("free")
    expect(costs.nth(4)).to_have_text("≈ $0.42 estimate")
    expect(costs.nth(1)).to_have_text("paid elsewhere")


def test_a_clip_that_is_not_as_asked_is_noted_and_no_failure(studio: StudioPage) -> None:
    studio.open("unlike")
    notice = studio.root.get_by_role("note")
    expect(notice).to_contain_text("Not quite as asked. A clip of 5 s at 1280")
    expect(notice).to_contain_text("The clip is kept.")
    expect(studio.root.locator(".sd-tile .sd-tile-length .sd-icon")).to_have_count(1)
    expect(studio.root.locator(".sd-queue")).to_have_count(0)
    studio.root.locator(".sd-tile").nth(1).click()
    expect(notice).to_have_count(0)
