/** The plain controls: choices, seconds, switch, number, text. */

import type { ComponentChildren } from "preact";
import { ratioOf } from "../schema";
import { useStudio, useView } from "../view";
import { type ControlProps, Field, FieldProblem, useDescription, useIds } from "./Field";

function useChoice({ control }: ControlProps) {
  const { draft } = useStudio();
  const value = draft.fields.value[control.name];
  return {
    is: (option: string | number) => String(option) === String(value),
    choose: (option: string | number) => draft.set(control.name, option),
  };
}

/** Each ratio drawn in its shape. */
export function RatioField({ control }: ControlProps) {
  const { uid } = useView();
  const { is, choose } = useChoice({ control });
  return (
    <Field control={control} wide group>
      <div class="sd-ratios">
        {control.options.map((option) => (
          <label class="sd-ratio" key={option}>
            <input
              type="radio"
              name={`${uid}-${control.name}`}
              checked={is(option)}
              onChange={() => choose(option)}
            />
            <RatioShape ratio={ratioOf(option)} />
            <span>{option}</span>
          </label>
        ))}
      </div>
    </Field>
  );
}

function RatioShape({ ratio }: { ratio: number | null }) {
  const width = ratio === null ? 20 : Math.min(26, 19 * Math.sqrt(ratio));
  const height = ratio === null ? 20 : width / ratio;
  return (
    <svg class="sd-shape" viewBox="0 0 30 30" aria-hidden="true">
      <rect
        x={15 - width / 2}
        y={15 - height / 2}
        width={width}
        height={height}
        rx="2.5"
        stroke-dasharray={ratio === null ? "3.2 3" : undefined}
      />
    </svg>
  );
}

/** Beyond this many characters a row of segments no longer fits half the composer, or any of it. */
const HALF_ROW = 18;
const ONE_ROW = 44;

export function ChoiceField({ control }: ControlProps) {
  const { uid } = useView();
  const ids = useIds(control.name);
  const description = useDescription(control.name);
  const { is, choose } = useChoice({ control });
  const letters = control.options.join("  ").length;
  if (letters > ONE_ROW) {
    return (
      <Field control={control}>
        <select
          class="sd-input"
          id={ids.input}
          {...description}
          onChange={(event) => {
            const option = control.options[event.currentTarget.selectedIndex];
            if (option !== undefined) choose(option);
          }}
        >
          {control.options.map((option) => (
            <option key={option} selected={is(option)}>
              {option}
            </option>
          ))}
        </select>
      </Field>
    );
  }
  return (
    <Field control={control} wide={letters > HALF_ROW} group>
      <Segments
        name={`${uid}-${control.name}`}
        options={control.options.map((option) => ({ key: String(option), label: String(option) }))}
        is={is}
        choose={(key) => choose(control.options.find((option) => String(option) === key) ?? key)}
      />
    </Field>
  );
}

interface SegmentsProps {
  readonly name: string;
  readonly options: readonly { readonly key: string; readonly label: ComponentChildren; readonly hint?: string }[];
  is(key: string): boolean;
  choose(key: string): void;
}

export function Segments({ name, options, is, choose }: SegmentsProps) {
  return (
    <div class="sd-segments">
      {options.map(({ key, label, hint }) => (
        <label class="sd-segment" key={key} title={hint}>
          <input type="radio" name={name} checked={is(key)} onChange={() => choose(key)} />
          <span>{label}</span>
        </label>
      ))}
    </div>
  );
}

export function SecondsField({ control }: ControlProps) {
  const { draft } = useStudio();
  const ids = useIds(control.name);
  const description = useDescription(control.name);
  const value = draft.fields.value[control.name];
  const index = Math.max(0, control.options.findIndex((option) => String(option) === String(value)));
  const last = Math.max(1, control.options.length - 1);
  const shown = `${control.options[index] ?? value ?? ""} ${control.unit || "s"}`;
  return (
    <Field control={control} value={shown}>
      <input
        class="sd-range"
        type="range"
        id={ids.input}
        min={0}
        max={last}
        step={1}
        value={index}
        style={{ "--sd-part": `${(index / last) * 100}%` }}
        aria-valuetext={shown}
        {...description}
        onInput={(event) => draft.set(control.name, control.options[event.currentTarget.valueAsNumber] ?? null)}
      />
    </Field>
  );
}

export function SwitchField({ control }: ControlProps) {
  const { draft } = useStudio();
  const ids = useIds(control.name);
  const description = useDescription(control.name);
  return (
    <div class="sd-field" data-field={control.name}>
      <label class="sd-switch" title={control.help}>
        <span>{control.title}</span>
        <input
          type="checkbox"
          role="switch"
          id={ids.input}
          checked={draft.fields.value[control.name] === true}
          {...description}
          onChange={(event) => draft.set(control.name, event.currentTarget.checked)}
        />
        <i aria-hidden="true" />
      </label>
      <span class="sd-unseen" id={ids.help}>
        {control.help}
      </span>
      <FieldProblem name={control.name} />
    </div>
  );
}

export function NumberField({ control }: ControlProps) {
  const { draft } = useStudio();
  const ids = useIds(control.name);
  const description = useDescription(control.name);
  const value = draft.fields.value[control.name];
  return (
    <Field control={control} value={control.unit}>
      <input
        class="sd-input"
        type="number"
        id={ids.input}
        min={control.minimum}
        max={control.maximum}
        step={control.whole ? 1 : "any"}
        value={typeof value === "number" ? value : ""}
        {...description}
        onInput={(event) => {
          const number = event.currentTarget.valueAsNumber;
          draft.set(control.name, Number.isNaN(number) ? null : number);
        }}
      />
    </Field>
  );
}

export function TextField({ control }: ControlProps) {
  const { draft } = useStudio();
  const ids = useIds(control.name);
  const description = useDescription(control.name);
  const value = draft.fields.value[control.name];
  return (
    <Field control={control} wide>
      <input
        class="sd-input"
        type="text"
        id={ids.input}
        value={typeof value === "string" ? value : ""}
        {...description}
        onInput={(event) => draft.set(control.name, event.currentTarget.value)}
      />
    </Field>
  );
}
