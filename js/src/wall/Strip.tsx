/** What a person does with one clip: hear it, star it, rate it, tag it, write of it. */

import { Icon } from "../shared/parts/Icon";
import { Note, Opinion, Rating, StarButton, Tags } from "../shared/parts/Judge";
import type { Cell } from "../protocol.gen";
import { canPlay, nameOf, useWall, whyNot } from "./view";

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
      {state.readOnly ? (
        <Opinion clip={cell} />
      ) : (
        <>
          <Rating clip={cell} judging={state.judging} disabled={!canPlay(cell)} />
          <StarButton clip={cell} judging={state.judging} />
          <span class="wl-words">
            <Tags clip={cell} judging={state.judging} />
            <Note clip={cell} judging={state.judging} />
          </span>
        </>
      )}
    </div>
  );
}
