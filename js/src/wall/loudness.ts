/** Clips at one loudness: a player can only make them softer, so all are brought down to the quietest. */

import { computed, effect, type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import type { Conductor } from "./conductor/conductor";
import { figure } from "./measures";
import type { Cell } from "../protocol.gen";
import type { WallState } from "./state";

export interface Match {
  /** LUFS that all are brought to; null when none is measured. */
  readonly target: number | null;
  /** By clip, in dB: 0 or less. A clip that is not here plays as it is. */
  readonly gains: ReadonlyMap<number, number>;
}

/** LU. What is further below the loudest is left alone: everything else would be brought down to nothing. */
const RANGE = 20;

export function matchLoudness(cells: readonly (Cell | null)[]): Match {
  const measured = cells.flatMap((cell) => {
    const loudness = loudnessOf(cell);
    return cell && loudness !== null ? [{ gid: cell.gid, loudness }] : [];
  });
  if (!measured.length) return { target: null, gains: new Map() };
  const loudest = Math.max(...measured.map(({ loudness }) => loudness));
  const within = measured.filter(({ loudness }) => loudness >= loudest - RANGE);
  const target = Math.min(...within.map(({ loudness }) => loudness));
  return { target, gains: new Map(within.map(({ gid, loudness }) => [gid, target - loudness])) };
}

const loudnessOf = (cell: Cell | null): number | null => (cell?.audio ? (cell.measures?.["loudness"] ?? null) : null);

/** As a factor of amplitude. */
export const amplitudeOf = (decibels: number): number => 10 ** (decibels / 20);

/** "−4.2 dB", or why a clip plays as it is. */
export function gainText(match: Match, cell: Cell): string {
  const gain = match.gains.get(cell.gid);
  if (gain !== undefined) return `${figure(gain, 1)} dB`;
  if (!cell.measures) return "not measured yet: as it is";
  return loudnessOf(cell) === null ? "silent" : "far quieter than the others: as it is";
}

export interface Loudness {
  /** How loud each clip is played so that all are heard alike; null while they play as they are. */
  readonly match: ReadonlySignal<Match | null>;
  toggle(): void;
}

/** For one view, whose conductor plays each clip as loud as it is told. */
export function createLoudness(state: WallState, conductor: Conductor, signal: AbortSignal): Loudness {
  const matching = makeSignal(false);
  const match = computed(() =>
    matching.value ? matchLoudness([...state.page.value.cells, ...state.selection.value]) : null,
  );
  const stop = effect(() => {
    const gains = match.value?.gains ?? new Map<number, number>();
    conductor.setGains(new Map([...gains].map(([gid, decibels]) => [gid, amplitudeOf(decibels)])));
  });
  signal.addEventListener("abort", stop);
  return {
    match,
    toggle() {
      matching.value = !matching.value;
      const target = match.value?.target;
      if (!matching.value) state.announce("Every clip as loud as it is.");
      else if (target === null || target === undefined) state.announce("No clip here has a measured loudness: all play as they are.");
      else state.announce(`Every clip at ${target.toFixed(1).replace("-", "−")} LUFS, as loud as the quietest here.`);
    },
  };
}
