/** What a widget owes to the page around it. */

import type { Model } from "./requests";
import type { Transport } from "./transport";

/**
 * ipywidgets triggers `comm_live_update` on a model when its comm dies (the kernel restarted) and at no other time once
 * the model is made; a model that never had a comm (a saved notebook) has its view marked with a class. The class
 * does not follow later: anywidget drops the view's own listeners. Other hosts do neither.
 */
export function watchHost<T>(model: Model<T>, el: HTMLElement, kernel: Pick<Transport, "lost" | "greet">): void {
  model.on("comm_live_update", kernel.lost);
  if (el.closest(".jupyter-widgets-disconnected")) kernel.lost();
  else kernel.greet();
}

/** Keys and drags that reached the root unhandled would act on the notebook: `b` inserts a cell. */
export function guardEvents(root: HTMLElement, signal: AbortSignal): void {
  root.dataset["lmSuppressShortcuts"] = "true";
  root.dataset["jpSuppressContextMenu"] = "true";
  for (const name of ["keydown", "keyup", "keypress"]) {
    root.addEventListener(name, (event) => event.stopPropagation(), { signal });
  }
}
