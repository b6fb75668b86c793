/** Zoom and pan, the same in all clips of a view, so that one place can be compared. */

import { batch, computed, type ReadonlySignal, signal as makeSignal } from "@preact/signals";

export interface Lens {
  readonly zoom: ReadonlySignal<number>;
  /** As CSS, for what is looked at. */
  readonly transform: ReadonlySignal<string>;
  /** Zoom about a point, given in parts of the picture (0 to 1). */
  zoomBy(factor: number, x?: number, y?: number): void;
  /** Move by parts of the picture as it is seen. */
  pan(dx: number, dy: number): void;
  reset(): void;
}

const MOST = 8;

export function createLens(): Lens {
  const zoom = makeSignal(1);
  // The picture's upper left corner, in parts of the frame it is seen in: 0 to 1 - zoom.
  const left = makeSignal(0);
  const top = makeSignal(0);
  const place = (to: number, x: number, y: number): void =>
    batch(() => {
      zoom.value = to;
      left.value = Math.min(0, Math.max(1 - to, x));
      top.value = Math.min(0, Math.max(1 - to, y));
    });
  return {
    zoom,
    transform: computed(() =>
      zoom.value === 1 ? "none" : `translate(${left.value * 100}%, ${top.value * 100}%) scale(${zoom.value})`,
    ),
    zoomBy(factor, x = 0.5, y = 0.5) {
      const to = Math.min(MOST, Math.max(1, zoom.value * factor));
      const by = to / zoom.value;
      place(to, x - (x - left.value) * by, y - (y - top.value) * by);
    },
    pan: (dx, dy) => place(zoom.value, left.value + dx, top.value + dy),
    reset: () => place(1, 0, 0),
  };
}
