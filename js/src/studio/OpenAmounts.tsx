/** What has ended without anybody knowing whether it was billed: its sum, and on demand each of them to be settled. */

import { useEffect, useState } from "preact/hooks";
import { countOf, money, when } from "../shared/format";
import type { OpenAmount } from "../protocol.gen";
import { Popover } from "./Popover";
import { useStudio } from "./view";

const PAGE = 50;

export function OpenAmounts({ count, dollars }: { count: number; dollars: number }) {
  const { lab } = useStudio();
  return (
    <Popover
      className="sd-pill sd-pill-button"
      name="Open amounts"
      label={
        <span>
          <b>{money(dollars)}</b> open
        </span>
      }
    >
      <div class="sd-open">
        <p>
          <b>{countOf(count, "job")} ended without word of a bill.</b>{" "}
          <span class="sd-quiet">
            {money(dollars)} stays reserved until you say.
            {lab.value.server.kind === "fal" && " Look under fal.ai/dashboard/requests."}
          </span>
        </p>
        <List key={`${count} ${dollars}`} />
      </div>
    </Popover>
  );
}

function List() {
  const { kernel, attempt } = useStudio();
  const [rows, setRows] = useState<readonly OpenAmount[]>([]);
  const [total, setTotal] = useState(0);
  const more = (): void => {
    const found = kernel.request("open_amounts", { offset: rows.length, limit: PAGE }).then(({ value }) => {
      setRows([...rows, ...value.rows]);
      setTotal(value.total);
    });
    attempt(found);
  };
  useEffect(more, []);
  return (
    <>
      <ul>
        {rows.map(({ gid, prompt, dollars, ended, request_id, why }) => (
          <li key={gid} aria-label={prompt}>
            <div class="sd-row">
              <b class="sd-open-prompt" title={prompt}>
                {prompt}
              </b>
              <span class="sd-num sd-quiet">{when(ended)}</span>
            </div>
            {why && <p class="sd-quiet">{why}</p>}
            {request_id && <code class="sd-quiet">{request_id}</code>}
            <Settle gid={gid} dollars={dollars} />
          </li>
        ))}
      </ul>
      {rows.length < total && (
        <button class="sd-button" onClick={more}>
          Show more
        </button>
      )}
    </>
  );
}

/** What a person says of an open amount. */
export function Settle({ gid, dollars }: { gid: number; dollars: number | null }) {
  const { kernel, attempt, announce } = useStudio();
  const say = (billed: boolean): void => {
    const told = billed ? `Settled: ${money(dollars)} was billed.` : "Settled: it was not billed.";
    attempt(kernel.request("settle", { gid, billed }).then(() => announce(told)));
  };
  return (
    <div class="sd-settle" role="group" aria-label="Was it billed?">
      <button class="sd-button" onClick={(event) => event.detail < 2 && say(true)}>
        Was billed · {money(dollars)}
      </button>
      <button class="sd-button" onClick={(event) => event.detail < 2 && say(false)}>
        Was not billed
      </button>
    </div>
  );
}
