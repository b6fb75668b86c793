/** The clips of a page: under and beside the values of two axes, or as many in a row as fit. */

import { useEffect, useRef } from "preact/hooks";
import { currentCell } from "./keys";
import { useLensEvents } from "./lens";
import { Tile } from "./Tile";
import { canPlay, useWall } from "./view";

export function Grid() {
  const view = useWall();
  const { state } = view;
  const { rows, columns, cells } = state.page.value;
  const grid = useRef<HTMLDivElement>(null);
  useLensEvents(view.lens, grid, ".wl-picture");
  const playable = cells.flatMap((cell) => (cell && canPlay(cell) && cell.saved ? [cell.gid] : []));
  useEffect(() => state.waves.want(playable), [playable.join()]);
  const first = cells.find((cell) => cell !== null);
  const reached = currentCell(view);
  const shape = first && first.width ? `${first.width} / ${first.height}` : "16 / 9";
  const across = columns.length || Math.ceil(Math.sqrt(cells.length));
  const tiles = cells.map((cell, n) =>
    cell ? (
      <Tile key={cell.gid} cell={cell} reached={cell === reached} />
    ) : (
      <div key={`none-${n}`} class="wl-none">
        <span>not in this sweep</span>
      </div>
    ),
  );
  return (
    <div
      ref={grid}
      class={rows.length ? "wl-grid wl-grid-axes" : "wl-grid"}
      role="group"
      aria-label="Clips. Arrow keys move between them, Enter chooses, question mark shows all keys."
      style={{ "--wl-across": across, "--wl-shape": shape }}
    >
      {columns.length > 0 && <span class="wl-corner" />}
      {columns.map((name) => (
        <span key={name} class="wl-heading" title={name}>
          {name}
        </span>
      ))}
      {rows.length
        ? rows.map((name, row) => [
            <span key={`row ${name}`} class="wl-heading wl-heading-row" title={name}>
              {name}
            </span>,
            ...tiles.slice(row * columns.length, (row + 1) * columns.length),
          ])
        : tiles}
    </div>
  );
}
