"""What a person says of the clip in the player."""

from __future__ import annotations

from playwright.sync_api import expect

from .driver import StudioPage


def judged(studio: StudioPage, count: int) -> list[dict[str, object]]:
    studio.page.wait_for_function("(n) => lab.kernel.count('judge') >= n", arg=count)
    received = studio.page.evaluate("lab.kernel.received.filter(({ kind }) => kind === 'judge')")
    return [{name: value for name, value in one.items() if name not in ("kind", "req")} for one in received]


def test_the_clip_is_starred_rated_tagged_and_noted(studio: StudioPage) -> None:
    studio.open("history")
    player = studio.root.get_by_role("region", name="Player")
    gid = studio.page.evaluate("lab.kernel.traits._selected.gid")
    player.get_by_role("button", name="Star", exact=True).click()
    studio.root.locator(".sd-stage").focus()
    studio.page.keyboard.press("4")
    player.get_by_role("combobox", name="Add a tag").fill("crisp")
    studio.page.keyboard.press("Enter")
    note = player.get_by_role("textbox", name="Note")
    note.fill("Soft at the edges, s 4 m")
    studio.page.keyboard.press("Control+Enter")
    assert judged(studio, 4) == [
        {"gid": gid, "star": True},
        {"gid": gid, "rating": 4},
        {"gid": gid, "tags": ["crisp"]},
        {"gid": gid, "note": "Soft at the edges, s 4 m"},
    ]
    expect(studio.root.locator(".sd-stage")).to_be_focused()
    expect(player.get_by_role("button", name="Star", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(player.get_by_role("button", name="Rate 4 of 5")).to_have_attribute("aria-pressed", "true")
    expect(player.locator(".sd-tag")).to_have_text(["crisp"])
    expect(note).to_have_value("Soft at the edges, s 4 m")


def test_a_refused_judgement_is_taken_back_and_a_note_stays(studio: StudioPage) -> None:
    studio.open("history")
    studio.page.evaluate(
        "() => { lab.kernel.handlers.judge = () => { throw lab.refusal('The history cannot be written.'); }; }"
    )
    player = studio.root.get_by_role("region", name="Player")
    star = player.get_by_role("button", name="Star", exact=True)
    star.click()
    expect(player.get_by_role("status")).to_contain_text("The history cannot be written.")
    expect(star).to_have_attribute("aria-pressed", "false")
    note = player.get_by_role("textbox", name="Note")
    note.fill("Half a thought")
    star.focus()
    judged(studio, 2)
    expect(note).to_have_value("Half a thought")
