"""The wall inside Studio: shown in the place of the composer and the player, and let go of again."""

from __future__ import annotations

from playwright.sync_api import expect

from .driver import StudioPage

HELD = """() => {
    window.first = document.querySelector(".stand-in");
    return window.first !== null;
}"""


def hang(studio: StudioPage) -> None:
    """Show the wall, from code."""
    studio.opened.widget.compare([studio.opened.generation(n) for n in (1, 2)])


def test_the_wall_takes_the_place_of_the_player(studio: StudioPage) -> None:
    studio.open("history")
    studio.generate.focus()
    hang(studio)
    panel = studio.root.get_by_role("region", name="Wall")
    expect(panel.locator(".stand-in")).to_have_text(f"anywidget:{studio.opened.widget.wall.model_id}")
    expect(panel).to_be_focused()
    expect(studio.root.locator(".sd-player, video")).to_have_count(0)
    expect(studio.generate).to_be_hidden()
    assert studio.page.evaluate(HELD)
    panel.get_by_role("button", name="Back to the studio").click()
    studio.wait_for("back")
    expect(studio.root.locator(".sd-player")).to_be_visible()
    expect(studio.generate).to_be_focused()
    # It was told to go, and not merely cut off.
    assert studio.page.evaluate("first.parentNode") is None


def test_it_goes_with_its_view_and_stays_in_another(studio: StudioPage) -> None:
    studio.open("history")
    studio.page.evaluate("() => { window.second = lab.mount(); }")
    hang(studio)
    stands = studio.page.locator(".stand-in")
    expect(stands).to_have_count(2)
    studio.page.evaluate("second.leave()")
    expect(stands).to_have_count(1)


def test_a_wall_that_cannot_be_shown_is_said(studio: StudioPage) -> None:
    studio.open("history", more="&wall-fails")
    hang(studio)
    expect(studio.root.get_by_role("alert")).to_contain_text("The wall could not be shown. No widget of that name.")
    studio.root.get_by_role("button", name="Back to the studio").click()
    expect(studio.root.locator(".sd-player")).to_be_visible()
