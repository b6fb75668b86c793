/** Clips at one loudness: a player can only make them softer, so all are brought down to the quietest. */

import { figure } from "./scale";
import type { Cell } from "./messages";

export interface Match {
  /** LUFS that all are brought to; null when none is measured. */
  readonly target: number | null;
  /** By clip, in dB: 0 or less. A clip that is not here plays as it is. */
  readonly gains: ReadonlyMap<number, number>;
}

/** LU. What is further below the loudest is left alone: everything else would be brought down to nothing. */
const RANGE = 20;

export function matched(cells: readonly (Cell | null)[]): Match {
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
export const factor = (decibels: number): number => 10 ** (decibels / 20);

/** "−4.2 dB", or why a clip plays as it is. */
export function said(match: Match, cell: Cell): string {
  const gain = match.gains.get(cell.gid);
  if (gain !== undefined) return `${figure(gain, 1)} dB`;
  if (!cell.measures) return "not measured yet: as it is";
  return loudnessOf(cell) === null ? "silent" : "far quieter than the others: as it is";
}
