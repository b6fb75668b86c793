import { useMemo } from "preact/hooks";
import type { Cell } from "./messages";
import { useWall } from "./view";
import type { Wave as Peaks } from "./waves";

/** Bars that can be told from each other in a narrow tile. */
const BARS = 48;
const HEIGHT = 20;

/** What a clip sounds like along its length, and where the clock is in it. */
export function Wave({ cell }: { cell: Cell }) {
  const { state } = useWall();
  const peaks = state.waves.known.value.get(cell.gid);
  const path = useMemo(() => (peaks?.length ? drawn(peaks) : null), [peaks]);
  return (
    <span class="wl-wave" aria-hidden="true" style={{ "--wl-duration": cell.duration }}>
      {path && (
        <svg viewBox={`0 0 ${BARS} ${HEIGHT}`} preserveAspectRatio="none" focusable="false">
          <path d={path} />
        </svg>
      )}
      {path ? <i class="wl-playhead" /> : (!cell.audio || peaks) && <small>no sound</small>}
    </span>
  );
}

/** A bar each, about the middle. Quiet sounds are drawn higher than they are, as they are heard. */
function drawn(peaks: Peaks): string {
  const each = peaks.length / BARS;
  return Array.from({ length: BARS }, (_, n) => {
    const peak = Math.max(...peaks.slice(Math.floor(n * each), Math.max(Math.floor(n * each) + 1, Math.floor((n + 1) * each))));
    const half = Math.max(0.01, (HEIGHT / 2 - 1.5) * (peak / 100) ** 0.6);
    return `M${n + 0.5} ${(HEIGHT / 2 - half).toFixed(2)}V${(HEIGHT / 2 + half).toFixed(2)}`;
  }).join("");
}
