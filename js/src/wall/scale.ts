/** The measures of clips as people read them, and as colours to compare them by. */

import type { Cell, Measure } from "./messages";

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
