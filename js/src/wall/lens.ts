/** Zoom and pan, the same in all clips of a view, so that one place can be compared. */

import { batch, computed, type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

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

/** Pixels a press may move and still be a click. */
const STILL = 4;

/** Zooming with the wheel and panning by dragging, on those pictures of an element that match a selector. */
export function useLensEvents(lens: Lens, ref: RefObject<HTMLElement | null>, pictures: string): void {
  useEffect(() => {
    const el = ref.current;
    if (!el) return undefined;
    const listening = new AbortController();
    const { signal } = listening;
    const boxOf = (event: Event): DOMRect | undefined =>
      event.target instanceof Element ? event.target.closest(pictures)?.getBoundingClientRect() : undefined;

    el.addEventListener(
      "wheel",
      (event) => {
        const box = boxOf(event);
        // The wheel alone scrolls the notebook; a pinch arrives as a wheel with Ctrl.
        if (!box || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        const factor = Math.exp(-event.deltaY * 0.004);
        lens.zoomBy(factor, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
      },
      { signal, passive: false },
    );

    let drag: { x: number; y: number; moved: number; width: number; height: number } | null = null;
    el.addEventListener(
      "pointerdown",
      (event) => {
        const box = boxOf(event);
        if (!box || event.button !== 0 || lens.zoom.value === 1) return;
        drag = { x: event.clientX, y: event.clientY, moved: 0, width: box.width, height: box.height };
      },
      { signal },
    );
    const view = el.ownerDocument.defaultView;
    view?.addEventListener(
      "pointermove",
      (event) => {
        if (!drag) return;
        const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
        drag = { ...drag, x: event.clientX, y: event.clientY, moved: drag.moved + Math.hypot(dx, dy) };
        lens.pan(dx / drag.width, dy / drag.height);
      },
      { signal },
    );
    let dragged = false;
    for (const name of ["pointerup", "pointercancel"] as const) {
      view?.addEventListener(
        name,
        () => {
          dragged = (drag?.moved ?? 0) > STILL;
          drag = null;
        },
        { signal },
      );
    }
    el.addEventListener(
      "click",
      (event) => {
        if (dragged) event.stopPropagation();
        dragged = false;
      },
      { signal, capture: true },
    );
    return () => listening.abort();
  }, []);
}
