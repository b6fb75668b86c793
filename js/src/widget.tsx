/** What anywidget asks of a widget's module: one state per model, made in `initialize`; one tree of components per view. */

import { type ComponentChild, render as paint } from "preact";
import { guardEvents, watchHost } from "./host";
import type { Model } from "./messages";
import { ErrorBox } from "./studio/ErrorBox";
import type { Transport } from "./transport";

interface InitializeProps<T> {
  readonly model: Model<T>;
  readonly signal: AbortSignal;
}

interface RenderProps<T> extends InitializeProps<T> {
  readonly el: HTMLElement;
}

/** The view is painted within an element of `className`; `signal` ends with the model, or with the view. */
export function widget<T, S extends { readonly kernel: Pick<Transport, "lost" | "greet"> }>(
  className: string,
  createState: (model: Model<T>, signal: AbortSignal) => S,
  view: (state: S, root: HTMLElement, signal: AbortSignal) => ComponentChild,
) {
  let state: S | undefined;
  let broken: unknown;
  return {
    initialize({ model, signal }: InitializeProps<T>): void {
      // The host shows nothing of an error here, so it is kept for `render` to show.
      try {
        state = createState(model, signal);
      } catch (error) {
        broken = error;
      }
    },
    render({ model, el, signal }: RenderProps<T>): void {
      const root = el.ownerDocument.createElement("div");
      root.className = className;
      el.append(root);
      signal.addEventListener("abort", () => {
        paint(null, root);
        root.remove();
      });
      try {
        if (!state) throw broken ?? new Error("The widget was not initialised.");
        watchHost(model, el, state.kernel);
        guardEvents(root, signal);
        paint(view(state, root, signal), root);
      } catch (error) {
        paint(<ErrorBox error={error} />, root);
      }
    },
  };
}
