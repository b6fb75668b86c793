/** The waveform of a clip, under its picture. */

import { useComputed, useSignalEffect } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { FRAMES, frameAt } from "./conductor/clock";
import type { Cell } from "../protocol.gen";
import { useWall } from "./view";
import type { Wave as Peaks } from "./waves";

/** Bars that can be told from each other in a narrow tile. */
const BARS = 48;
const HEIGHT = 20;

/** What a clip sounds like along its length, and where the clock is in it. */
export function Wave({ cell }: { cell: Cell }) {
  const { state } = useWall();
  const peaks = state.waves.known.value.get(cell.gid);
  const path = useMemo(() => (peaks?.length ? pathOf(peaks) : null), [peaks]);
  return (
    <span class="wl-wave" aria-hidden="true">
      {path && (
        <svg viewBox={`0 0 ${BARS} ${HEIGHT}`} preserveAspectRatio="none" focusable="false">
          <path d={path} />
        </svg>
      )}
      {path ? <Playhead duration={cell.duration} /> : (!cell.audio || peaks) && <small>no sound</small>}
    </span>
  );
}

/** Moved by itself: a property that all playheads inherit would have everything within the tiles styled anew. */
function Playhead({ duration }: { duration: number }) {
  const { conductor } = useWall();
  const line = useRef<HTMLElement>(null);
  const at = useComputed(() => Math.min(1, frameAt(conductor.time.value) / FRAMES / duration) * 100);
  useSignalEffect(() => {
    line.current?.style.setProperty("transform", `translateX(${at.value}%)`);
  });
  return <i ref={line} class="wl-playhead" />;
}

/** A bar each, about the middle. Quiet sounds are drawn higher than they are, as they are heard. */
function pathOf(peaks: Peaks): string {
  const each = peaks.length / BARS;
  return Array.from({ length: BARS }, (_, n) => {
    const peak = Math.max(...peaks.slice(Math.floor(n * each), Math.max(Math.floor(n * each) + 1, Math.floor((n + 1) * each))));
    const half = Math.max(0.01, (HEIGHT / 2 - 1.5) * (peak / 100) ** 0.6);
    return `M${n + 0.5} ${(HEIGHT / 2 - half).toFixed(2)}V${(HEIGHT / 2 + half).toFixed(2)}`;
  }).join("");
}
