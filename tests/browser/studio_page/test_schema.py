"""The endpoint's schema draws the controls."""

from __future__ import annotations

from playwright.sync_api import expect

from .driver import StudioPage


def test_an_endpoint_nobody_has_met_is_drawn_and_submitted(studio: StudioPage) -> None:
    studio.open("invented")
    root = studio.root
    root.get_by_label("Script").fill("Run")
    root.get_by_role("radio", name="wild").check()
    root.get_by_label("Style").select_option("and one more of them")
    root.get_by_label("Strength").fill("0.75")
    root.get_by_label("Shots").fill("3")
    root.get_by_label("Length").press("End")
    root.get_by_role("switch", name="Upscale").uncheck()
    root.get_by_label("Avoid").fill("blur")
    root.get_by_role("radio", name="1:1").check()
    root.get_by_role("button", name="Roll a new seed").click()
    studio.generate.click()
    (submit,) = studio.wait_for("submit")
    dice = submit["fields"].pop("dice")
    assert dice in range(100)
    assert submit["fields"] == {
        "script": "Run",
        "mood": "wild",
        "style": "and one more of them",
        "strength": 0.75,
        "shots": 3,
        "length": 30,
        "upscale": False,
        "negative": "blur",
        "canvas": "1:1",
    }


def test_another_endpoint_keeps_the_fields_it_shares(studio: StudioPage) -> None:
    studio.open("empty")
    studio.root.get_by_label("Prompt").fill("A fox at dusk")
    studio.root.get_by_role("radio", name="Image → video").check()
    expect(studio.root.get_by_label("Prompt")).to_have_value("A fox at dusk")
    expect(studio.root.get_by_label("Start frame", exact=True)).to_be_attached()
    studio.generate.click()
    expect(studio.root.locator("[data-field=image_url] .sd-problem")).to_contain_text("PNG, JPEG or WebP")
    assert studio.sent("submit") == []


def test_the_seed_says_what_happens_next(studio: StudioPage) -> None:
    studio.open("history")
    field = studio.root.locator("[data-field=seed]")
    seed = field.get_by_role("textbox")
    lock = field.get_by_role("button", name="Keep the same seed")
    expect(field).to_contain_text("new for every clip")
    field.get_by_role("button", name="Roll a new seed").click()
    expect(field).to_contain_text("the same for every clip")
    expect(lock).to_have_attribute("aria-pressed", "true")
    lock.click()
    expect(seed).to_have_value("")
    lock.click()
    shown = studio.kernel("kernel.traits._selected.seed")
    expect(seed).to_have_value(str(shown))


def test_a_helper_goes_in_at_the_caret(studio: StudioPage) -> None:
    studio.open("empty")
    prompt = studio.root.get_by_label("Prompt")
    prompt.fill("A pier.")
    studio.root.get_by_role("button", name="Dialogue", exact=True).click()
    studio.root.get_by_role("menuitem", name="Someone says").press("Enter")
    expect(prompt).to_be_focused()
    studio.page.keyboard.type("Hi")
    expect(prompt).to_have_value('A pier. She says, "Hi"')


def test_a_number_can_be_wiped_out_and_written_anew(studio: StudioPage) -> None:
    studio.open("invented")
    strength = studio.root.get_by_label("Strength")
    strength.fill("")
    expect(strength).to_have_value("")
    strength.press_sequentially("0.9")
    studio.root.get_by_label("Script").fill("Run")
    studio.generate.click()
    assert studio.wait_for("submit")[0]["fields"]["strength"] == 0.9
