/** The Wall widget: one clock per view. */

import { widget } from "../shared/widget";
import { createState } from "./state";
import { createView } from "./view";
import { Wall } from "./Wall";

export default function wall() {
  return widget("sd-widget sd-wall", createState, (state, root, signal) => (
    <Wall view={createView(state, root.ownerDocument.defaultView ?? window, signal)} root={root} />
  ));
}
