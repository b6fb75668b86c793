import { length, size, span, when } from "../format";
import type { Row } from "../messages";
import { Cost } from "../parts/Cost";
import { useStudio } from "../view";
import { useNear } from "./History";
import { Poster, type RowsProps } from "./Posters";

export function Table({ rows, chosen, choose }: RowsProps) {
  return (
    <div class="sd-table" tabIndex={0} role="region" aria-label="Clips as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">Clip</th>
            <th scope="col">Made from</th>
            <th scope="col">Size</th>
            <th scope="col">Length</th>
            <th scope="col">Sound</th>
            <th scope="col">Seed</th>
            <th scope="col">Cost</th>
            <th scope="col">Took</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Line key={row.gid} row={row} chosen={row.gid === chosen} choose={choose} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps {
  readonly row: Row;
  readonly chosen: boolean;
  choose(row: Row): void;
}

function Line({ row, chosen, choose }: LineProps) {
  const [near, ref] = useNear();
  const { catalog } = useStudio();
  const endpoint = catalog.value.find(({ id }) => id === row.endpoint);
  const took = (row.queue_seconds ?? 0) + (row.run_seconds ?? 0);
  return (
    <tr ref={ref} data-chosen={chosen} onClick={() => choose(row)}>
      <td>
        <span class="sd-line">
          <Poster gid={row.gid} wanted={near} />
          <button class="sd-line-prompt" aria-current={chosen} title={row.prompt}>
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
      <td>{took ? span(took) : ""}</td>
      <td>{when(row.created)}</td>
    </tr>
  );
}
