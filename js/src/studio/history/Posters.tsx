/** The history as posters. */

import { useLayoutEffect } from "preact/hooks";
import { length } from "../../shared/format";
import type { Row } from "../../protocol.gen";
import { Icon } from "../../shared/parts/Icon";
import { useStudio } from "../view";
import { Check, GroupHead, HEAD, Poster, useNear, Verdict } from "./RowParts";
import { type RowsProps, useWalk, type Walk } from "./walk";
import { piecesIn, useHeight, useLayout, useViewport } from "./window";

/** Pixels, as in the style sheet. */
const GAP = 12;
const NARROWEST = 168;

export function Posters(props: RowsProps) {
  const { found, openWall } = props;
  const view = useViewport(60);
  const least = Math.min(NARROWEST, view.width * 0.44);
  const columns = Math.max(1, Math.floor((view.width + GAP) / (least + GAP)));
  const tile = useHeight(view.box, ".sd-cell", 150);
  const layout = useLayout(found.total, found.groups, columns, tile + GAP, HEAD);
  const pieces = view.width ? piecesIn(layout, view.top, view.top + view.height) : [];
  const walk = useWalk(props, view, layout, pieces);
  useLayoutEffect(() => found.want(pieces[0]?.from ?? 0, pieces.at(-1)?.to ?? 1));

  return (
    <div
      ref={view.box}
      class="sd-scroll"
      onScroll={view.onScroll}
      onFocusCapture={walk.onFocus}
      onKeyDown={walk.onKeyDown}
      onKeyUp={walk.onKeyUp}
    >
      <div class="sd-tall" style={{ height: `${Math.max(0, layout.height - GAP)}px` }}>
        {pieces.map(({ group, headed, from, to, top }) => (
          <section key={group?.sweep ?? ""} class="sd-piece" style={{ top: `${top}px` }}>
            {headed && group && <GroupHead group={group} openWall={openWall} />}
            <ul class="sd-posters" style={{ "--sd-columns": columns }}>
              {Array.from({ length: to - from }, (_, n) => {
                const row = found.at(from + n);
                return <Tile key={row?.gid ?? `at ${from + n}`} {...props} row={row} index={from + n} walk={walk} />;
              })}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

interface TileProps extends RowsProps {
  readonly row: Row | undefined;
  readonly index: number;
  readonly walk: Walk;
}

function Tile({ row, index, walk, found, playing, open, pick }: TileProps) {
  const [near, ref] = useNear();
  const { choice } = useStudio();
  const place = { "aria-setsize": found.total, "aria-posinset": index + 1 };
  const tabIndex = walk.stop === index ? 0 : -1;
  if (!row) {
    return (
      <li class="sd-cell" {...place}>
        <button class="sd-tile" data-index={index} tabIndex={tabIndex} aria-label="Loading" aria-busy="true">
          <span class="sd-poster" />
          <span class="sd-tile-prompt">&nbsp;</span>
          <span class="sd-tile-seed">&nbsp;</span>
        </button>
      </li>
    );
  }
  const chosen = choice.set.value.has(row.gid);
  return (
    <li class="sd-cell" data-chosen={chosen} {...place}>
      <button
        ref={ref}
        class="sd-tile"
        data-index={index}
        aria-current={row.gid === playing}
        tabIndex={tabIndex}
        title={row.prompt}
        onClick={(event) => walk.picks(event, index) || open(row)}
      >
        <Poster gid={row.gid} wanted={near} />
        <span class="sd-tile-length">
          {row.notice && <Icon name="warn" />} {length(row.duration)}
        </span>
        <span class="sd-tile-prompt">{row.prompt}</span>
        <span class="sd-tile-seed">
          <span>{row.seed === null ? "\u00a0" : `seed ${row.seed}`}</span>
          <Verdict row={row} />
        </span>
      </button>
      <Check row={row} chosen={chosen} tabIndex={tabIndex} pick={(range) => pick(index, range ? index : null)} />
    </li>
  );
}
