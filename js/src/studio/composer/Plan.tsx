/** What running a sweep would do, cell by cell. */

import { countOf, money, number, shorten, span } from "../../shared/format";
import type { Plan as PlanValue, PlanRow } from "../../protocol.gen";
import { useView } from "../view";

const AT_A_TIME = [1, 2, 4, 10, 20] as const;
const STATES: Readonly<Record<PlanRow["plan"], string>> = {
  run: "to run",
  hit: "there already",
  coming: "under way",
  twin: "the same as another",
  skip: "skipped",
  invalid: "invalid",
};

interface Props {
  readonly plan: PlanValue;
  /** Of its axes. */
  readonly titles: readonly string[];
  readonly concurrency: number;
  setConcurrency(count: number): void;
}

/** What running the sweep would do, cell by cell. */
export function Plan({ plan, titles, concurrency, setConcurrency }: Props) {
  const { uid } = useView();
  const { rows, cells, to_run, dollars, free, minutes } = plan;
  return (
    <section class="sd-plan" aria-label="Plan">
      <div class="sd-plan-sums">
        <span>
          <b>{countOf(to_run, "clip")}</b> to generate · {free ? "free" : money(dollars)}
          {minutes !== null && to_run > 0 && ` · about ${span(minutes * 60)}`}
        </span>
        <label>
          <span class="sd-unseen">Clips made at a time</span>
          <select
            class="sd-input"
            id={`${uid}-at-a-time`}
            onChange={(event) => setConcurrency(Number(event.currentTarget.value))}
          >
            {AT_A_TIME.map((count) => (
              <option key={count} value={count} selected={count === concurrency}>
                {count} at a time
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="sd-plan-scroll" tabIndex={0} role="group" aria-label="Cells">
        <table>
          <thead>
            <tr>
              {titles.map((title, place) => (
                <th key={place} scope="col">
                  {title}
                </th>
              ))}
              <th scope="col">Price</th>
              <th scope="col">Plan</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index} data-plan={row.plan}>
                {row.values.map((value, place) => (
                  <td key={place} title={value}>
                    {shorten(value, 48)}
                  </td>
                ))}
                <td class="sd-num">{row.plan !== "run" ? "" : free ? "free" : money(row.estimate)}</td>
                <td title={row.problem ?? undefined}>{row.problem ?? STATES[row.plan]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {cells > rows.length && (
        <p class="sd-quiet">
          The first {number(rows.length)} of {countOf(cells, "cell")}.
        </p>
      )}
    </section>
  );
}
