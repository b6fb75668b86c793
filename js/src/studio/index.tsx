/** The Studio widget: one state per model, made in `initialize`; one tree of components per view. */

import { render as paint } from "preact";
import { guardEvents, watchHost } from "../host";
import type { Model } from "../messages";
import { createState, type State } from "../state";
import { ErrorBox } from "./ErrorBox";
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
        watchHost(model, el, state.kernel);
        guardEvents(root, signal);
        paint(<Studio state={state} root={root} />, root);
      } catch (error) {
        paint(<ErrorBox error={error} />, root);
      }
    },
  };
}
