"""The rig itself, with the smallest widget: a click goes to the kernel as a message and comes back as a trait."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

import ipyseedance
from tests.browser.rig.axe import violations
from tests.browser.rig.kernels import INSTALLED, write_kernelspec
from tests.browser.rig.notebook import KernelError, NotebookPage, write_notebook
from tests.browser.rig.page_log import PageLog
from tests.browser.rig.server import LabServer

COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = """
    export default {
      render({ model, el }) {
        const button = document.createElement("button");
        const draw = () => { button.textContent = `count ${model.get("value")}`; };
        button.addEventListener("click", () => model.send({ kind: "add" }));
        model.on("change:value", draw);
        draw();
        el.append(button);
        el.classList.add("counter");
      },
    };
    """
    value = traitlets.Int(0).tag(sync=True)

    def __init__(self):
        super().__init__()
        self.on_msg(lambda _widget, _content, _buffers: setattr(self, "value", self.value + 1))

counter = Counter()
'''.strip()

BROKEN = (
    'import anywidget\nclass Broken(anywidget.AnyWidget):\n    _esm = "export default { render() { %s } };"\nBroken()'
)

MUTE_ONCE = """
import pathlib, runpy, sys, time
started = pathlib.Path(sys.argv.pop(1))
if not started.exists():
    started.touch()
    time.sleep(300)
runpy.run_module("ipykernel_launcher", run_name="__main__")
""".strip()

OpenNotebook = Callable[..., NotebookPage]


def test_a_click_reaches_the_kernel_and_comes_back(notebook: OpenNotebook, kernel_name: str) -> None:
    page = notebook([COUNTER, "counter"], kernel=kernel_name)
    page.run_all()
    page.cell(1).get_by_role("button", name="count 0").click()
    expect(page.cell(1).get_by_role("button", name="count 1")).to_be_visible()
    assert page.eval_in_kernel("counter.value") == 1
    version = page.eval_in_kernel("__import__('ipykernel').__version__")
    assert kernel_name in {INSTALLED, f"ipykernel-{version}"}


def test_a_kernel_that_starts_mute_is_restarted(
    lab: LabServer, page: Page, page_log: PageLog, work: Path, tmp_path: Path
) -> None:
    write_kernelspec(lab.folder / "data", "mute-once", {}, ["-c", MUTE_ONCE, str(tmp_path / "started")])
    write_notebook(work / "notebook.ipynb", ["1 + 1"], "mute-once")
    notebook = NotebookPage.open(page, lab, work / "notebook.ipynb", patience=3000)
    notebook.run_cell(0)
    assert notebook.outputs(0)[0]["data"]["text/plain"] == "2"
    lab.shut_down_kernels()


def test_the_kernel_imports_the_same_ipyseedance(notebook: OpenNotebook) -> None:
    page = notebook(["import ipyseedance"])
    page.run_all()
    assert page.eval_in_kernel("ipyseedance.__file__") == ipyseedance.__file__


def test_cells_outputs_and_errors(notebook: OpenNotebook, work: Path) -> None:
    page = notebook(["print('hello')", "1 / 0"])
    page.run_cell(0)
    assert page.outputs(0)[0]["text"] == "hello\n"
    with pytest.raises(KernelError, match="division by zero"):
        page.run_cell(1)
    page.run_cell(1, allow_errors=True)
    with pytest.raises(KernelError, match="ZeroDivisionError"):
        page.run_in_kernel("1 / 0")
    page.run_cell(page.add_cell("open('made.txt', 'w').close()"))
    assert page.cell_count() == 3
    assert (work / "made.txt").exists()


def test_interrupt_restart_save_and_reload(notebook: OpenNotebook) -> None:
    page = notebook(["kept = 1", "import time; time.sleep(60)"])
    page.run_cell(0)
    page.run_cell(1, wait=False)
    page.page.wait_for_function("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'")
    page.interrupt()
    assert page.eval_in_kernel("kept") == 1  # queued behind the interrupted cell
    assert page.outputs(1)[0]["ename"] == "KeyboardInterrupt"
    page.save()
    assert "KeyboardInterrupt" in page.path.read_text()
    page.reload()
    assert page.eval_in_kernel("kept") == 1
    page.restart_kernel()
    with pytest.raises(KernelError, match="NameError"):
        page.eval_in_kernel("kept")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_themes_do_not_leak(notebook: OpenNotebook, theme: str) -> None:
    page = notebook(["1"])
    assert page.page.evaluate("document.body.dataset.jpThemeName") == "JupyterLab Light"
    page.set_theme(theme)
    assert page.page.evaluate("document.body.dataset.jpThemeLight") == str(theme.endswith("Light")).lower()


def test_an_error_in_the_page_is_seen(notebook: OpenNotebook, page_log: PageLog) -> None:
    page = notebook([BROKEN % "throw new Error('thrown on purpose')", BROKEN % "console.error('said on purpose')"])
    for cell, error in enumerate(("thrown on purpose", "said on purpose")):
        assert page_log.problems == []
        with page.page.expect_console_message(partial(tells, error)):
            page.run_cell(cell)
        assert error in "".join(page_log.problems)
        page_log.allow(error)


def tells(error: str, message: ConsoleMessage) -> bool:
    return error in message.text


def test_axe_sees_what_it_should(notebook: OpenNotebook) -> None:
    page = notebook([COUNTER, "counter"])
    page.run_all()
    button = page.cell(1).get_by_role("button", name="count 0")
    assert violations(page.page, ".counter") == []
    button.evaluate("button => { button.style = 'background: white; color: #ccc'; button.before(new Image()); }")
    assert {line.partition(":")[0] for line in violations(page.page, ".counter")} == {"color-contrast", "image-alt"}


def test_marimo_shows_a_widget(marimo: Callable[..., Page]) -> None:
    page = marimo(f"{COUNTER}\ncounter")
    page.get_by_role("button", name="count 0").click()
    expect(page.get_by_role("button", name="count 1")).to_be_visible()
