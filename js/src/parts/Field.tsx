import type { ComponentChildren } from "preact";
import type { Control } from "../schema";
import { useStudio, useView } from "../view";
import { Icon } from "./Icon";

/** What every control is given. */
export interface ControlProps {
  readonly control: Control;
}

/** The id of a field's input, of the text that describes it and of its error, for one view. */
export function useIds(name: string): { readonly input: string; readonly help: string; readonly error: string } {
  const { uid } = useView();
  return { input: `${uid}-${name}`, help: `${uid}-${name}-help`, error: `${uid}-${name}-error` };
}

export function useProblem(name: string): string | undefined {
  return useStudio().draft.problems.value[name];
}

/** Attributes that tie an input to its help and its error. */
export function useDescription(name: string): Record<string, string> {
  const ids = useIds(name);
  const problem = useProblem(name);
  return problem
    ? { "aria-invalid": "true", "aria-describedby": `${ids.error} ${ids.help}` }
    : { "aria-describedby": ids.help };
}

interface FieldProps extends ControlProps {
  readonly children: ComponentChildren;
  readonly wide?: boolean;
  /** A group of inputs gets a legend; a single input a label. */
  readonly group?: boolean;
  readonly value?: string;
}

export function Field({ control, children, wide = false, group = false, value = "" }: FieldProps) {
  const ids = useIds(control.name);
  const Outer = group ? "fieldset" : "div";
  return (
    <Outer class={`sd-field ${wide ? "sd-wide" : ""}`} data-field={control.name}>
      {group ? (
        <legend class="sd-label" title={control.help}>
          {control.title}
        </legend>
      ) : (
        <div class="sd-label" title={control.help}>
          <label for={ids.input}>{control.title}</label>
          <span class="sd-field-value">{value}</span>
        </div>
      )}
      {children}
      <span class="sd-unseen" id={ids.help}>
        {control.help}
      </span>
      <FieldProblem name={control.name} />
    </Outer>
  );
}

export function FieldProblem({ name }: { name: string }) {
  const ids = useIds(name);
  const problem = useProblem(name);
  if (!problem) return null;
  return (
    <p class="sd-problem" id={ids.error}>
      <Icon name="warn" />
      <span>{problem}</span>
    </p>
  );
}
