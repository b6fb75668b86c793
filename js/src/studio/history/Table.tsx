/** The history as a table. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { length, size, span, when } from "../../shared/format";
import type { Row, Sort } from "../../protocol.gen";
import { Cost } from "../../player/Facts";
import { useStudio } from "../view";
import { Check, GroupHead, HEAD, Poster, useNear, Verdict } from "./RowParts";
import { type RowsProps, useWalk, type Walk } from "./walk";
import { piecesIn, useHeight, useLayout, useViewport } from "./window";

interface TableProps extends RowsProps {
  readonly sort: Sort;
  setSort(sort: Sort): void;
}

/** What a click on a heading sorts by, first and again; falling first. */
const SORTED: Readonly<Record<string, readonly [Sort, Sort?]>> = {
  Length: ["duration", "shortest"],
  Cost: ["cost", "cheapest"],
  Rating: ["rating"],
  When: ["newest", "oldest"],
};
const COLUMNS = ["Clip", "Made from", "Size", "Length", "Sound", "Seed", "Cost", "Rating", "Took", "When"];

export function Table(props: TableProps) {
  const { found, openWall, sort, setSort } = props;
  const view = useViewport(60);
  const line = useHeight(view.box, "[data-row]", 49);
  const layout = useLayout(found.total, found.groups, 1, line, HEAD);
  const pieces = piecesIn(layout, view.top, view.top + view.height);
  const walk = useWalk(props, view, layout, pieces);
  const [first, last] = [pieces[0], pieces.at(-1)];
  useLayoutEffect(() => found.want(first?.from ?? 0, last?.to ?? 1));
  const drawn = pieces.reduce((sum, { headed, from, to }) => sum + (to - from) * line + (headed ? HEAD : 0), 0);
  const above = first?.top ?? 0;

  return (
    <div
      ref={view.box}
      class="sd-scroll sd-table"
      onScroll={view.onScroll}
      onFocusCapture={walk.onFocus}
      onKeyDown={walk.onKeyDown}
      onKeyUp={walk.onKeyUp}
    >
      <table aria-rowcount={found.total + 1}>
        <thead>
          <tr>
            <th scope="col">
              <span class="sd-unseen">Chosen</span>
            </th>
            {COLUMNS.map((name) => (
              <Heading key={name} name={name} sort={sort} setSort={setSort} />
            ))}
          </tr>
        </thead>
        <Space height={above} />
        {pieces.map(({ group, headed, from, to }) => (
          <tbody key={group?.sweep ?? ""}>
            {headed && group && (
              <tr class="sd-group-row">
                <th scope="rowgroup" colSpan={COLUMNS.length + 1}>
                  <GroupHead group={group} openWall={openWall} />
                </th>
              </tr>
            )}
            {Array.from({ length: to - from }, (_, n) => {
              const row = found.at(from + n);
              return <Line key={row?.gid ?? `at ${from + n}`} {...props} row={row} index={from + n} walk={walk} />;
            })}
          </tbody>
        ))}
        <Space height={layout.height - above - drawn} />
      </table>
    </div>
  );
}

/** Stands for the rows that are not drawn. */
function Space({ height }: { height: number }) {
  if (height < 1) return null;
  return (
    <tbody aria-hidden="true">
      <tr class="sd-space">
        <td colSpan={COLUMNS.length + 1} style={{ height: `${height}px` }} />
      </tr>
    </tbody>
  );
}

function Heading({ name, sort, setSort }: { name: string; sort: Sort; setSort(sort: Sort): void }) {
  const sorts = SORTED[name];
  if (!sorts) return <th scope="col">{name}</th>;
  const [falling, rising] = sorts;
  const direction = sort === falling ? "descending" : sort === rising ? "ascending" : "none";
  return (
    <th scope="col" aria-sort={direction}>
      <button class="sd-sort" onClick={() => setSort(sort === falling && rising ? rising : falling)}>
        {name}
        <svg class="sd-arrow" viewBox="0 0 8 8" aria-hidden="true" data-direction={direction}>
          <path d="M1 2.5h6L4 6.5z" />
        </svg>
      </button>
    </th>
  );
}

interface LineProps extends RowsProps {
  readonly row: Row | undefined;
  readonly index: number;
  readonly walk: Walk;
}

function Line({ row, index, walk, playing, open, pick }: LineProps) {
  const [near, ref] = useNear();
  const { catalog, choice } = useStudio();
  const tabIndex = walk.stop === index ? 0 : -1;
  if (!row) return <Coming index={index} tabIndex={tabIndex} />;
  const chosen = choice.set.value.has(row.gid);
  const endpoint = catalog.value.find(({ id }) => id === row.endpoint);
  const took = (row.queue_seconds ?? 0) + (row.run_seconds ?? 0);
  return (
    <tr
      ref={ref}
      data-row
      aria-rowindex={index + 2}
      data-chosen={chosen}
      data-playing={row.gid === playing}
      onClick={(event) => walk.picks(event, index) || open(row)}
    >
      <td class="sd-check-cell">
        <Check row={row} chosen={chosen} tabIndex={tabIndex} pick={(range) => pick(index, range ? index : null)} />
      </td>
      <td>
        <span class="sd-line">
          <Poster gid={row.gid} wanted={near} />
          <button
            class="sd-line-prompt"
            data-index={index}
            tabIndex={tabIndex}
            aria-current={row.gid === playing}
            title={row.prompt}
          >
            {row.prompt}
          </button>
        </span>
      </td>
      <td>{endpoint?.title.split("→")[0]?.trim() ?? row.endpoint}</td>
      <td>{size(row.width, row.height)}</td>
      <td>{length(row.duration)}</td>
      <td>{row.audio ? "yes" : "no"}</td>
      <td>{row.seed ?? ""}</td>
      <td>
        <Cost row={row} />
      </td>
      <td>
        <Verdict row={row} />
      </td>
      <td>{took ? span(took) : ""}</td>
      <td>{when(row.created)}</td>
    </tr>
  );
}

function Coming({ index, tabIndex }: { index: number; tabIndex: number }): ComponentChildren {
  return (
    <tr data-row aria-rowindex={index + 2}>
      <td />
      <td>
        <span class="sd-line">
          <span class="sd-poster" />
          <button class="sd-line-prompt" data-index={index} tabIndex={tabIndex} aria-busy="true">
            Loading
          </button>
        </span>
      </td>
      {COLUMNS.slice(1).map((name) => (
        <td key={name} />
      ))}
    </tr>
  );
}
