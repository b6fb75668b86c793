import { firstAxis, isDrawn } from "../axes";
import type { Control } from "../schema";
import { useStudio, useView } from "../view";
import { Icon } from "./Icon";

/** Turns a field into an axis of a sweep, and back. */
export function AxisTool({ control }: { control: Control }) {
  const { draft } = useStudio();
  const { uid, focus } = useView();
  const { name, title, kind } = control;
  const on = draft.isVaried(name);
  const toggle = (): void => {
    draft.setAxis(name, on ? null : firstAxis(control, draft.fields.value[name]));
    // The field is drawn anew: whoever works by keys goes on where the values are written, or else stays here.
    const written = !on && kind !== "frame" && !isDrawn(control);
    focus(written ? `${name}${kind === "prompt" ? "-axis" : ""}` : `${name}-vary`);
  };
  return (
    <button
      class="sd-vary"
      id={`${uid}-${name}-vary`}
      title={on ? "Vary this no longer" : "Vary this"}
      aria-pressed={on}
      onClick={toggle}
    >
      <Icon name="vary" />
      <span class="sd-unseen">Vary {title.toLowerCase()}</span>
    </button>
  );
}
