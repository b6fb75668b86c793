/** How well the clips keep together, and when the wall must go slower so that they do. */

import { FRAMES, percentile } from "./clock";

export interface Pace {
  /** Seconds between the clip furthest ahead and the one furthest behind, as just shown. */
  note(spread: number): void;
  /** A clip had to be waited for, or sought again. */
  strain(): void;
  /** Judge what has been noted since the last time. */
  judge(): { readonly drift: number; readonly tooFast: boolean };
  reset(): void;
}

/** Seconds. Clips in step show two frames for a moment where one changes before the other, so a frame is no drift yet. */
const APART = 1.2 / FRAMES;
/** Judgements in a row that find the clips apart, before the wall goes slower: one may be another program's doing. */
const PATIENCE = 3;

export function createPace(): Pace {
  let spreads: number[] = [];
  let strained = 0;
  let bad = 0;
  return {
    note: (spread) => void spreads.push(spread),
    strain: () => void strained++,
    judge() {
      const drift = percentile(spreads, 0.95);
      bad = drift > APART || strained > 1 ? bad + 1 : 0;
      spreads = [];
      strained = 0;
      return { drift, tooFast: bad >= PATIENCE };
    },
    reset() {
      spreads = [];
      strained = bad = 0;
    },
  };
}
