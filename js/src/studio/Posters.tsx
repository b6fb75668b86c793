import { length } from "../format";
import type { Row } from "../messages";
import { Icon } from "../parts/Icon";
import { urlOf } from "../held";
import { useMedium } from "../view";
import { useNear } from "./History";

export interface RowsProps {
  readonly rows: readonly Row[];
  readonly chosen: number | null;
  choose(row: Row): void;
}

export function Posters({ rows, chosen, choose }: RowsProps) {
  // One stop for the Tab key; the arrow keys move inside.
  const stop = rows.some((row) => row.gid === chosen) ? chosen : rows[0]?.gid;
  return (
    <ul class="sd-posters" onKeyDown={moveAmongTiles}>
      {rows.map((row) => (
        <li key={row.gid}>
          <Tile row={row} chosen={row.gid === chosen} stop={row.gid === stop} choose={choose} />
        </li>
      ))}
    </ul>
  );
}

interface TileProps {
  readonly row: Row;
  readonly chosen: boolean;
  readonly stop: boolean;
  choose(row: Row): void;
}

function Tile({ row, chosen, stop, choose }: TileProps) {
  const [near, ref] = useNear();
  return (
    <button
      ref={ref}
      class="sd-tile"
      aria-current={chosen}
      tabIndex={stop ? 0 : -1}
      title={row.prompt}
      onClick={() => choose(row)}
    >
      <Poster gid={row.gid} wanted={near} />
      <span class="sd-tile-length">
        {row.notice && <Icon name="warn" />} {length(row.duration)}
      </span>
      <span class="sd-tile-prompt">{row.prompt}</span>
      <span class="sd-tile-seed">{row.seed === null ? "" : `seed ${row.seed}`}</span>
    </button>
  );
}

export function Poster({ gid, wanted }: { gid: number; wanted: boolean }) {
  const medium = useMedium("poster", gid, wanted);
  const url = urlOf(medium);
  return (
    <span class="sd-poster" data-state={url ? "ready" : medium ? "missing" : "loading"}>
      {url ? <img src={url} alt="" /> : medium && <Icon name="film" />}
    </span>
  );
}

function moveAmongTiles(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const tiles = [...event.currentTarget.querySelectorAll<HTMLElement>(".sd-tile")];
  const at = tiles.findIndex((tile) => tile === event.target);
  if (at < 0) return;
  const top = tiles[0]?.offsetTop;
  const columns = Math.max(1, tiles.findIndex((tile) => tile.offsetTop !== top));
  const to = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    Home: 0,
    End: tiles.length - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  tiles[to]?.focus();
}
