/** Zooming with the wheel and panning by dragging, on whatever pictures an element holds. */

import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { useWall } from "./view";

/** Pixels a press may move and still be a click. */
const STILL = 4;

export function useLensEvents(ref: RefObject<HTMLElement | null>, pictures: string): void {
  const { lens } = useWall();
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
