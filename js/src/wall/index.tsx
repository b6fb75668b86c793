/** The Wall widget: one state per model, made in `initialize`; one clock and one tree of components per view. */

import { render as paint } from "preact";
import { guardEvents, watchHost } from "../host";
import type { Model } from "../messages";
import { ErrorBox } from "../studio/ErrorBox";
import type { WallTraits } from "./messages";
import { createState, type WallState } from "./state";
import { createView } from "./view";
import { Wall } from "./Wall";

interface InitializeProps {
  readonly model: Model<WallTraits>;
  readonly signal: AbortSignal;
}

interface RenderProps extends InitializeProps {
  readonly el: HTMLElement;
}

export default function wall() {
  let state: WallState | undefined;
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
      root.className = "sd-studio sd-wall";
      el.append(root);
      signal.addEventListener("abort", () => {
        paint(null, root);
        root.remove();
      });
      try {
        if (!state) throw broken ?? new Error("The widget was not initialised.");
        watchHost(model, el, state.kernel);
        guardEvents(root, signal);
        const view = createView(state, el.ownerDocument.defaultView ?? window, signal);
        paint(<Wall view={view} root={root} />, root);
      } catch (error) {
        paint(<ErrorBox error={error} />, root);
      }
    },
  };
}
