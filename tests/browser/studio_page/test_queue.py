"""The queue: two jobs or ten thousand."""

from __future__ import annotations

from playwright.sync_api import expect

from .driver import StudioPage


def test_two_jobs_have_a_head_and_one_has_none(studio: StudioPage) -> None:
    studio.open("running")
    head = studio.root.locator(".sd-queue .sd-head")
    expect(head).to_contain_text("1 being made · 1 being saved · 1 in queue")
    studio.kernel("kernel.set('_jobs', {cards: kernel.traits._jobs.cards.slice(0, 1), counts: {IN_PROGRESS: 1}})")
    expect(studio.root.locator(".sd-job")).to_have_count(1)
    expect(head).to_have_count(0)


def test_of_thousands_the_foremost_are_shown_and_all_are_counted(studio: StudioPage) -> None:
    studio.open("many")
    expect(studio.root.locator(".sd-job")).to_have_count(60)
    expect(studio.root.locator(".sd-queue .sd-head")).to_contain_text(
        "40 being made · 9,800 in queue · 60 of 9,840 shown"
    )
    box = studio.root.locator(".sd-queue").bounding_box()
    assert box is not None
    assert box["height"] < 600


def test_only_what_goes_wrong_is_told_of_many(studio: StudioPage) -> None:
    studio.open("many")
    change = """kernel.set('_jobs', {...kernel.traits._jobs, cards: kernel.traits._jobs.cards.map(
        (job) => (job.gid === arg ? {...job, ...%s} : job))})"""
    studio.kernel(change % "{status: 'IN_PROGRESS'}", 250)
    expect(studio.root.locator(".sd-said")).to_be_empty()
    studio.kernel(change % "{status: 'FAILED', ended: 1, error: {message: 'No.', next_step: '', charged: 'no'}}", 251)
    expect(studio.root.locator(".sd-said")).to_have_text(
        "Failed: Morning mist over a pine forest, birdsong, dolly right. No."
    )


def test_cancel_all_asks_once_more(studio: StudioPage) -> None:
    studio.open("many")
    cancel = studio.root.get_by_role("button", name="Cancel all")
    cancel.focus()
    studio.page.keyboard.press("Enter")
    question = studio.root.get_by_role(
        "group", name="Cancel 9,840 jobs? Those being made may still finish and be billed."
    )
    expect(question.get_by_role("button", name="Keep them")).to_be_focused()
    studio.page.keyboard.press("Escape")
    expect(cancel).to_be_focused()
    cancel.dblclick()
    assert studio.sent("cancel_all") == []
    question.get_by_role("button", name="Keep them").click()
    studio.kernel("(kernel.handlers.cancel_all = () => ({ count: 9840 }), 0)")
    cancel.click()
    question.get_by_role("button", name="Cancel 9,840").dblclick()
    expect(studio.root.locator(".sd-said")).to_have_text("Asked to cancel 9,840 jobs.")
    assert len(studio.sent("cancel_all")) == 1


def test_a_clip_that_was_not_saved_is_a_failure_with_its_next_step(studio: StudioPage) -> None:
    studio.open("failed")
    card = studio.root.locator(".sd-job", has_text="Not saved.")
    expect(card).to_contain_text("The clip could not be written: no space left on the disk. $0.26 was billed.")
    expect(card).to_contain_text("make room and reopen the project")
    expect(card.get_by_role("button", name="Dismiss")).to_be_visible()
