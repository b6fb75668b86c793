"""Fields become axes, the clips are counted, and a sweep is one act."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.rig import axe

from .driver import StudioPage
from .test_look import STICKING_OUT


def vary(studio: StudioPage, title: str) -> Locator:
    return studio.root.locator(".sd-composer").get_by_role("button", name=f"Vary {title}", exact=True)


def three_by_four(studio: StudioPage, scene: str = "history") -> StudioPage:
    """Three animals by four seeds, by mouse."""
    studio.open(scene)
    if scene == "paid":
        studio.root.get_by_role("radio", name="480p").check()
        studio.root.get_by_label("Duration").press("Home")
    studio.root.get_by_label("Prompt").fill("A {animal} at dusk")
    studio.root.get_by_label("{animal}").fill("fox, owl, red panda")
    vary(studio, "seed").click()
    studio.root.get_by_role("button", name="4 random").click()
    expect(studio.generate).to_contain_text("12 clips")
    return studio


def test_a_sweep_is_built_by_mouse_alone(studio: StudioPage) -> None:
    studio.open("history")
    vary(studio, "resolution").click()
    for name in ("480p", "1080p"):
        studio.root.get_by_role("checkbox", name=name).click()
    vary(studio, "seed").click()
    studio.root.get_by_role("button", name="4 random").click()
    expect(studio.generate).to_have_text(re.compile("^Generate 12 clips · free"))
    expect(studio.root.locator(".sd-quote")).to_contain_text(re.compile("3 . 4 = 12 clips"))
    assert studio.sent("run") == studio.sent("submit") == []
    studio.generate.dblclick()
    (run,) = studio.wait_for("run")
    assert run["axes"]["resolution"] == ["480p", "720p", "1080p"]
    assert re.fullmatch(r"\d+(, \d+){3}", run["axes"]["seed"])
    assert (run["shown"]["clips"], run["skip_invalid"]) == (12, False)
    expect(studio.root.locator(".sd-said")).to_have_text("Sent 12 clips as sweep-2. They are in the queue below.")
    expect(studio.root.locator(".sd-job")).to_have_count(12)
    studio.settle()
    assert (len(studio.sent("run")), studio.sent("submit")) == (1, [])


def test_a_sweep_is_built_by_keyboard_alone(studio: StudioPage) -> None:
    studio.open("history")
    keys = studio.page.keyboard
    prompt = studio.root.get_by_label("Prompt")
    prompt.focus()
    keys.press("Control+A")
    keys.type("A {animal} at dusk")
    reach(studio, studio.root.get_by_label("{animal}"))
    keys.type("fox, owl, red panda")
    reach(studio, vary(studio, "seed"))
    keys.press("Enter")
    expect(studio.root.get_by_role("textbox", name="Seed")).to_be_focused()
    keys.type("1..4")
    expect(studio.generate).to_contain_text("Generate 12 clips · free")
    keys.press("Control+Enter")
    (run,) = studio.wait_for("run")
    assert run["axes"] == {"animal": "fox, owl, red panda", "seed": "1..4"}
    expect(studio.root.locator(".sd-job", has_text="A red panda at dusk")).to_have_count(4)


def reach(studio: StudioPage, target: Locator) -> None:
    target.wait_for()
    for _ in range(40):
        if target.evaluate("(el) => el === document.activeElement"):
            return
        studio.page.keyboard.press("Tab")
    raise AssertionError("it cannot be reached by Tab")


def test_a_field_is_varied_and_no_longer_by_one_press_each(studio: StudioPage) -> None:
    studio.open("history")
    tool = vary(studio, "aspect ratio")
    expect(tool).to_have_attribute("aria-pressed", "false")
    expect(tool).to_have_attribute("title", "Vary this")
    tool.press("Enter")
    expect(tool).to_be_focused()
    expect(tool).to_have_attribute("aria-pressed", "true")
    ratio = studio.root.locator("[data-field=aspect_ratio]")
    expect(ratio.get_by_role("checkbox", checked=True)).to_have_count(1)
    ratio.get_by_role("checkbox", name="1:1").check()
    expect(studio.generate).to_contain_text("Generate 2 clips")
    assert studio.sent("draft")[-1]["axes"] == {"aspect_ratio": ["16:9", "1:1"]}
    tool.press("Enter")
    expect(ratio.get_by_role("radio", name="16:9")).to_be_checked()
    expect(studio.generate).to_have_text("GenerateCtrl ↵")
    studio.generate.click()
    assert studio.wait_for("submit")[0]["fields"]["aspect_ratio"] == "16:9"


def test_switches_and_seconds_are_chosen_from(studio: StudioPage) -> None:
    studio.open("history")
    vary(studio, "audio").click()
    studio.root.get_by_role("checkbox", name="Off").check()
    vary(studio, "duration").click()
    studio.root.get_by_role("checkbox", name="12 s").check()
    expect(studio.root.locator(".sd-quote")).to_contain_text(re.compile("2 . 2 = 4 clips"))
    studio.generate.click()
    axes = studio.wait_for("run")[0]["axes"]
    assert axes == {"generate_audio": [True, False], "duration": ["5", "12"]}


def test_braces_without_values_are_offered_and_sent_as_they_are(studio: StudioPage) -> None:
    studio.open("history")
    studio.root.get_by_label("Prompt").fill("A {animal} at dusk")
    row = studio.root.locator("[data-field=animal]")
    expect(row).to_contain_text("sent as written until it has values")
    studio.generate.click()
    assert studio.wait_for("submit")[0]["fields"]["prompt"] == "A {animal} at dusk"
    assert studio.sent("run") == []
    row.get_by_role("textbox").fill("fox, owl")
    expect(row).to_contain_text("2 values")
    expect(studio.generate).to_contain_text("Generate 2 clips")
    studio.root.get_by_label("Prompt").fill("A fox at dusk")
    expect(row).to_have_count(0)
    expect(studio.generate).to_have_text("GenerateCtrl ↵")


def test_a_prompt_is_varied_below_itself(studio: StudioPage) -> None:
    studio.open("history")
    vary(studio, "prompt").click()
    others = studio.root.get_by_label("Other prompts")
    expect(others).to_be_focused()
    studio.page.keyboard.type("light => dark || storm")
    studio.page.keyboard.press("Control+Enter")
    expect(studio.generate).to_contain_text("2 clips")
    assert studio.wait_for("draft")[-1]["axes"] == {"prompt": "light => dark || storm"}


def test_nothing_is_sent_while_it_is_being_counted(studio: StudioPage) -> None:
    three_by_four(studio)
    studio.kernel("kernel.deaf.add('draft')")
    studio.root.get_by_label("{animal}").fill("fox, owl, red panda, boar")
    studio.page.keyboard.press("Control+Enter")
    expect(studio.root.locator(".sd-said")).to_have_text("The clips are still being counted. Nothing was sent.")
    studio.kernel("kernel.hear()")
    expect(studio.generate).to_contain_text("16 clips")
    assert studio.sent("run") == studio.sent("submit") == []


def paste(studio: StudioPage, prompt: str) -> None:
    """Paste a prompt and generate at once, as quickly as keys can follow each other."""
    studio.root.get_by_label("Prompt").focus()
    studio.page.evaluate(
        """(prompt) => {
            const area = document.activeElement;
            area.select();
            document.execCommand("insertText", false, prompt);
            area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
        }""",
        prompt,
    )


def take_braces_out(studio: StudioPage) -> None:
    """Of a prompt that was varied; the values stay."""
    studio.open("history")
    studio.root.get_by_label("Prompt").fill("A {animal} at dusk")
    studio.root.get_by_label("{animal}").fill("fox, owl")
    expect(studio.generate).to_contain_text("Generate 2 clips")
    studio.root.get_by_label("Prompt").fill("A fox at dusk")
    expect(studio.generate).to_have_text("GenerateCtrl ↵")
    studio.settle()


def test_braces_that_come_back_are_not_sent_as_one_clip(studio: StudioPage) -> None:
    take_braces_out(studio)
    paste(studio, "A {animal} at dusk")
    expect(studio.root.locator(".sd-said")).to_have_text("The clips are still being counted. Nothing was sent.")
    expect(studio.generate).to_contain_text("Generate 2 clips")
    assert studio.sent("run") == studio.sent("submit") == []
    # Values of what is not in the prompt are in nobody's way.
    studio.root.get_by_label("Prompt").fill("A fox at dusk")
    expect(studio.generate).to_have_text("GenerateCtrl ↵")
    paste(studio, "A boar at dusk")
    assert studio.wait_for("submit")[0]["fields"]["prompt"] == "A boar at dusk"


def test_a_draft_that_was_lost_is_told_again_and_nothing_sent_before(studio: StudioPage) -> None:
    studio.page.clock.install()
    take_braces_out(studio)
    told = len(studio.sent("draft"))
    studio.kernel("kernel.deaf.add('draft')")
    studio.root.get_by_label("Prompt").fill("A {animal} at dusk")
    studio.wait_for("draft", told + 1)
    studio.page.clock.run_for(70_000)
    studio.page.keyboard.press("Control+Enter")
    expect(studio.root.locator(".sd-said")).to_have_text("The clips are still being counted. Nothing was sent.")
    studio.wait_for("draft", told + 2)
    studio.kernel("kernel.hear()")
    expect(studio.generate).to_contain_text("Generate 2 clips")
    assert studio.sent("run") == studio.sent("submit") == []


def test_what_is_wrong_with_an_axis_is_painted_at_it(studio: StudioPage) -> None:
    studio.open("history")
    studio.root.get_by_label("Prompt").fill("A {animal} at dusk")
    animal = studio.root.get_by_label("{animal}")
    animal.fill("fox,, owl")
    row = studio.root.locator("[data-field=animal]")
    expect(row.locator(".sd-problem")).to_have_text("there is an empty value")
    expect(animal).to_have_attribute("aria-invalid", "true")
    studio.generate.click()
    expect(animal).to_be_focused()
    animal.fill("fox, owl")
    expect(row.locator(".sd-problem")).to_have_count(0)
    vary(studio, "seed").click()
    expect(studio.root.get_by_role("textbox", name="Seed")).to_be_focused()
    studio.generate.click()
    expect(studio.root.locator("[data-field=seed] .sd-problem")).to_have_text("Needed: the values to vary it over.")
    assert studio.sent("run") == studio.sent("submit") == []


def test_invalid_cells_are_named_and_can_be_skipped(studio: StudioPage) -> None:
    studio.open("history")
    vary(studio, "seed").click()
    seed = studio.root.get_by_role("textbox", name="Seed")
    seed.fill("1, two, 3")
    expect(studio.root.locator("[data-field=seed] .sd-problem")).to_contain_text("'two' is not allowed")
    studio.generate.click()
    expect(seed).to_be_focused()
    expect(studio.root.locator(".sd-why")).to_have_text("1 cell cannot be sent: put it right, or skip it.")
    assert studio.sent("run") == []
    studio.root.get_by_role("switch", name="Skip 1 invalid cell").check()
    expect(studio.root.locator("[data-field=seed] .sd-problem")).to_have_count(0)
    expect(studio.root.locator(".sd-invalid")).to_contain_text("1 cell · Seed: 'two' is not allowed")
    studio.generate.click()
    assert studio.wait_for("run")[0]["skip_invalid"] is True


def test_what_is_there_already_costs_nothing_and_is_said(studio: StudioPage) -> None:
    three_by_four(studio, "paid")
    expect(studio.generate).to_contain_text("Generate 12 clips · $1.16")
    studio.opened.finish()
    run(studio, "fox", "Generate 4 clips · $0.39")
    expect(studio.generate).to_contain_text("All 4 made: open them")
    run(studio, "fox, owl, red panda", "Generate 8 clips · $0.77")
    expect(studio.generate).to_contain_text("All 12 made: open them")


def run(studio: StudioPage, animals: str, says: str) -> None:
    """Generate those of the sweep, once the button says so."""
    studio.root.get_by_label("{animal}").fill(animals)
    expect(studio.generate).to_contain_text(says)
    studio.generate.click()


def test_the_button_says_how_the_clips_stand(studio: StudioPage) -> None:
    three_by_four(studio, "paid")
    axis = studio.root.get_by_label("{animal}")
    quote = studio.root.locator(".sd-quote")
    run(studio, "fox, owl", "Generate 8 clips · $0.77")
    axis.fill("fox, owl, red panda")
    expect(studio.generate).to_contain_text("Generate 4 more · $0.39 (8 under way)")
    expect(quote).to_contain_text("8 under way")
    expect(quote).not_to_contain_text("there already")
    # Exactly that is sent.
    finish_the_first = studio.opened.hold_anew()
    studio.generate.click()
    assert studio.wait_for("run", 2)[1]["shown"] == {"clips": 4, "dollars": pytest.approx(4 * 0.0964, abs=1e-3)}

    expect(studio.generate).to_contain_text("12 under way")
    expect(studio.generate).to_be_enabled()
    studio.generate.click()
    expect(studio.root.get_by_role("region", name="Queue")).to_be_focused()
    finish_the_first()
    expect(studio.generate).to_contain_text("4 under way")
    expect(quote).to_contain_text("8 are there already")
    studio.root.get_by_role("button", name="See the plan").click()
    rows = studio.root.get_by_role("region", name="Plan").get_by_role("row")
    expect(rows.nth(8)).to_contain_text("there already")
    expect(rows.nth(9)).to_contain_text("under way")
    assert len(studio.sent("run")) == 2

    studio.opened.finish()
    expect(studio.generate).to_contain_text("All 12 made: open them")
    studio.generate.click()
    opened = studio.wait_for("compare")[0]["sweep"]
    studio.root.get_by_role("button", name="Back to the studio").click()
    studio.generate.click()
    assert [message["sweep"] for message in studio.wait_for("compare", 2)] == [opened, opened]
    assert len(studio.sent("run")) == 2  # what was run here is opened without a new run


def test_the_plan_is_seen_before(studio: StudioPage) -> None:
    three_by_four(studio, "paid")
    studio.opened.finish()
    run(studio, "fox", "Generate 4 clips · $0.39")
    expect(studio.generate).to_contain_text("All 4 made: open them")
    studio.root.get_by_label("{animal}").fill("fox, owl, red panda")
    see = studio.root.get_by_role("button", name="See the plan")
    see.click()
    plan = studio.root.get_by_role("region", name="Plan")
    expect(plan.get_by_role("columnheader")).to_have_text(["animal", "Seed", "Price", "Plan"])
    expect(plan.get_by_role("row")).to_have_count(13)
    expect(plan.get_by_role("row").nth(4)).to_contain_text("there already")
    expect(plan.get_by_role("row").nth(5)).to_contain_text("$0.10to run")
    plan.get_by_label("Clips made at a time").select_option("10")
    assert studio.wait_for("plan", 2)[-1]["concurrency"] == 10
    studio.root.get_by_label("{animal}").fill("1..200")
    expect(plan).to_contain_text("The first 200 of 800 cells.")
    studio.root.get_by_role("button", name="Hide the plan").click()
    expect(plan).to_have_count(0)
    assert len(studio.sent("run")) == 1


def test_above_a_dollar_its_price_is_typed(studio: StudioPage) -> None:
    three_by_four(studio, "paid")
    studio.generate.click()
    question = studio.root.get_by_role("dialog", name="These 12 clips cost about $1.16.")
    expect(question).to_have_accessible_description("Clips 12 Price $1.16 Budget left $3.16")
    studio.page.keyboard.type("1.16")
    studio.page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    first, second = studio.wait_for("run", 2)
    assert "confirm" not in first
    assert second == {**first, "req": second["req"], "confirm": "1.16"}


@pytest.mark.parametrize("changed", ["a value", "what is varied", "what is skipped"])
def test_a_changed_sweep_is_not_confirmed_by_the_old_question(studio: StudioPage, changed: str) -> None:
    three_by_four(studio, "paid")
    if changed == "what is skipped":
        studio.root.get_by_role("textbox", name="Seed").fill("1, two, 3, 4, 5, 6")
        studio.root.get_by_role("switch", name="Skip").check()
    studio.generate.click()
    question = studio.root.get_by_role("dialog")
    expect(question).to_be_visible()
    if changed == "a value":
        studio.root.get_by_role("textbox", name="Seed").fill("1..40")
    elif changed == "what is varied":
        vary(studio, "audio").click()
    else:
        studio.root.get_by_role("switch", name="Skip").uncheck()
    expect(question).to_have_count(0)


def test_a_question_about_a_sweep_that_has_changed_meanwhile_is_not_asked(studio: StudioPage) -> None:
    three_by_four(studio, "paid")
    studio.kernel("kernel.deaf.add('run')")
    studio.generate.click()
    studio.wait_for("run")
    studio.root.get_by_label("{animal}").fill("fox")
    studio.kernel("kernel.hear()")
    expect(studio.root.locator(".sd-said")).to_contain_text("The request was changed before")
    expect(studio.root.get_by_role("dialog")).to_have_count(0)


def test_axes_are_shared_and_a_reused_clip_ends_them(studio: StudioPage) -> None:
    three_by_four(studio)
    studio.mount_again()
    second = studio.page.locator(".sd-studio").nth(1)
    expect(second.get_by_label("{animal}")).to_have_value("fox, owl, red panda")
    second.get_by_label("{animal}").fill("fox")
    expect(studio.root.get_by_label("{animal}")).to_have_value("fox")
    studio.settle()
    change: dict[str, Any] = {"origin": "python", "axes": {"resolution": ["480p", "720p"]}}
    studio.kernel("kernel.set('_draft', {...kernel.traits._draft, ...arg})", change)
    expect(studio.root.locator("[data-field=resolution] :checked")).to_have_count(2)
    expect(studio.root.get_by_role("textbox", name="Seed")).to_have_value("")
    studio.root.get_by_role("button", name="Reuse settings").click()
    expect(vary(studio, "resolution").first).to_have_attribute("aria-pressed", "false")
    expect(studio.generate).to_have_text("GenerateCtrl ↵")


def test_the_first_clip_of_a_sweep_is_shown_and_the_others_take_nobody_away(studio: StudioPage) -> None:
    three_by_four(studio)
    studio.opened.finish()
    studio.generate.click()
    studio.wait_for("select")  # before it there may be no job yet, and later there is none any more
    expect(studio.root.locator(".sd-job")).to_have_count(0)
    chosen = [m["gid"] for m in studio.sent("select")]
    assert len(chosen) == 1


def test_a_frame_is_varied_over_pictures(studio: StudioPage) -> None:
    studio.open("image")
    vary(studio, "start frame").click()
    strip = studio.root.get_by_role("list", name="Pictures for start frame")
    expect(strip.get_by_role("listitem")).to_have_count(1)
    studio.root.get_by_role("button", name="More sources for start frame").click()
    studio.root.get_by_role("menuitem", name="Last frame of the clip shown").click()
    expect(strip.get_by_role("listitem")).to_have_count(2)
    expect(studio.root.get_by_role("button", name="Swap the frames")).to_have_count(0)
    expect(studio.generate).to_contain_text("Generate 2 clips")
    strip.get_by_role("button", name="Take away lake.png").click()
    expect(strip.get_by_role("listitem")).to_have_count(1)
    # How many drafts told of the pictures before goes by how quick the machine is.
    studio.page.wait_for_function(
        "() => lab.kernel.received.filter((m) => m.kind === 'draft').at(-1)?.axes.image_url?.length === 1"
    )
    (frame,) = studio.sent("draft")[-1]["axes"]["image_url"]
    assert frame["name"].startswith("last frame of clip")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [480, 1200])
def test_it_is_for_everybody_in_little_space(studio: StudioPage, theme: str, width: int) -> None:
    studio.page.set_viewport_size({"width": width + 32, "height": 900})
    studio.open("image", theme=theme, width=width)
    studio.root.get_by_label("Prompt").fill("A {animal} in {a_place_with_quite_a_long_name}")
    studio.root.get_by_label("{animal}").fill("fox,, owl")
    for title in ("start frame", "prompt", "aspect ratio", "resolution", "duration", "seed", "audio"):
        vary(studio, title).click()
    studio.root.get_by_role("textbox", name="Seed").fill("1, two")
    studio.root.get_by_label("Other prompts").fill("A => One")
    studio.settle()
    assert axe.violations(studio.page, ".sd-studio") == []
    assert studio.page.evaluate(STICKING_OUT) == []
    studio.root.get_by_label("{animal}").fill("fox, owl")
    studio.root.get_by_role("button", name="See the plan").click()
    studio.root.get_by_role("switch", name="Skip").check()
    studio.settle()
    assert axe.violations(studio.page, ".sd-studio") == []
    assert studio.page.evaluate(STICKING_OUT.replace("svg", "svg, .sd-plan-scroll")) == []
