/** The clips chosen in the history: shown at once, kept by the kernel, which shares them with every view and with code. */

import type { StudioRequests } from "../../protocol.gen";
import { computed, type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import { RequestError, textOf, type Transport } from "../../shared/transport";

/** As many as the kernel takes. */
export const MOST_CHOSEN = 1000;

export interface Choice {
  /** In the order they were chosen. */
  readonly gids: ReadonlySignal<readonly number[]>;
  readonly set: ReadonlySignal<ReadonlySet<number>>;
  toggle(gid: number): void;
  add(gids: readonly number[]): void;
  clear(): void;
  /** For whoever holds the kernel's snapshot. */
  receive(): void;
}

export function createChoice(
  kernel: Transport<StudioRequests>,
  snapshot: ReadonlySignal<readonly number[]>,
  announce: (text: string) => void,
): Choice {
  const gids = makeSignal(snapshot.value);
  const set = computed<ReadonlySet<number>>(() => new Set(gids.value));
  // The kernel's word counts again when all that was said has been answered.
  let unanswered = 0;
  const receive = (): void => {
    if (!unanswered) gids.value = snapshot.value;
  };

  const choose = (chosen: readonly number[]): void => {
    if (chosen.length > MOST_CHOSEN) {
      return announce(`At most ${MOST_CHOSEN} clips can be chosen at once; ${chosen.length} would be.`);
    }
    gids.value = chosen;
    unanswered++;
    kernel
      .request("choose", { gids: chosen })
      .catch((error: unknown) => {
        if (!(error instanceof RequestError)) throw error;
        announce(textOf(error));
      })
      .finally(() => {
        unanswered--;
        receive();
      });
  };

  return {
    gids,
    set,
    receive,
    toggle: (gid) => choose(set.value.has(gid) ? gids.value.filter((other) => other !== gid) : [...gids.value, gid]),
    add(more) {
      const fresh = more.filter((gid) => !set.value.has(gid));
      if (fresh.length) choose([...gids.value, ...fresh]);
    },
    clear: () => choose([]),
  };
}
