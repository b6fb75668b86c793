/** What stands in a field's place while it is varied: its options to choose several of, or its values as text. */

import { firstAxis, isDrawn, optionsOf, withToggled, withSeeds } from "./axes";
import { countOf } from "../../shared/format";
import type { Value } from "../../protocol.gen";
import { type Control, ratioOf } from "./schema";
import { useStudio, useView } from "../view";
import { type ControlProps, Field, useField } from "./Field";
import { Icon } from "../../shared/parts/Icon";
import { RatioShape } from "./inputs";

export function AxisField({ control }: ControlProps) {
  return isDrawn(control) ? <Drawn control={control} /> : <Written control={control} />;
}

/** "3 values", as the kernel counts them. */
function useCount(name: string): string {
  const { draft } = useStudio();
  const count = draft.counts.value[name];
  return count === undefined ? "" : countOf(count, "value");
}

function Drawn({ control }: ControlProps) {
  const { draft } = useStudio();
  const axis = draft.varied.value[control.name] ?? firstAxis(control, null);
  const chosen = new Set((Array.isArray(axis) ? axis : []).map(String));
  const ratios = control.kind === "ratio";
  const options = optionsOf(control);
  return (
    <Field control={control} wide={ratios || options.length > 4} group value={`${chosen.size} of ${options.length}`}>
      <div class={ratios ? "sd-ratios sd-many" : "sd-segments sd-many"}>
        {options.map((option) => (
          <label class={ratios ? "sd-ratio" : "sd-segment"} key={String(option)}>
            <input
              type="checkbox"
              checked={chosen.has(String(option))}
              onChange={() => draft.setAxis(control.name, withToggled(control, axis, option))}
            />
            {ratios && <RatioShape ratio={ratioOf(String(option))} />}
            <span>{optionText(control, option)}</span>
          </label>
        ))}
      </div>
    </Field>
  );
}

function optionText(control: Control, option: Value): string {
  if (typeof option === "boolean") return option ? "On" : "Off";
  return control.unit ? `${option} ${control.unit}` : String(option);
}

function Written({ control }: ControlProps) {
  const { attributes } = useField(control);
  const count = useCount(control.name);
  return (
    <Field control={control} wide value={count}>
      <AxisText name={control.name} example={exampleOf(control)} control={control} attributes={attributes} />
    </Field>
  );
}

const exampleOf = ({ kind }: Control): string =>
  kind === "text" ? "one || another, with commas" : kind === "seed" ? "1, 2, .., 8  or  4..12" : "1, 2, .., 10";

interface AxisTextProps {
  readonly name: string;
  readonly example: string;
  readonly control?: Control;
  readonly attributes: object;
}

/** The values as text, in the sweep's own syntax. */
export function AxisText({ name, example, control, attributes }: AxisTextProps) {
  const { draft } = useStudio();
  const axis = draft.axes.value[name];
  const text = typeof axis === "string" ? axis : (axis ?? []).map(String).join(", ");
  const seeds = control?.kind === "seed" && (
    <button
      class="sd-chip"
      title="Add 4 random seeds"
      onClick={() => draft.setAxis(name, withSeeds(control, text, 4))}
    >
      <Icon name="dice" />4 random
    </button>
  );
  return (
    <span class="sd-joined sd-axis-text">
      <input
        class="sd-input"
        type="text"
        autocomplete="off"
        spellcheck={false}
        placeholder={example}
        value={text}
        {...attributes}
        onInput={(event) => draft.setAxis(name, event.currentTarget.value)}
      />
      {seeds}
    </span>
  );
}

/** What the prompt is varied over, below it. */
export function PromptAxis({ control }: ControlProps) {
  const { draft } = useStudio();
  const { uid } = useView();
  const count = useCount(control.name);
  if (!draft.isVaried(control.name)) return null;
  const id = `${uid}-${control.name}-axis`;
  return (
    <div class="sd-axis-row">
      <div class="sd-label">
        <label for={id}>Other prompts</label>
        <span class="sd-field-value">{count}</span>
      </div>
      <AxisText
        name={control.name}
        example="fox => owl || red panda"
        attributes={{ id, "aria-describedby": `${uid}-${control.name}-error ${id}-help` }}
      />
      <p class="sd-quiet sd-hint" id={`${id}-help`}>
        <code>words =&gt; others || more</code> puts others in their place; <code>one prompt || another</code> gives whole
        ones.
      </p>
    </div>
  );
}

/** A row for each name in braces in the prompt. */
export function Placeholders() {
  const { draft } = useStudio();
  return (
    <>
      {draft.placeholders.value.map((name) => (
        <Placeholder key={name} name={name} />
      ))}
    </>
  );
}

function Placeholder({ name }: { name: string }) {
  const { draft } = useStudio();
  const { uid } = useView();
  const count = useCount(name);
  const problem = draft.problems.value[name];
  const id = `${uid}-axis-${name}`;
  const open = !draft.isVaried(name);
  return (
    <div class="sd-field sd-wide sd-axis-row" data-field={name} data-open={open}>
      <div class="sd-label">
        <label for={id}>
          <code>{`{${name}}`}</code>
        </label>
        <span class="sd-field-value" id={`${id}-help`}>
          {open ? "sent as written until it has values" : count}
        </span>
      </div>
      <AxisText
        name={name}
        example="fox, owl, red panda"
        attributes={{ id, "aria-invalid": problem !== undefined, "aria-describedby": `${id}-error ${id}-help` }}
      />
      {problem && (
        <p class="sd-problem" id={`${id}-error`}>
          <Icon name="warn" />
          <span>{problem}</span>
        </p>
      )}
    </div>
  );
}
