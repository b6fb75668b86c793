/** A field around its control: its name, its help, its problem, and whether it is varied. */

import type { ComponentChildren } from "preact";
import type { Value } from "../../protocol.gen";
import { firstAxis, isDrawn } from "./axes";
import type { Control } from "./schema";
import { useStudio, useView } from "../view";
import { Icon } from "../../shared/parts/Icon";

/** What every control is given. */
export interface ControlProps {
  readonly control: Control;
}

/** The id of a field's input, of the text that describes it and of its error, for one view. */
function useIds(name: string) {
  const { uid } = useView();
  return { input: `${uid}-${name}`, help: `${uid}-${name}-help`, error: `${uid}-${name}-error` };
}

function useProblem(name: string): string | undefined {
  return useStudio().draft.problems.value[name];
}

/** A control's value, a setter, and the attributes of its input. */
export function useField({ name }: Control) {
  const { draft } = useStudio();
  const ids = useIds(name);
  const problem = useProblem(name);
  return {
    value: draft.fields.value[name],
    set: (value: Value) => draft.set(name, value),
    attributes: {
      id: ids.input,
      "aria-invalid": problem !== undefined,
      "aria-describedby": problem ? `${ids.error} ${ids.help}` : ids.help,
    },
  };
}

interface FieldProps extends ControlProps {
  readonly children: ComponentChildren;
  readonly wide?: boolean;
  /** Several inputs that are named by their own labels. */
  readonly group?: boolean;
  readonly value?: string;
}

export function Field({ control, children, wide = false, group = false, value = "" }: FieldProps) {
  const ids = useIds(control.name);
  const title = `${ids.input}-title`;
  return (
    <div
      class={`sd-field ${wide ? "sd-wide" : ""}`}
      data-field={control.name}
      {...(group && { role: "group", "aria-labelledby": title, "aria-describedby": `${ids.error} ${ids.help}` })}
    >
      <div class="sd-label" title={control.help}>
        {group ? <span id={title}>{control.title}</span> : <label for={ids.input}>{control.title}</label>}
        <AxisTool control={control} />
        <span class="sd-field-value">{value}</span>
      </div>
      {children}
      <FieldNotes control={control} />
    </div>
  );
}

/** What describes a field: its help for screen readers, and what is wrong with it for everybody. */
export function FieldNotes({ control }: ControlProps) {
  const ids = useIds(control.name);
  const problem = useProblem(control.name);
  return (
    <>
      <span class="sd-unseen" id={ids.help}>
        {control.help} {control.kind === "frame" && control.allowed}
      </span>
      {problem && (
        <p class="sd-problem" id={ids.error}>
          <Icon name="warn" />
          <span>{problem}</span>
        </p>
      )}
    </>
  );
}

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
