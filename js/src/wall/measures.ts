/** The measures of clips as people read them, as colours to compare them by, and which of them one view shows. */

import { computed, type ReadonlySignal, signal as makeSignal, type Signal } from "@preact/signals";
import type { Cell, Measure } from "../protocol.gen";
import type { WallState } from "./state";

/** Undefined until it has been measured. */
export function valueOf(cell: Cell, { name }: Measure): number | null | undefined {
  return cell.measures ? (cell.measures[name] ?? null) : undefined;
}

/** "−19.3": with a minus that is as wide as the digits. */
export function figure(value: number, digits: number): string {
  return value.toFixed(digits).replace("-", "−");
}

/** "motion 12.3", "−19.3 LUFS". */
export function inShort(measure: Measure, value: number): string {
  const number = figure(value, measure.digits);
  return measure.short ? `${measure.short} ${number}` : `${number} ${measure.unit}`;
}

/** "12.3 %/s". */
export function withUnit({ digits, unit }: Measure, value: number): string {
  return `${figure(value, digits)} ${unit}`.trim();
}

export interface Scale {
  readonly measure: Measure;
  /** The lowest and the highest value shown; null when none is measured. */
  readonly low: number | null;
  readonly high: number | null;
}

export function scaleOf(measure: Measure, cells: readonly (Cell | null)[]): Scale {
  const values = cells.flatMap((cell) => (cell ? (valueOf(cell, measure) ?? []) : []));
  return { measure, low: values.length ? Math.min(...values) : null, high: values.length ? Math.max(...values) : null };
}

/** Cividis, whose order people with any colour vision see, and a print in grey keeps; without its glaring end. */
const RAMP: readonly (readonly [number, number, number])[] = [
  [0, 44, 92],
  [59, 73, 108],
  [112, 113, 115],
  [165, 156, 116],
  [221, 202, 88],
];

export const LEGEND = `linear-gradient(to right, ${RAMP.map((stop) => `rgb(${stop.join(" ")})`).join(", ")})`;

/** The colour of a value on its scale, and black or white, whichever reads better on it. */
export function colourOf({ low, high }: Scale, value: number): { readonly background: string; readonly color: string } {
  const part = low === null || high === null || high === low ? 0.5 : (value - low) / (high - low);
  const at = part * (RAMP.length - 1);
  const from = RAMP[Math.min(RAMP.length - 2, Math.floor(at))]!;
  const to = RAMP[Math.min(RAMP.length - 1, Math.floor(at) + 1)]!;
  const rgb = from.map((one, n) => Math.round(one + (to[n]! - one) * (at - Math.min(RAMP.length - 2, Math.floor(at)))));
  return { background: `rgb(${rgb.join(" ")})`, color: light(rgb) > 0.179 ? "#000" : "#fff" };
}

/** Relative luminance (WCAG 2). At 0.179 black and white read equally well. */
function light(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((one) => {
    const level = one / 255;
    return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export interface ShownMeasures {
  /** The measures under the clips, by name. */
  readonly shown: Signal<readonly string[]>;
  /** The measure the clips are coloured by, on the scale of this page. */
  readonly heat: ReadonlySignal<Scale | null>;
  /** The measures to choose from are shown. */
  readonly panel: Signal<boolean>;
  colourBy(name: string | null): void;
  /** The next measure that any clip of the page has; none after the last. */
  nextHeat(): void;
}

const AT_FIRST = ["motion", "start_ssim", "loudness"];

export function createShownMeasures(state: WallState): ShownMeasures {
  const chosen = makeSignal<string | null>(null);
  const heat = computed(() => {
    const measure = state.measures.find(({ name }) => name === chosen.value);
    return measure ? scaleOf(measure, state.page.value.cells) : null;
  });

  const tell = (): void => {
    if (!heat.value) return state.announce("Colours off.");
    const { measure, low, high } = heat.value;
    state.announce(
      low === null || high === null
        ? `${measure.title}: none of these clips has it.`
        : `Coloured by ${measure.title.toLowerCase()}, ${withUnit(measure, low)} to ${withUnit(measure, high)}.`,
    );
  };
  const measured = (measure: Measure): boolean => scaleOf(measure, state.page.value.cells).low !== null;

  return {
    shown: makeSignal(AT_FIRST),
    heat,
    panel: makeSignal(false),
    colourBy(name) {
      chosen.value = name;
      tell();
    },
    nextHeat() {
      const at = state.measures.findIndex(({ name }) => name === chosen.value);
      const next = state.measures.slice(at + 1).find(measured);
      if (at < 0 && !next) return state.announce("None of these clips has been measured yet.");
      chosen.value = next?.name ?? null;
      tell();
    },
  };
}
