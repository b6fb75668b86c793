"""Tags and notes below the wall: kept, completed, and never in the way of what is typed."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .driver import WallPage


def note(wall: WallPage) -> Locator:
    return wall.root.get_by_role("textbox", name="Note")


def test_tags_are_added_and_taken_away(wall: WallPage) -> None:
    wall.open("sweep")
    wall.tile(5).focus()
    wall.press("t")
    field = wall.root.get_by_role("combobox", name="Add a tag")
    expect(field).to_be_focused()
    wall.page.keyboard.type("no  drift")
    wall.press("Enter")
    wall.page.keyboard.type("crisp,")
    assert [m["tags"] for m in wall.wait_for("judge", 2)] == [["no drift"], ["no drift", "crisp"]]
    tags = wall.root.get_by_role("group", name="Tags")
    expect(tags.locator(".sd-tag")).to_have_text(["no drift", "crisp"])
    offered = tags.locator("option")
    expect(offered).to_have_count(2)  # of the project's three, one is there already
    wall.root.get_by_role("button", name="Take the tag no drift away").click()
    assert wall.wait_for("judge", 3)[-1]["tags"] == ["crisp"]
    expect(field).to_be_focused()
    wall.press("Backspace")
    assert wall.wait_for("judge", 4)[-1]["tags"] == []
    wall.page.keyboard.type("left behind")
    wall.press("Escape")
    assert wall.wait_for("judge", 5)[-1] | {"req": ""} == {
        "kind": "judge",
        "req": "",
        "gid": 5,
        "tags": ["left behind"],
    }
    expect(wall.tile(5)).to_be_focused()


def test_a_note_is_kept_when_it_is_left_and_its_letters_are_no_keys(wall: WallPage) -> None:
    wall.open("sweep")
    wall.tile(5).focus()
    wall.press("n")
    expect(note(wall)).to_be_focused()
    wall.page.keyboard.type("space, m 1 s? p.")
    expect(wall.root.get_by_text("not kept yet")).to_be_visible()
    wall.press("Control+Enter")
    assert [m["note"] for m in wall.wait_for("judge")] == ["space, m 1 s? p."]
    expect(wall.root.get_by_text("not kept yet")).to_have_count(0)
    expect(wall.tile(5)).to_be_focused()
    expect(wall.root.locator("video")).to_have_count(0)
    assert wall.sent("select") == []
    note(wall).fill("Another.")
    wall.tile(6).focus()
    assert [(m["gid"], m["note"]) for m in wall.wait_for("judge", 2)][1:] == [(5, "Another.")]
    expect(note(wall)).to_have_value("")
    wall.tile(5).focus()
    expect(note(wall)).to_have_value("Another.")


def test_what_is_being_written_outlives_snapshots_and_refusals(wall: WallPage) -> None:
    wall.open("sweep")
    wall.tile(5).focus()
    wall.press("n")
    wall.page.keyboard.type("Half a")
    wall.page.evaluate(
        """() => {
            const { _page: page } = lab.kernel.traits;
            const cells = page.cells.map((cell) => (cell.gid === 5 ? { ...cell, star: true, note: "Other." } : cell));
            lab.kernel.set("_page", { ...page, rev: page.rev + 1, cells });
        }"""
    )
    expect(wall.tile(5).locator(".sd-star")).to_have_count(1)
    wall.page.keyboard.type(" thought")
    expect(note(wall)).to_have_value("Half a thought")
    wall.refuse("judge", "The history cannot be written.")
    wall.tile(6).focus()
    expect(wall.root.get_by_role("status").last).to_have_text("The history cannot be written.")
    wall.tile(5).focus()
    expect(note(wall)).to_have_value("Half a thought")
    wall.page.evaluate("() => { delete lab.kernel.handlers.judge; }")
    wall.press("n", "Control+Enter")
    assert wall.wait_for("judge", 2)[-1]["note"] == "Half a thought"
    expect(wall.root.get_by_text("not kept yet")).to_have_count(0)
