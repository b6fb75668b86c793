/** Which fields of a draft are varied, and over what. The kernel alone reads the syntax of a text and counts its values. */

import { batch, computed, type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import type { Axes, Axis, DraftTrait, Fields, Value } from "../../protocol.gen";
import { type Control, isFrame, rollSeed } from "./schema";

export interface VariedDraft {
  /** Every axis met so far, by field or placeholder. */
  readonly axes: ReadonlySignal<Axes>;
  /** Those that mean something for the endpoint and the prompt as they are. */
  readonly varied: ReadonlySignal<Axes>;
  readonly isSweep: ReadonlySignal<boolean>;
  /** Names in braces in the prompt. */
  readonly placeholders: ReadonlySignal<readonly string[]>;
  /** Run the valid cells where others are invalid. */
  readonly skipInvalid: ReadonlySignal<boolean>;
  setSkipInvalid(skip: boolean): void;
  isVaried(name: string): boolean;
}

/** Beyond so many options they are written, not drawn. */
const MOST_DRAWN = 12;

export const isDrawn = ({ options, kind }: Control): boolean =>
  kind === "switch" || (options.length > 0 && options.length <= MOST_DRAWN);

export const isBlank = (axis: Axis | undefined): boolean => (typeof axis === "string" ? !axis.trim() : !axis?.length);

/** What a field is varied over at first: what it holds. */
export function firstAxis(control: Control, value: Value | undefined): Axis {
  if (control.kind === "frame") return isFrame(value) ? [value] : [];
  if (isDrawn(control)) return value === null || value === undefined ? [] : [value];
  if (control.kind === "prompt" || value === null || value === undefined) return "";
  return String(value);
}

/** A list with one value more, or without it, in the order of the options. */
export function withToggled(control: Control, axis: Axis, option: Value): Axis {
  const chosen = new Set((Array.isArray(axis) ? axis : []).map(String));
  if (!chosen.delete(String(option))) chosen.add(String(option));
  return optionsOf(control).filter((candidate) => chosen.has(String(candidate)));
}

export const optionsOf = ({ options, kind }: Control): readonly Value[] => (kind === "switch" ? [true, false] : options);

/** The text with that many random seeds more. */
export function withSeeds(control: Control, axis: Axis, count: number): string {
  const text = typeof axis === "string" ? axis.trim().replace(/,$/, "") : "";
  const seeds = Array.from({ length: count }, () => rollSeed(control)).join(", ");
  return text ? `${text}, ${seeds}` : seeds;
}

export function createAxes(
  trait: ReadonlySignal<DraftTrait>,
  controls: ReadonlySignal<readonly Control[]>,
): VariedDraft & { replace(axes: Axes): void; merge(changes: Readonly<Record<string, Axis | null>>): void } {
  const axes = makeSignal<Axes>(trait.value.axes);
  const skipInvalid = makeSignal(false);
  // As text, because equal names change nothing that follows.
  const named = computed(() => JSON.stringify(trait.value.placeholders));
  const placeholders = computed(() => JSON.parse(named.value) as string[]);
  const varied = computed(() => {
    const fields = new Set(controls.value.map(({ name }) => name));
    const written = new Set(placeholders.value);
    return Object.fromEntries(
      Object.entries(axes.value).filter(([name, axis]) => fields.has(name) || (written.has(name) && !isBlank(axis))),
    );
  });
  return {
    axes,
    varied,
    isSweep: computed(() => Object.keys(varied.value).length > 0),
    placeholders,
    skipInvalid,
    setSkipInvalid: (skip) => (skipInvalid.value = skip),
    isVaried: (name) => name in varied.value,
    replace: (given) => (axes.value = given),
    merge(changes) {
      const entries = Object.entries({ ...axes.value, ...changes });
      batch(() => {
        axes.value = Object.fromEntries(entries.filter((entry): entry is [string, Axis] => entry[1] !== null));
      });
    },
  };
}

/** The fields a person gives a value of their own are varied no more. */
export const noLongerVaried = (fields: Fields): Readonly<Record<string, null>> =>
  Object.fromEntries(Object.keys(fields).map((name) => [name, null]));
