/** How well the clips keep together, and when the wall must go slower so that they do. */

import { FRAMES, percentile } from "./clock";

export interface Pace {
  /** Seconds between the clip furthest ahead and the one furthest behind, as just shown. */
  note(spread: number): void;
  /** A clip had to be waited for, or sought again. */
  strain(): void;
  /** Weigh what has been noted in the seconds since the last time. */
  assess(seconds: number): { readonly drift: number; readonly tooFast: boolean };
  /** The clips begin anew, at the same rate: what was noted and not weighed yet is void. */
  rest(): void;
  /** The rate or the clips are others now. */
  reset(): void;
}

/** Seconds. Clips in step show two frames for a moment where one changes before the other, so a frame is no drift yet. */
const APART = 1.2 / FRAMES;
/** The part of the time in which clips may be apart: another program takes the processor now and then. */
const ALLOWED = 0.05;
/** Seconds apart, beyond what is allowed, after which the wall goes slower. */
const PATIENCE = 0.35;
/** Seconds apart that one strain stands for. */
const STRAIN = 0.15;

export function createPace(): Pace {
  let spreads: number[] = [];
  let strained = 0;
  let apart = 0;
  const rest = (): void => {
    spreads = [];
  };
  const reset = (): void => {
    rest();
    strained = apart = 0;
  };
  return {
    note: (spread) => void spreads.push(spread),
    strain: () => void strained++,
    assess(seconds) {
      const part = spreads.filter((spread) => spread > APART).length / Math.max(1, spreads.length);
      apart = Math.max(0, apart + (part - ALLOWED) * seconds + strained * STRAIN);
      const found = { drift: percentile(spreads, 0.95), tooFast: apart > PATIENCE };
      if (found.tooFast) reset();
      spreads = [];
      strained = 0;
      return found;
    },
    rest,
    reset,
  };
}
