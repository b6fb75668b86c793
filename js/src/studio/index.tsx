/** The Studio widget: one state per model, made in `initialize`; one tree of components per view. */

import { render as paint } from "preact";
import { ErrorBox } from "./ErrorBox";
import type { Model } from "../messages";
import { createState, type State } from "../state";
import { Studio } from "./Studio";

interface InitializeProps {
  readonly model: Model;
  readonly signal: AbortSignal;
}

interface RenderProps extends InitializeProps {
  readonly el: HTMLElement;
}

export default function studio() {
  let state: State | undefined;
  let broken: unknown;
  return {
    initialize({ model, signal }: InitializeProps): void {
      // The host shows nothing of an error here, so it is kept for `render` to show.
      try {
        state = createState(model, signal);
      } catch (error) {
        broken = error;
      }
    },
    render({ model, el, signal }: RenderProps): void {
      const root = el.ownerDocument.createElement("div");
      root.className = "sd-studio";
      el.append(root);
      signal.addEventListener("abort", () => {
        paint(null, root);
        root.remove();
      });
      try {
        if (!state) throw broken ?? new Error("The widget was not initialised.");
        watchHost(model, el, state);
        guardEvents(root, signal);
        paint(<Studio state={state} root={root} />, root);
      } catch (error) {
        paint(<ErrorBox error={error} />, root);
      }
    },
  };
}

/**
 * ipywidgets triggers `comm_live_update` on a model when its comm dies (the kernel restarted) and at no other time once
 * the model is made; a model that never had a comm (a saved notebook) has its view marked with a class. The class
 * does not follow later: anywidget drops the view's own listeners. Other hosts do neither.
 */
function watchHost(model: Model, el: HTMLElement, { kernel }: State): void {
  model.on("comm_live_update", kernel.lost);
  if (el.closest(".jupyter-widgets-disconnected")) kernel.lost();
  else kernel.request("hello", {}).catch(() => undefined);
}

/** Keys and drags that reached the root unhandled would act on the notebook: `b` inserts a cell. */
function guardEvents(root: HTMLElement, signal: AbortSignal): void {
  root.dataset["lmSuppressShortcuts"] = "true";
  root.dataset["jpSuppressContextMenu"] = "true";
  for (const name of ["keydown", "keyup", "keypress"]) {
    root.addEventListener(name, (event) => event.stopPropagation(), { signal });
  }
}
