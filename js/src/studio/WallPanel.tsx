/** The wall, a widget of its own, in the place of the composer and the player. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { homeIn } from "../shared/host";
import { Icon } from "../shared/parts/Icon";
import { textOf } from "../shared/transport";
import { useStudio, useView } from "./view";

const TOO_OLD =
  "This notebook's front end cannot show a widget within another. `sd.Wall(studio.selection)` shows the wall in a cell of its own.";

export function WallPanel({ wall }: { wall: string }) {
  const { kernel, attempt, announcement } = useStudio();
  const { uid, host } = useView();
  const section = useRef<HTMLElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const [trouble, setTrouble] = useState("");

  const focused = (): HTMLElement | null =>
    section.current && ((section.current.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement | null);

  useEffect(() => {
    const showing = new AbortController();
    const { signal } = showing;
    const show = async (el: HTMLElement): Promise<void> => {
      if (!host) return setTrouble(TOO_OLD);
      try {
        const child = await host.getWidget(wall);
        if (!signal.aborted) await child.render({ el, signal });
        // Where Space plays; on the panel it would scroll the notebook.
        if (!signal.aborted) requestAnimationFrame(() => focused() === section.current && homeIn(el)?.focus({ preventScroll: true }));
      } catch (error) {
        if (!signal.aborted) setTrouble(textOf(error));
      }
    };
    if (place.current) void show(place.current);
    return () => showing.abort();
  }, [wall, host]);

  // Whoever pressed the button that opened it goes on here; whoever works elsewhere is not called away.
  useLayoutEffect(() => {
    const el = section.current;
    if (!el) return undefined;
    const before = focused();
    if (before && el.closest(".sd-widget")?.contains(before)) {
      el.focus({ preventScroll: true });
      el.scrollIntoView({ block: "nearest" });
    }
    return () => {
      // After the render: until then the composer is still hidden, and what is hidden takes no focus.
      if (el.contains(focused())) queueMicrotask(() => before?.focus({ preventScroll: true }));
    };
  }, []);

  return (
    <section ref={section} class="sd-wall-panel" aria-label="Wall" tabIndex={-1}>
      <div class="sd-wall-head">
        <button class="sd-button" id={`${uid}-back`} onClick={() => attempt(kernel.request("back", {}))}>
          <Icon name="left" />
          Back to the studio
        </button>
        <p class="sd-quiet" role="status">
          {announcement}
        </p>
      </div>
      {trouble ? (
        <p class="sd-problem" role="alert">
          <b>The wall could not be shown.</b> {trouble}
        </p>
      ) : (
        <div ref={place} class="sd-wall-place" />
      )}
    </section>
  );
}
