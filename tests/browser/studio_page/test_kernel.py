"""A kernel that is busy, silent or gone, and the notebook around the widget."""

from __future__ import annotations

from playwright.sync_api import expect

from .driver import StudioPage


def test_a_gone_kernel_is_said_and_nothing_can_be_sent(studio: StudioPage) -> None:
    studio.open("history")
    studio.wait_for_clip()
    studio.kernel("kernel.emit('comm_live_update')")
    studio.kernel("kernel.emit('msg:custom', {kind: 'reply', req: 'late', ok: true, value: {}}, [])")
    expect(studio.root.get_by_role("alert")).to_contain_text(
        "The kernel restarted. Run the cells above, then this one."
    )
    expect(studio.generate).to_be_disabled()
    expect(studio.root.get_by_label("Prompt")).to_be_disabled()
    studio.root.get_by_role("button", name="Play").last.click()
    studio.page.wait_for_function("() => document.querySelector('video').currentTime > 0.2")


def test_a_notebook_opened_without_a_kernel_says_what_to_run(studio: StudioPage) -> None:
    studio.open("history", more="&saved")
    expect(studio.root.locator(".sd-banner")).to_contain_text(
        "This notebook was opened without its kernel. Run the cells above, then this one."
    )


def test_a_submit_into_a_dead_kernel_is_not_repeated(studio: StudioPage) -> None:
    studio.open("history")
    # At once: any other message on its way would find out first.
    studio.kernel("(kernel.dead = true, document.querySelector('.sd-primary').click())")
    expect(studio.root.locator(".sd-outcome")).to_contain_text("The kernel went away before it answered.")
    expect(studio.root.locator(".sd-banner")).to_contain_text("The kernel restarted.")
    assert studio.sent("submit") == []


def test_what_was_never_sent_goes_by_one_click_below_a_dollar(studio: StudioPage) -> None:
    studio.open("unsent", jobs=3)
    expect(studio.root.locator(".sd-banner")).to_contain_text("3 not sent yet · $0.78.")
    assert studio.sent("resume") == []
    studio.root.get_by_role("button", name="Send them now").dblclick()
    expect(studio.root.locator(".sd-banner")).to_have_count(0)
    assert len(studio.sent("resume")) == 1


def test_a_busy_kernel_is_waited_for_and_asked_once(studio: StudioPage) -> None:
    studio.open("history")
    studio.kernel("kernel.deaf.add('all')")
    studio.generate.click()
    expect(studio.root.locator(".sd-why")).to_contain_text("Sent to the kernel, waiting")
    expect(studio.root.locator(".sd-banner")).to_contain_text("Waiting for the kernel.")
    studio.generate.click(force=True)
    studio.kernel("kernel.set('_jobs', kernel.traits._jobs)")
    expect(studio.root.locator(".sd-header")).to_contain_text("Kernel busy")
    studio.kernel("kernel.hear()")
    expect(studio.root.locator(".sd-banner")).to_have_count(0)
    expect(studio.root.locator(".sd-why")).to_be_empty()
    assert len(studio.sent("submit")) == 1


ESCAPED = """() => {
    window.escaped = [];
    for (const name of ["keydown", "keyup", "keypress"])
        document.addEventListener(name, (event) => {
            const root = event.target.closest(".sd-studio");
            escaped.push([event.type, event.key, root.hasAttribute("data-lm-suppress-shortcuts")]);
        });
}"""


def test_no_key_leaves_the_widget(studio: StudioPage) -> None:
    studio.open("history")
    studio.page.evaluate(ESCAPED)
    for target in (studio.generate, studio.root.get_by_label("Prompt"), studio.root.locator(".sd-stage")):
        target.focus()
        for key in ("b", "Shift+Enter", "Escape", "Space", "ArrowDown", "Backspace", "Tab"):
            target.focus()
            studio.page.keyboard.press(key)
    assert studio.page.evaluate("escaped") == []
    assert studio.root.get_attribute("data-lm-suppress-shortcuts") == "true"


def pressed(studio: StudioPage, *keys: str) -> set[str]:
    """Those of the keys that a host would see, and act on, as it names them."""
    for key in keys:
        studio.page.keyboard.press(key)
    seen = studio.page.evaluate("escaped.splice(0)")
    assert not any(kept for _, _, kept in seen)  # JupyterLab would not act on it
    return {key for kind, key, _ in seen if kind == "keydown"} - {"Control", "Alt", "Shift", "Meta"}


def test_keys_with_ctrl_reach_the_host_unless_the_widget_uses_them(studio: StudioPage) -> None:
    studio.open("history")
    studio.page.evaluate("() => document.addEventListener('keydown', (event) => event.preventDefault())")
    studio.page.evaluate(ESCAPED)
    hosts = ("Control+s", "Control+Shift+C", "Control+b", "Meta+s", "Alt+w", "Control+Shift+ArrowUp")
    names = {"s", "C", "b", "w", "ArrowUp"}
    for target in (
        studio.generate,
        studio.root.locator(".sd-stage"),
        studio.root.locator(".sd-tile").first,
        studio.root.get_by_label("Duration"),
        studio.root.get_by_role("switch").first,
    ):
        target.focus()
        assert pressed(studio, *hosts) == names
    for field in (studio.root.get_by_label("Prompt", exact=True), studio.root.get_by_role("textbox", name="Note")):
        field.focus()
        assert pressed(studio, *hosts) == names - {"ArrowUp"}
        # What a field does with them is the field's.
        editing = ("z", "Shift+Z", "y", "a", "c", "v", "x", "Backspace", "ArrowLeft", "Home", "Enter")
        assert pressed(studio, *(f"Control+{key}" for key in editing)) == set()
    # AltGr, which Windows tells as Ctrl and Alt, writes.
    studio.root.get_by_label("Prompt", exact=True).focus()
    assert pressed(studio, "Control+Alt+{") == set()
    studio.root.locator(".sd-stage").focus()
    assert pressed(studio, "Control+Enter") == set()  # the host would run the cell, and make the widget anew


def test_a_view_that_leaves_takes_everything_with_it(studio: StudioPage) -> None:
    studio.open("running")
    studio.page.evaluate("() => { window.second = lab.mount(); second.leave(); }")
    assert studio.page.evaluate("second.el.childElementCount") == 0
    studio.kernel("kernel.set('_selected', kernel.traits._history.rows[0])")
    expect(studio.root.locator(".sd-tile").first).to_have_attribute("aria-current", "true")


def test_an_error_while_drawing_is_painted(studio: StudioPage) -> None:
    studio.open("empty")
    studio.page.evaluate(
        """async () => {
            const { default: factory } = await import("/src/ipyseedance/widgets/static/studio.js");
            const get = (name) => (name === "_catalog" ? [] : lab.kernel.model.get(name));
            const model = { get, on() {}, send() {} };
            const signal = new AbortController().signal;
            const el = document.body.appendChild(Object.assign(document.createElement("div"), { id: "broken" }));
            const widget = factory();
            widget.initialize({ model, signal });
            widget.render({ model, el, signal });
        }"""
    )
    expect(studio.page.locator("#broken")).to_contain_text("The kernel offers no endpoint.")


def test_slow_work_is_no_sign_of_a_busy_kernel(studio: StudioPage) -> None:
    studio.open("image")
    studio.kernel("kernel.deaf.add('frame_clip')")
    studio.page.clock.install()
    studio.root.get_by_role("button", name="Continue from last frame").click()
    studio.wait_for("frame_clip")
    studio.page.clock.run_for(10_000)
    expect(studio.root.locator(".sd-banner")).to_have_count(0)
    expect(studio.root.locator(".sd-header")).not_to_contain_text("Kernel")
