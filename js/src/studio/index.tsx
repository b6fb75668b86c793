/** The Studio widget. */

import { createState } from "./state";
import { widget } from "../shared/widget";
import { Studio } from "./Studio";

export default function studio() {
  return widget("sd-widget sd-studio", createState, (state, root, _signal, host) => (
    <Studio state={state} root={root} host={host} />
  ));
}
