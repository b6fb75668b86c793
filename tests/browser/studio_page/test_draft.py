"""The draft is shared: with the kernel, with other pages, between views."""

from __future__ import annotations

import re

from playwright.sync_api import expect

import ipyseedance as sd

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


def test_wrong_values_from_elsewhere_are_shown_and_painted_at_their_fields(studio: StudioPage) -> None:
    studio.open("wrong")
    ratio, seconds, seed = (studio.root.locator(f"[data-field={n}]") for n in ("aspect_ratio", "duration", "seed"))
    expect(ratio.locator(".sd-problem")).to_contain_text("'2:1' is not allowed; give one of 21:9")
    expect(ratio.locator(":checked")).to_have_count(0)
    expect(ratio).to_have_accessible_description(re.compile("'2:1' is not allowed"))
    expect(seconds.locator(".sd-problem")).to_contain_text("'3' is not allowed")
    expect(seconds.locator(".sd-field-value")).to_have_text("3 s")
    expect(seed.locator(".sd-problem")).to_contain_text("-2 is not allowed")
    expect(seed.get_by_role("textbox")).to_have_value("-2")
    expect(studio.root.locator(".sd-generate .sd-problem")).to_have_text(
        f"sharpness: not a field of TextToVideo; its fields are {', '.join(sd.TextToVideo.model_fields)}."
    )


def test_a_wrong_value_is_never_replaced_unseen(studio: StudioPage) -> None:
    studio.open("wrong")
    studio.generate.click()
    expect(studio.root.get_by_role("radio", name="21:9")).to_be_focused()
    studio.root.get_by_label("Prompt").fill("A fox at dusk")
    assert studio.wait_for("draft")[-1]["fields"]["duration"] == "3"
    assert studio.sent("submit") == []


def test_right_values_clear_what_was_wrong(studio: StudioPage) -> None:
    studio.open("wrong")
    studio.root.get_by_role("radio", name="1:1").check()
    studio.root.get_by_label("Duration").press("End")
    studio.root.get_by_label("Seed", exact=True).fill("7")
    expect(studio.root.locator(".sd-field .sd-problem")).to_have_count(0)
    studio.generate.click()
    fields = studio.wait_for("submit")[0]["fields"]
    assert (fields["aspect_ratio"], fields["duration"], fields["seed"]) == ("1:1", "12", 7)
    assert "sharpness" not in fields


def test_the_price_says_whose_and_of_when(studio: StudioPage) -> None:
    studio.open("history")
    quote = studio.root.locator(".sd-quote")
    expect(quote).to_contain_text("Price list of 22 Nov 2026")
    studio.kernel(
        """kernel.set('_draft', {...kernel.traits._draft,
            quote: {...kernel.traits._draft.quote, cost: 0.31, live: true, as_of: '2027-01-05'}})"""
    )
    expect(quote).to_contain_text("$0.31")
    expect(quote).to_contain_text("Live price of 5 Jan 2027")


def test_a_deprecated_endpoint_is_warned_of_while_it_is_chosen(studio: StudioPage) -> None:
    studio.open("retired")
    banner = studio.root.locator(".sd-banner", has_text="fal lists this endpoint as deprecated.")
    expect(banner).to_be_visible()
    expect(studio.root.get_by_role("radio", name="Text → video deprecated")).to_be_checked()
    studio.root.get_by_role("radio", name="Image → video").check()
    expect(banner).to_have_count(0)
    expect(studio.generate).to_be_enabled()
