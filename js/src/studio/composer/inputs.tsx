/** The plain controls: choices, seconds, switch, seed, number, text. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Value } from "../../protocol.gen";
import { Tool } from "../../shared/parts/Tool";
import { ratioOf, rollSeed } from "./schema";
import { useStudio, useView } from "../view";
import { AxisTool, type ControlProps, Field, FieldNotes, useField } from "./Field";

function useChoice({ control }: ControlProps) {
  const { value, set, attributes } = useField(control);
  return { value, is: (option: string | number) => String(option) === String(value), choose: set, attributes };
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

export function RatioShape({ ratio }: { ratio: number | null }) {
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
  const { value, is, choose, attributes } = useChoice({ control });
  const letters = control.options.join("  ").length;
  if (letters > ONE_ROW) {
    return (
      <Field control={control}>
        <select
          class="sd-input"
          {...attributes}
          onChange={(event) => {
            const option = control.options.find((candidate) => String(candidate) === event.currentTarget.value);
            if (option !== undefined) choose(option);
          }}
        >
          {!control.options.some(is) && <option selected>{String(value)}</option>}
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
  const { value, set, attributes } = useField(control);
  const index = Math.max(0, control.options.findIndex((option) => String(option) === String(value)));
  const last = Math.max(1, control.options.length - 1);
  const shown = `${String(value ?? "")} ${control.unit || "s"}`;
  return (
    <Field control={control} value={shown}>
      <input
        class="sd-range"
        type="range"
        min={0}
        max={last}
        step={1}
        value={index}
        style={{ "--sd-part": `${(index / last) * 100}%` }}
        aria-valuetext={shown}
        {...attributes}
        onInput={(event) => set(control.options[event.currentTarget.valueAsNumber] ?? null)}
      />
    </Field>
  );
}

export function SwitchField({ control }: ControlProps) {
  const { value, set, attributes } = useField(control);
  return (
    <div class="sd-field" data-field={control.name}>
      <div class="sd-switch-row">
        <label class="sd-switch" title={control.help}>
          <span>{control.title}</span>
          <input
            type="checkbox"
            role="switch"
            checked={value === true}
            {...attributes}
            onChange={(event) => set(event.currentTarget.checked)}
          />
          <i aria-hidden="true" />
        </label>
        <AxisTool control={control} />
      </div>
      <FieldNotes control={control} />
    </div>
  );
}

/** Written as text: a browser's number input loses "0." on the way to "0.9". What is no number the kernel refuses. */
export function NumberField({ control }: ControlProps) {
  const { value, set, attributes } = useField(control);
  const [text, setText] = useState("");
  const shown = value === read(text) ? text : String(value ?? "");
  return (
    <Field control={control} value={control.unit}>
      <input
        class="sd-input"
        type="text"
        inputMode={control.whole ? "numeric" : "decimal"}
        value={shown}
        {...attributes}
        onInput={(event) => {
          setText(event.currentTarget.value);
          set(read(event.currentTarget.value));
        }}
      />
    </Field>
  );
}

function read(text: string): Value {
  if (!text.trim()) return null;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

export function TextField({ control }: ControlProps) {
  const { value, set, attributes } = useField(control);
  return (
    <Field control={control} wide>
      <input
        class="sd-input"
        type="text"
        value={typeof value === "string" ? value : ""}
        {...attributes}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </Field>
  );
}

/** Empty: a new seed for each clip. A number: that one every time. */
export function SeedField({ control }: ControlProps) {
  const { selected } = useStudio();
  const { value, set, attributes } = useField(control);
  const kept = typeof value === "number";
  return (
    <Field control={control} value={kept ? "the same for every clip" : "new for every clip"}>
      <span class="sd-joined">
        <input
          class="sd-input"
          type="text"
          inputMode="numeric"
          placeholder="random"
          autocomplete="off"
          value={kept ? String(value) : ""}
          {...attributes}
          onInput={(event) => {
            const digits = event.currentTarget.value.replace(/[^\d-]/g, "");
            const seed = digits ? Number(digits) : null;
            if (event.currentTarget.value !== digits) event.currentTarget.value = digits;
            set(seed === null || Number.isNaN(seed) ? null : seed);
          }}
        />
        <Tool icon="dice" name="Roll a new seed" act={() => set(rollSeed(control))} />
        <Tool
          icon={kept ? "locked" : "open"}
          name="Keep the same seed"
          hint={kept ? "Let go of this seed: a new one for every clip" : "Keep one seed for every clip"}
          pressed={kept}
          act={() => set(kept ? null : (selected.value?.seed ?? rollSeed(control)))}
        />
      </span>
    </Field>
  );
}
