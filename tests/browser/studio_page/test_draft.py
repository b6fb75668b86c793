"""The draft is shared: with the kernel, with other pages, between views."""

from __future__ import annotations

from playwright.sync_api import expect

from .driver import StudioPage


def test_typing_is_told_to_the_kernel_when_it_pauses(studio: StudioPage) -> None:
    studio.open("empty")
    studio.root.get_by_label("Prompt").press_sequentially("A fox at dusk", delay=5)
    studio.page.wait_for_function("() => lab.kernel.traits._draft.fields.prompt === 'A fox at dusk'")
    assert len(studio.sent("draft")) < len("A fox at dusk") / 2
    expect(studio.root.locator(".sd-quote")).to_contain_text("$0.26 on fal")


def test_a_draft_from_elsewhere_is_shown_and_an_echo_of_ones_own_is_not(studio: StudioPage) -> None:
    studio.open("empty")
    prompt = studio.root.get_by_label("Prompt")
    prompt.fill("mine")
    own = studio.wait_for("draft")[0]["origin"]
    studio.settle()
    late_echo = "kernel.set('_draft', {...kernel.traits._draft, origin: arg, fields: {prompt: 'stale'}})"
    studio.kernel(late_echo, own)
    expect(prompt).to_have_value("mine")
    studio.kernel(late_echo.replace("stale", "from Python"), "python")
    expect(prompt).to_have_value("from Python")


def test_a_draft_from_elsewhere_does_not_undo_what_is_being_typed(studio: StudioPage) -> None:
    studio.open("empty")
    studio.kernel("kernel.deaf.add('draft')")
    prompt = studio.root.get_by_label("Prompt")
    prompt.fill("mine")
    studio.wait_for("draft")
    studio.kernel("kernel.set('_draft', {...kernel.traits._draft, origin: 'other', fields: {prompt: 'theirs'}})")
    expect(prompt).to_have_value("mine")
    studio.kernel("kernel.hear()")
    studio.page.wait_for_function("() => lab.kernel.traits._draft.fields.prompt === 'mine'")
    expect(prompt).to_have_value("mine")


def test_two_views_of_one_model_agree(studio: StudioPage) -> None:
    studio.open("history")
    studio.mount_again()
    first, second = (studio.page.locator(".sd-studio").nth(n) for n in (0, 1))
    first.get_by_label("Prompt").fill("seen in both")
    expect(second.get_by_label("Prompt")).to_have_value("seen in both")
    second.get_by_role("radio", name="1:1").check()
    expect(first.get_by_role("radio", name="1:1")).to_be_checked()
    second.locator(".sd-tile").nth(5).click()
    expect(first.locator(".sd-tile").nth(5)).to_have_attribute("aria-current", "true")
