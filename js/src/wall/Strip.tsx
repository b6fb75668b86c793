import { Icon } from "../parts/Icon";
import type { Cell } from "./messages";
import { Star } from "./Tile";
import { canPlay, nameOf, useWall, whyNot } from "./view";

/** What a person does with one clip: hear it, star it, rate it. */
export function Strip({ cell, side }: { cell: Cell; side?: "A" | "B" }) {
  const { state, conductor, solo } = useWall();
  const heard = conductor.solo.value === cell.gid;
  const name = nameOf(cell);
  return (
    <div class="wl-strip" role="group" aria-label={`Clip ${name}`}>
      <p class="wl-strip-name" title={cell.prompt}>
        {side && <b>{side} </b>}
        {name}
        {cell.label && <span class="sd-quiet"> {cell.prompt}</span>}
      </p>
      {!canPlay(cell) && <p class="wl-why">{whyNot(cell)}</p>}
      <button
        class="sd-button wl-solo"
        aria-pressed={heard}
        disabled={!canPlay(cell) || !cell.audio}
        title={cell.audio ? "Hear this clip alone (m)" : "This clip has no sound"}
        onClick={() => solo(cell)}
      >
        <Icon name={heard ? "volume" : "muted"} /> {cell.audio ? "Solo" : "No sound"}
      </button>
      <span class="wl-rating" role="group" aria-label="Rating">
        {[1, 2, 3, 4, 5].map((n) => (
          <button
            key={n}
            class="wl-rate-one"
            aria-label={`Rate ${n} of 5`}
            aria-pressed={cell.rating === n}
            disabled={!canPlay(cell)}
            data-on={cell.rating !== null && n <= cell.rating}
            title={cell.rating === n ? "Take the rating back" : `Rate ${n} of 5 (${n})`}
            onClick={() => state.rate(cell, n)}
          >
            {n}
          </button>
        ))}
      </span>
      <button class="sd-tool" aria-label="Star" title="Star (s)" aria-pressed={cell.star} onClick={() => state.star(cell)}>
        <Star filled={cell.star} />
      </button>
    </div>
  );
}
