"""The queue and the history."""

from __future__ import annotations

from playwright.sync_api import expect

from .driver import StudioPage


def test_jobs_are_cancelled_dismissed_and_reused(studio: StudioPage) -> None:
    studio.open("running")
    studio.root.locator(".sd-job").first.get_by_role("button", name="Cancel").click()
    assert studio.wait_for("cancel")[0]["gid"] == 21
    ended = studio.root.locator(".sd-job").first
    expect(ended).to_contain_text("Cancelled.")
    ended.get_by_role("button", name="Use these settings").click()
    expect(studio.root.get_by_label("Prompt")).to_be_focused()
    ended.get_by_role("button", name="Dismiss").click()
    studio.wait_for("dismiss")
    expect(studio.root.locator(".sd-job")).to_have_count(2)


def test_the_history_filters_sorts_and_pages(studio: StudioPage) -> None:
    studio.open("long")
    tiles = studio.root.locator(".sd-tile")
    expect(tiles).to_have_count(48)
    studio.root.get_by_role("button", name="Show more (82)").click()
    expect(tiles).to_have_count(96)
    studio.root.get_by_label("Filter the history").fill("lantern")
    expect(studio.root.locator(".sd-history-head")).to_contain_text("16 of 130 clips")
    expect(tiles).to_have_count(16)
    studio.root.get_by_label("Sort the history").select_option("oldest")
    studio.page.wait_for_function("() => lab.kernel.last('history').sort === 'oldest'")
    studio.root.get_by_label("Filter the history").fill("nothing like it")
    expect(studio.root.locator(".sd-history-empty")).to_contain_text("Nothing matches")


def test_a_clip_is_chosen_by_keyboard_and_as_a_table(studio: StudioPage) -> None:
    studio.open("history")
    tiles = studio.root.locator(".sd-tile")
    studio.root.locator(".sd-tile[aria-current=true]").focus()
    studio.page.keyboard.press("Home")
    studio.page.keyboard.press("ArrowRight")
    studio.page.keyboard.press("Enter")
    expect(tiles.nth(1)).to_have_attribute("aria-current", "true")
    studio.root.get_by_role("radio", name="Table").check()
    studio.root.locator("tbody tr").nth(3).click()
    assert studio.wait_for("select", 2)[-1]["gid"] == studio.kernel("kernel.traits._history.rows[3].gid")


def test_a_cost_says_where_it_comes_from(studio: StudioPage) -> None:
    studio.open("unlike")
    expect(studio.root.locator(".sd-facts")).to_contain_text("$0.26 billed")
    studio.root.get_by_role("radio", name="Table").check()
    costs = studio.root.locator("tbody td:nth-child(7)")
    expect(costs.nth(2)).to_have_text("free")
    expect(costs.nth(4)).to_have_text("≈ $0.42 estimate")
    studio.kernel(
        """kernel.set('_history', {...kernel.traits._history, rev: 2, rows: kernel.traits._history.rows.map(
            (row) => ({...row, cost: 0, cost_source: 'elsewhere'}))})"""
    )
    expect(costs.first).to_have_text("paid elsewhere")


def test_a_clip_that_is_not_as_asked_is_noted_and_no_failure(studio: StudioPage) -> None:
    studio.open("unlike")
    notice = studio.root.get_by_role("note")
    expect(notice).to_contain_text("Not quite as asked. A clip of 5 s at 1280")
    expect(notice).to_contain_text("The clip is kept.")
    expect(studio.root.locator(".sd-tile .sd-tile-length .sd-icon")).to_have_count(1)
    expect(studio.root.locator(".sd-queue")).to_have_count(0)
    studio.root.locator(".sd-tile").nth(1).click()
    expect(notice).to_have_count(0)
