/** The waveforms of clips, as far as somebody wanted to see them; asked for a page at a time. */

import { type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import type { Transport } from "../shared/transport";
import { RequestError } from "../shared/transport";
import type { WallRequests } from "../protocol.gen";

/** Peaks from 0 to 100 in equal parts of the sound; none where there is no sound. */
export type Wave = readonly number[];

export interface Waves {
  readonly known: ReadonlySignal<ReadonlyMap<number, Wave>>;
  want(gids: readonly number[]): void;
}

export function createWaves(kernel: Transport<WallRequests>): Waves {
  const known = makeSignal<ReadonlyMap<number, Wave>>(new Map());
  const asked = new Set<number>();
  return {
    known,
    want(wanted) {
      const gids = wanted.filter((gid) => !asked.has(gid));
      if (!gids.length) return;
      for (const gid of gids) asked.add(gid);
      kernel.request("waves", { gids }).then(
        ({ value }) => {
          known.value = new Map([...known.value, ...gids.map((gid, n) => [gid, value.waves[n] ?? []] as const)]);
        },
        (error: unknown) => {
          // What the kernel says of the clip itself stands on its tile; the next page asks again.
          for (const gid of gids) asked.delete(gid);
          if (!(error instanceof RequestError)) throw error;
        },
      );
    },
  };
}
