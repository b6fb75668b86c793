"""One notebook open in JupyterLab, driven through JupyterLab's own application object rather than its markup."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.rig.kernels import INSTALLED
from tests.browser.rig.server import LabServer

PANEL = "window.jupyterapp.shell.currentWidget"
OPEN = f"window.jupyterapp && {PANEL}?.context?.isReady && {PANEL}.sessionContext?.session?.kernel"
IDLE = f"{OPEN}?.status === 'idle'"
START_MILLISECONDS = 60_000
STARTS = 3

# When a cell fails or is interrupted, the kernel drops what was queued behind it unrun ("aborted"): ask again then.
RUN_IN_KERNEL = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  for (;;) {
    const future = kernel.requestExecute({ code, store_history: false, stop_on_error: false });
    let printed = '';
    future.onIOPub = ({ header, content }) => {
      if (header.msg_type === 'stream') printed += content.text;
    };
    const { content } = await future.done;
    if (content.status !== 'aborted') {
      return { printed, error: content.status === 'error' ? `${content.ename}: ${content.evalue}` : null };
    }
  }
}"""

# Whether the kernel has started: it says idle, and has answered once. One that is idle loses its first request now and
# then all the same, so it is asked more than once, and no test's first cell is the one that is lost.
STARTED = """async (patience) => {
  const late = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds, 'late'));
  const context = window.jupyterapp.shell.currentWidget.sessionContext;
  for (let waited = 0; context.session?.kernel?.status !== 'idle'; waited += 50) {
    if (waited > patience) return false;
    await late(50);
  }
  for (let tries = 0; tries < 2; tries++) {
    const { done } = context.session.kernel.requestExecute({ code: '0', store_history: false, silent: true });
    if ((await Promise.race([done, late(5000)])) !== 'late') return true;
  }
  return false;
}"""


class KernelError(Exception):
    """Code that a test ran in the kernel raised this."""


class NotebookPage:
    """Cells are counted from 0. `page` and `cell(i)` give Playwright's view, for clicking and looking."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.path = path

    @classmethod
    def open(cls, page: Page, lab: LabServer, path: Path, patience: int = START_MILLISECONDS // 3) -> "NotebookPage":
        """Open a notebook and wait for its kernel; one that is mute for `patience` milliseconds is restarted."""
        notebook = cls(page, path)
        page.goto(lab.notebook_url(path))
        page.wait_for_function(OPEN, timeout=START_MILLISECONDS)
        # Once in some hundred starts ipykernel 7.3 stays mute for ever, before our code has run. A person restarts it.
        for _ in range(STARTS):
            if page.evaluate(STARTED, patience):
                return notebook
            page.evaluate(f"() => {{ void {PANEL}.sessionContext.restartKernel(); }}")
        raise KernelError(f"the kernel was started {STARTS} times and answers nothing")

    def wait_until_idle(self, timeout: int = START_MILLISECONDS) -> None:
        self.page.wait_for_function(IDLE, timeout=timeout)

    # Cells

    def cell(self, index: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def cell_count(self) -> int:
        return int(self.page.evaluate(f"{PANEL}.context.model.sharedModel.cells.length"))

    def add_cell(self, source: str) -> int:
        """Append a code cell, without running it, and return its index."""
        script = f"""(source) => {{
          const notebook = {PANEL}.context.model.sharedModel;
          notebook.insertCell(notebook.cells.length, {{ cell_type: 'code', source }});
          return notebook.cells.length - 1;
        }}"""
        return int(self.page.evaluate(script, source))

    def run_cell(self, index: int, *, wait: bool = True, allow_errors: bool = False) -> None:
        self.page.evaluate(f"(index) => {{ {PANEL}.content.activeCellIndex = index; }}", index)
        self._command("notebook:run-cell", wait=wait)
        if wait and not allow_errors:
            self._refuse_errors(index)

    def run_all(self, *, wait: bool = True, allow_errors: bool = False) -> None:
        self._command("notebook:run-all-cells", wait=wait)
        if wait and not allow_errors:
            for index in range(self.cell_count()):
                self._refuse_errors(index)

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """A code cell's outputs as nbformat has them; a cell of text has none."""
        outputs: list[dict[str, Any]] = self.page.evaluate(
            f"(index) => {PANEL}.content.widgets[index].model.outputs?.toJSON() ?? []", index
        )
        return outputs

    def _refuse_errors(self, index: int) -> None:
        for output in self.outputs(index):
            if output["output_type"] == "error":
                raise KernelError("\n".join([f"cell {index}:", *output["traceback"]]))

    # Kernel

    def run_in_kernel(self, code: str) -> str:
        """Run code outside every cell and return what it printed; it waits its turn behind a busy cell."""
        answer = self.page.evaluate(RUN_IN_KERNEL, code)
        if answer["error"]:
            raise KernelError(answer["error"])
        return str(answer["printed"])

    def eval_in_kernel(self, expression: str) -> Any:
        """The value of an expression whose value JSON can carry."""
        return json.loads(self.run_in_kernel(f"print(__import__('json').dumps({expression}))"))

    def kernel_status(self) -> str:
        return str(self.page.evaluate(f"{PANEL}.sessionContext.session.kernel.status"))

    def interrupt(self) -> None:
        self._command("notebook:interrupt-kernel")

    def restart_kernel(self) -> None:
        """What "Restart Kernel" does once its question is answered."""
        self.page.evaluate(f"{PANEL}.sessionContext.restartKernel()")
        self.wait_until_idle()

    # JupyterLab

    def save(self) -> None:
        self._command("docmanager:save")

    def reload(self) -> None:
        self.page.reload()
        self.wait_until_idle()

    def set_theme(self, theme: str) -> None:
        """ "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
        self.page.wait_for_function("(theme) => document.body.dataset.jpThemeName === theme", arg=theme)
        # JupyterLab covers the page while it changes the theme.
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def _command(self, name: str, *, wait: bool = True) -> None:
        call = f"window.jupyterapp.commands.execute('{name}')"
        self.page.evaluate(f"async () => {{ await {call}; }}" if wait else f"() => {{ void {call}; }}")


def write_notebook(path: Path, cells: list[str], kernel: str = INSTALLED) -> None:
    code: dict[str, object] = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}},
        "cells": [{**code, "id": f"cell-{index}", "source": source} for index, source in enumerate(cells)],
    }
    path.write_text(json.dumps(notebook))
