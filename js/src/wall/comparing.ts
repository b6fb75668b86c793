/** How the clips of a pair, or a clip and the picture it was given, are laid over each other. */

import { type ReadonlySignal, signal as makeSignal, type Signal } from "@preact/signals";
import type { Which } from "../protocol.gen";

export interface Comparing {
  /** Where A ends and B begins, in percent from the left. */
  readonly edge: ReadonlySignal<number>;
  /** How much of A is seen over B, in percent. */
  readonly onion: ReadonlySignal<number>;
  /** Swaps a second. */
  readonly pace: ReadonlySignal<number>;
  /** B is seen instead of A. */
  readonly swapped: ReadonlySignal<boolean>;
  /** They swap by themselves. */
  readonly blinking: ReadonlySignal<boolean>;
  /** The person's system asks for little motion: nothing swaps by itself. */
  readonly calm: ReadonlySignal<boolean>;
  readonly which: Signal<Which>;
  /** The given picture and the real frame beside each other, or along an edge. */
  readonly beside: Signal<boolean>;
  moveEdge(percent: number): void;
  setOnion(percent: number): void;
  setPace(swaps: number): void;
  /** By itself, or by hand from now on. */
  toggleBlinking(): void;
  /** One swap by itself. */
  tick(): void;
  /** A swap by hand, which ends those by themselves. */
  swap(): void;
}

/** Slow enough for people whom flashes harm: WCAG 2.3.1 allows three a second, and two swaps are one flash. */
export const PACES = [0.5, 1, 2, 3] as const;

export function createComparing(view: Window, signal: AbortSignal): Comparing {
  const edge = makeSignal(50);
  const onion = makeSignal(50);
  const pace = makeSignal<number>(2);
  const swapped = makeSignal(false);
  const wish = view.matchMedia("(prefers-reduced-motion: reduce)");
  const calm = makeSignal(wish.matches);
  const blinking = makeSignal(!calm.value);
  wish.addEventListener(
    "change",
    () => {
      calm.value = wish.matches;
      if (calm.value) blinking.value = false;
    },
    { signal },
  );
  const within = (percent: number): number => Math.min(100, Math.max(0, percent));
  return {
    edge,
    onion,
    pace,
    swapped,
    blinking,
    calm,
    which: makeSignal<Which>("start"),
    beside: makeSignal(true),
    moveEdge: (percent) => void (edge.value = within(percent)),
    setOnion: (percent) => void (onion.value = within(percent)),
    setPace(swaps) {
      pace.value = swaps;
      blinking.value = !calm.value;
    },
    toggleBlinking: () => void (blinking.value = !blinking.value && !calm.value),
    tick: () => void (swapped.value = !swapped.value),
    swap() {
      blinking.value = false;
      swapped.value = !swapped.value;
    },
  };
}
