/** How the clips, and the values of each axis, stand by the votes. */

import { useEffect, useRef, useState } from "preact/hooks";
import { countOf, money } from "../shared/format";
import { Star } from "../shared/parts/Judge";
import type { ClipScore, Score, Standing, ValueScore } from "../protocol.gen";
import { Dots } from "./Tile";
import { nameOf, useWall } from "./view";

type Column = "name" | "score" | "votes" | "rating" | "motion" | "cost";

const TITLES: Readonly<Record<Column, string>> = { name: "Clip", score: "Score", votes: "Votes", rating: "Rating", motion: "Motion", cost: "Cost" };

export function Scores() {
  const { state } = useWall();
  const standing = state.standing.value;
  const [axis, setAxis] = useState<string | null>(null);
  if (!standing.votes) return null;
  const shown = standing.axes.find((one) => one.axis === axis);
  return (
    <section class="wl-scores" aria-label="Scores">
      <div class="wl-scores-head">
        <h3>Scores</h3>
        <p class="sd-quiet">by {countOf(standing.votes, "vote")} · one point apart: better in 73 of 100 · lines: 95 % sure</p>
        {standing.axes.length > 0 && (
          <span class="wl-modes" role="group" aria-label="Scores of">
            {[null, ...standing.axes.map((one) => one.axis)].map((one) => (
              <button key={one} aria-pressed={(shown?.axis ?? null) === one} onClick={() => setAxis(one)}>
                {one ?? "Clips"}
              </button>
            ))}
          </span>
        )}
      </div>
      {shown ? <Values name={shown.axis} values={shown.values} /> : <Clips standing={standing} />}
    </section>
  );
}

function Clips({ standing }: { standing: Standing }) {
  const { clips, left_out: leftOut } = standing;
  const [order, setOrder] = useState<{ readonly by: Column; readonly down: boolean }>({ by: "score", down: true });
  const go = useGoing();
  const range = rangeOf(clips);
  const isApart = clips.some(({ group }) => group > 0);
  const head = (column: Column) => (
    <th key={column} scope="col" data-column={column} aria-sort={order.by !== column ? "none" : order.down ? "descending" : "ascending"}>
      <button onClick={() => setOrder({ by: column, down: order.by === column ? !order.down : column !== "name" })}>
        {TITLES[column]}
        <span aria-hidden="true">{order.by !== column ? "" : order.down ? " ↓" : " ↑"}</span>
      </button>
    </th>
  );
  return (
    <>
      {isApart && <p class="sd-quiet">No votes connect some clips with the others yet: scores compare only within a group.</p>}
      <table class="wl-table">
        <thead>
          <tr>{(Object.keys(TITLES) as Column[]).map(head)}</tr>
        </thead>
        <tbody>
          {sorted(clips, order.by, order.down).map((clip) => (
            <tr key={clip.gid} onClick={(event) => go(clip, event.currentTarget)}>
              <th scope="row" data-column="name">
                <button class="wl-table-name" title={clip.prompt}>
                  {nameOf(clip)}
                </button>
                {clip.star && <Star filled />}
                {isApart && <small class="sd-quiet"> group {clip.group + 1}</small>}
              </th>
              <Plot score={clip} range={range} />
              <td data-column="votes">{clip.votes}</td>
              <td data-column="rating">
                {clip.rating !== null && (
                  <>
                    <Dots rating={clip.rating} />
                    <span class="sd-unseen">{clip.rating} of 5</span>
                  </>
                )}
              </td>
              <td data-column="motion">{clip.motion !== null && clip.motion.toFixed(1)}</td>
              <td data-column="cost">{clip.cost !== null && (clip.cost ? money(clip.cost) : "free")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {leftOut > 0 && <p class="sd-quiet">and {countOf(leftOut, "clip")} more: project.scores() has them all.</p>}
    </>
  );
}

function Values({ name, values }: { name: string; values: readonly ValueScore[] }) {
  const range = rangeOf(values);
  return (
    <table class="wl-table">
      <thead>
        <tr>
          <th scope="col">{name}</th>
          <th scope="col" data-column="score">
            Score
          </th>
          <th scope="col" data-column="votes">
            Votes
          </th>
        </tr>
      </thead>
      <tbody>
        {values.map((one) => (
          <tr key={one.value}>
            <th scope="row" data-column="name">
              {one.value}
            </th>
            <Plot score={one} range={range} />
            <td data-column="votes">{one.votes}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Range = readonly [number, number];

/** One scale for all rows, with zero on it. */
function rangeOf(scores: readonly Score[]): Range {
  return [Math.min(0, ...scores.map(({ low }) => low)), Math.max(0, ...scores.map(({ high }) => high))];
}

const signed = (value: number): string => `${value < -0.005 ? "−" : value > 0.005 ? "+" : ""}${Math.abs(value).toFixed(2)}`;

function Plot({ score: { score, low, high }, range: [from, to] }: { score: Score; range: Range }) {
  const at = (value: number): string => `${((value - from) / (to - from || 1)) * 100}%`;
  return (
    <td data-column="score">
      <span class="wl-plot" aria-hidden="true">
        <i class="wl-plot-zero" style={{ left: at(0) }} />
        <i class="wl-plot-line" style={{ left: at(low), right: `calc(100% - ${at(high)})` }} />
        <i class="wl-plot-dot" style={{ left: at(score) }} />
      </span>
      <span class="wl-plot-number">
        {signed(score)} <small>± {(score - low).toFixed(2)}</small>
      </span>
    </td>
  );
}

function sorted(clips: readonly ClipScore[], by: Column, down: boolean): readonly ClipScore[] {
  // As they come they stand by their group and score.
  if (by === "score") return down ? clips : [...clips].reverse();
  const key = (clip: ClipScore): number | string | null => (by === "name" ? nameOf(clip) : clip[by]);
  return [...clips].sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === "string" ? a.localeCompare(String(b), "en", { numeric: true }) : a - Number(b);
    return down ? -order : order;
  });
}

/** To a clip's place on the wall, on whichever page it hangs. */
function useGoing(): (clip: ClipScore, from: Element) => void {
  const { state, current, setMode } = useWall();
  const goal = useRef<number | null>(null);
  const shell = useRef<Element | null>(null);
  const { number, rev } = state.page.value;
  const arrive = (): void => {
    const tile = shell.current?.querySelector<HTMLElement>(`.wl-tile[data-gid="${goal.current}"]`);
    if (!tile) return;
    goal.current = null;
    tile.focus();
  };
  useEffect(arrive, [number, rev]);
  return ({ gid, page }, from) => {
    goal.current = gid;
    shell.current = from.closest(".wl-shell");
    setMode("grid");
    current.value = gid;
    state.turnTo(page);
    // The grid may only now take the place of a pair.
    requestAnimationFrame(arrive);
  };
}
