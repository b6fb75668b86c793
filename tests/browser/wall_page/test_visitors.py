"""A wall to look at: nothing on it is judged, voted on or promoted."""

from __future__ import annotations

from playwright.sync_api import expect

from .driver import WallPage

ACTS = ("judge", "tags", "promotion", "promote", "ballot", "vote", "unvote")


def test_who_only_looks_plays_and_compares_and_judges_nothing(wall: WallPage) -> None:
    wall.open("sweep", read_only=True)
    wall.tile(1).click()
    wall.tile(2).click()
    wall.press("s", "3", "t", "n", "v", ".")
    wall.rest()
    expect(wall.root.get_by_role("button", name="Blind vote")).to_have_count(0)
    expect(wall.root.locator(".wl-strips").get_by_role("button")).to_have_text([" Solo"])
    expect(wall.root.locator("textarea, .sd-tag-new, .wl-promote, .wl-voting")).to_have_count(0)
    wall.press("p")
    expect(wall.root.locator(".wl-pair")).to_be_visible()
    wall.press("?")
    sheet = wall.root.get_by_role("dialog", name="Keys of the wall")
    expect(sheet).to_contain_text("Play and pause all")
    expect(sheet).not_to_contain_text("Blind vote")
    expect(sheet).not_to_contain_text("Rate")
    received = wall.page.evaluate("() => lab.kernel.received.map(({ kind }) => kind)")
    assert set(received).isdisjoint(ACTS)
