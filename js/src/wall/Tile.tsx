/** A place on the wall. What can be done with its clip is done by keys, or in the strip below the wall. */

import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { length } from "../shared/format";
import { Icon } from "../shared/parts/Icon";
import { Star } from "../shared/parts/Judge";
import { FRAMES } from "./conductor/clock";
import type { Cell } from "../protocol.gen";
import { TileFigures } from "./Figures";
import { gainText } from "./loudness";
import { Screen } from "./Screen";
import { canPlay, useWall, whyNot } from "./view";
import { Wave } from "./Wave";

export function Tile({ cell, reached }: { cell: Cell; reached: boolean }) {
  const { state, conductor, current, pair, loudness } = useWall();
  const button = useRef<HTMLButtonElement>(null);
  const onScreen = useOnScreen(button);
  const pointed = useSignal<number | null>(null);
  const selected = state.selection.value.some(({ gid }) => gid === cell.gid);
  const side = pair.value?.findIndex(({ gid }) => gid === cell.gid) ?? -1;
  const solo = conductor.solo.value === cell.gid;
  const playable = canPlay(cell);
  return (
    <button
      ref={button}
      class="wl-tile"
      data-gid={cell.gid}
      data-solo={solo}
      aria-pressed={selected}
      title={cell.prompt}
      tabIndex={reached ? 0 : -1}
      data-home={reached || undefined}
      onFocus={() => (current.value = cell.gid)}
      onClick={(event) => {
        event.currentTarget.focus();
        if (playable) state.toggle(cell);
      }}
    >
      <span class="wl-picture" {...usePointing(cell, pointed)}>
        {playable ? <Screen cell={cell} onScreen={onScreen} pointed={pointed} /> : <Absence cell={cell} />}
        {playable && <Pointed at={pointed} cell={cell} />}
        {playable && <Ended cell={cell} />}
        {solo && (
          <span class="wl-badge" data-tone="solo">
            <Icon name="volume" /> solo
            {loudness.match.value && <span class="sd-num wl-gain">{gainText(loudness.match.value, cell)}</span>}
          </span>
        )}
        {selected && (
          <span class="wl-badge" data-tone="chosen">
            {side < 0 ? <Icon name="check" /> : "AB"[side]}
          </span>
        )}
      </span>
      {playable && <Wave cell={cell} />}
      <span class="wl-tile-foot">
        <span class="wl-tile-name">{cell.label || cell.prompt}</span>
        {!cell.label && cell.seed !== null && <span class="sd-quiet sd-num">{cell.seed}</span>}
        {cell.rating !== null && <Dots rating={cell.rating} />}
        {cell.star && <Star filled />}
        <span class="sd-unseen">{opinionText(cell)}</span>
      </span>
      {playable && <TileFigures cell={cell} />}
    </button>
  );
}

/** Before clips are loaded, pointing along a picture shows that moment of it. */
function usePointing(cell: Cell, pointed: Signal<number | null>) {
  const { conductor, lens } = useWall();
  useEffect(() => conductor.armed.subscribe((armed) => void (armed && (pointed.value = null))), []);
  return {
    onPointerMove(event: PointerEvent): void {
      if (event.pointerType !== "mouse" || conductor.armed.value || lens.zoom.value > 1) return;
      const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
      pointed.value = Math.min(1, Math.max(0, (event.clientX - left) / width)) * cell.duration;
    },
    onPointerLeave(): void {
      pointed.value = null;
    },
  };
}

function Pointed({ at, cell }: { at: Signal<number | null>; cell: Cell }) {
  if (at.value === null) return null;
  return (
    <span class="wl-pointed" aria-hidden="true" style={{ "--wl-part": `${(at.value / cell.duration) * 100}%` }}>
      {at.value.toFixed(1)} s
    </span>
  );
}

function opinionText({ star, rating }: Cell): string {
  return [star && ", starred", rating !== null && `, rated ${rating} of 5`].filter(Boolean).join("");
}

/** Why there is no picture. */
function Absence({ cell }: { cell: Cell }) {
  if (cell.ended === null && !cell.error) {
    return (
      <span class="wl-cell-note">
        <i class="sd-spinner" aria-hidden="true" />
        <span class="wl-note-text">{cell.stage}</span>
        {cell.progress !== null && <span class="sd-num">{Math.round(cell.progress * 100)} %</span>}
      </span>
    );
  }
  return (
    <span class="wl-cell-note" data-tone="bad">
      <Icon name={cell.status === "CANCELLED" ? "close" : "warn"} />
      <span class="wl-note-text">{whyNot(cell)}</span>
    </span>
  );
}

/** Over this clip the others play on. */
function Ended({ cell }: { cell: Cell }) {
  const { conductor } = useWall();
  const ended = useComputed(
    () => conductor.time.value >= cell.duration && conductor.length.value - cell.duration > 0.5 / FRAMES,
  );
  return ended.value ? <span class="wl-ended">ended at {length(cell.duration)}</span> : null;
}

export function Dots({ rating }: { rating: number }) {
  return (
    <span class="wl-dots" aria-hidden="true">
      {[1, 2, 3, 4, 5].map((n) => (
        <i key={n} data-on={n <= rating} />
      ))}
    </span>
  );
}

/** A little more than the screen, so that what is scrolled to is there already. */
const NEAR = "120px";

function useOnScreen(ref: { readonly current: HTMLElement | null }): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const el = ref.current;
    if (!el) return undefined;
    const observer = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? false), { rootMargin: NEAR });
    observer.observe(el);
    return () => observer.disconnect();
  }, []);
  return seen;
}
