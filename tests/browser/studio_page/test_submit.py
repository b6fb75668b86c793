"""Pressing Generate."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .driver import StudioPage


def test_generate_sends_the_composed_request_once(studio: StudioPage) -> None:
    studio.open("empty")
    studio.root.get_by_label("Prompt").fill("A fox at dusk")
    studio.root.get_by_role("radio", name="9:16").check()
    studio.root.get_by_role("switch", name="Audio").uncheck()
    studio.root.get_by_label("Duration").press("ArrowRight")
    studio.generate.click()
    (submit,) = studio.wait_for("submit")
    assert submit["endpoint"].endswith("text-to-video")
    assert submit["fields"] == {
        "prompt": "A fox at dusk",
        "aspect_ratio": "9:16",
        "resolution": "720p",
        "duration": "6",
        "camera_fixed": False,
        "seed": None,
        "enable_safety_checker": True,
        "generate_audio": False,
    }
    expect(studio.root.locator(".sd-queue")).to_contain_text("A fox at dusk")


def test_a_double_click_is_one_act(studio: StudioPage) -> None:
    studio.open("history")
    studio.generate.dblclick()
    studio.wait_for("submit")
    expect(studio.generate).to_have_text("GenerateCtrl ↵")
    assert len(studio.sent("submit")) == 1
    studio.generate.click()
    assert len(studio.wait_for("submit", 2)) == 2


@pytest.mark.parametrize("field", ["Prompt", "Seed"])
def test_ctrl_enter_generates_once_however_long_it_is_held(studio: StudioPage, field: str) -> None:
    studio.open("history")
    studio.root.get_by_label(field, exact=True).focus()
    studio.page.keyboard.down("Control")
    for _ in range(4):
        studio.page.keyboard.down("Enter")
    studio.page.keyboard.up("Enter")
    studio.page.keyboard.up("Control")
    studio.wait_for("submit")
    expect(studio.generate).to_be_enabled()
    studio.settle()
    assert len(studio.sent("submit")) == 1


def test_enter_held_on_the_button_generates_once(studio: StudioPage) -> None:
    studio.open("history")
    studio.generate.focus()
    for _ in range(4):
        studio.page.keyboard.down("Enter")
    studio.page.keyboard.up("Enter")
    studio.wait_for("submit")
    studio.settle()
    assert len(studio.sent("submit")) == 1


def test_what_is_missing_is_pointed_at_only_when_generate_is_pressed(studio: StudioPage) -> None:
    studio.open("empty")
    prompt = studio.root.get_by_label("Prompt")
    expect(prompt).not_to_have_attribute("aria-invalid", "true")
    studio.generate.click()
    expect(prompt).to_be_focused()
    expect(prompt).to_have_attribute("aria-invalid", "true")
    expect(studio.root.locator(".sd-problem")).to_contain_text("text that is not blank")
    assert studio.sent("submit") == []
    prompt.fill("A fox")
    expect(studio.root.locator(".sd-problem")).to_have_count(0)


def test_a_refused_request_is_painted_under_its_field(studio: StudioPage) -> None:
    studio.open("history")
    studio.kernel(
        """kernel.handlers.submit = () => {
            throw refusal("The request cannot be sent.", {
                next_step: "Nothing was sent.",
                problems: [{ field: "seed", message: "-7 is not allowed; give a whole number" }],
            });
        }"""
    )
    studio.generate.click()
    seed = studio.root.get_by_label("Seed", exact=True)
    expect(seed).to_have_attribute("aria-invalid", "true")
    expect(studio.root.locator("[data-field=seed] .sd-problem")).to_have_text("-7 is not allowed; give a whole number")
    expect(studio.root.locator(".sd-outcome")).to_contain_text("Nothing was sent.")
    seed.fill("7")
    expect(seed).not_to_have_attribute("aria-invalid", "true")
