/** A blind vote in the place of the wall: nothing here may tell which clip is which before the vote. */

import { useEffect, useRef } from "preact/hooks";
import { useMedium } from "../shared/media";
import { Icon } from "../shared/parts/Icon";
import { useLensEvents } from "./lens";
import type { Ballot } from "../protocol.gen";
import { Screen } from "./Screen";
import { nameOf, useWall } from "./view";
import { cellOf, type Choice, type Side } from "./voting";

export function Vote() {
  const { state, conductor, voting, lens } = useWall();
  const { ballot, heard, next } = voting;
  const stage = useRef<HTMLDivElement>(null);
  const pair = ballot.value;
  useLensEvents(lens, stage, ".wl-side-picture");
  useEffect(() => {
    conductor.setSolo(pair && heard.value ? cellOf(pair, heard.value).gid : null);
  }, [pair, heard.value]);
  for (const side of ["A", "B"] as const) {
    const coming = next.value && cellOf(next.value, side);
    useMedium(state.media, "poster", coming?.gid ?? null, coming?.saved);
    useMedium(state.media, "clip", coming?.gid ?? null, coming?.saved && conductor.armed.value);
  }
  // After a click space plays; after a key on a button it presses that again.
  const clicked = (event: MouseEvent): void => {
    if (event.detail && event.target instanceof Element && event.target.closest("button")) stage.current?.focus();
  };
  return (
    <div onClick={clicked}>
      <Progress />
      <div ref={stage} class="wl-vote" data-home role="group" aria-label="Blind vote. Left and right arrow prefer A and B, down is a tie." tabIndex={-1}>
        {pair ? (
          <>
            <Shown pair={pair} side="A" />
            <Shown pair={pair} side="B" />
          </>
        ) : (
          <p class="wl-vote-wait sd-quiet">
            <i class="sd-spinner" aria-hidden="true" /> Choosing two clips
          </p>
        )}
      </div>
      <Choices />
    </div>
  );
}

function Progress() {
  const { voting, sheet } = useWall();
  const { ballot, given } = voting;
  const pair = ballot.value;
  return (
    <div class="wl-header">
      <h2 class="wl-title">Blind vote</h2>
      <p class="sd-quiet wl-about" aria-live="off">
        {pair && (pair.done < pair.total ? `${pair.done} of ${pair.total} pairs` : `All ${pair.total} pairs compared: more votes make the scores surer`)}
      </p>
      <button class="sd-button" disabled={!given.value} title="Take the last vote back (u)" onClick={voting.undo}>
        <Icon name="reuse" /> Undo
      </button>
      <button class="sd-button" title="Back to the wall (Esc)" onClick={voting.stop}>
        Stop
      </button>
      <button class="sd-tool wl-help" aria-label="Keys" title="Keys (?)" onClick={() => (sheet.value = true)}>
        ?
      </button>
      {pair && <progress class="wl-vote-done" aria-label="Pairs compared" max={pair.total} value={pair.done} />}
    </div>
  );
}

function Shown({ pair, side }: { pair: Ballot; side: Side }) {
  const { voting } = useWall();
  const { voted, heard } = voting;
  const cell = cellOf(pair, side);
  const other = cellOf(pair, side === "A" ? "B" : "A");
  const isHeard = heard.value === side;
  const ratio = (one: typeof cell): number => (one.width && one.height ? one.width / one.height : 16 / 9);
  return (
    <div class="wl-side" role="group" aria-label={side} data-solo={isHeard} data-won={voted.value === side} onPointerEnter={() => heard.value && !isHeard && voting.hear(side)}>
      <div class="wl-picture wl-side-picture" style={{ "--wl-shape": Math.max(ratio(cell), ratio(other)) }}>
        <Screen key={`${pair.done} ${cell.gid}`} cell={cell} onScreen />
        <span class="wl-badge">{side}</span>
        {voted.value && (
          <p class="wl-reveal">
            <b>{voted.value === side ? "Preferred" : voted.value === "tie" ? "Tie" : ""}</b>
            <span>{nameOf(cell)}</span>
          </p>
        )}
      </div>
      <button class="sd-button wl-solo" aria-pressed={isHeard} title={`Hear ${side} alone (${side.toLowerCase()})`} onClick={() => voting.hear(side)}>
        <Icon name={isHeard ? "volume" : "muted"} /> {isHeard ? `Hearing ${side}` : `Hear ${side}`}
      </button>
    </div>
  );
}

const CHOICES: readonly (readonly [Choice, string, string])[] = [
  ["A", "A is better", "←"],
  ["tie", "Tie", "↓"],
  ["B", "B is better", "→"],
];

function Choices() {
  const { voting } = useWall();
  const { voted, ballot, next } = voting;
  return (
    <div class="wl-choices" role="group" aria-label="Your vote">
      {voted.value ? (
        <button class="sd-button" disabled={!next.value} title="Next pair (Enter)" onClick={voting.proceed}>
          Next pair <kbd>Enter</kbd>
        </button>
      ) : (
        CHOICES.map(([choice, text, key]) => (
          <button key={choice} class="sd-button" disabled={!ballot.value} onClick={() => voting.vote(choice)}>
            {text} <kbd aria-hidden="true">{key}</kbd>
          </button>
        ))
      )}
    </div>
  );
}
