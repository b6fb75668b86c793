/** "3 × 4 = 12 clips", what is there already, what is wrong, and the plan on demand. */

import { useEffect, useState } from "preact/hooks";
import { countOf, day, money, number, span } from "../../shared/format";
import type { Plan as PlanValue, SweepQuote as Quote } from "../../protocol.gen";
import type { Control } from "./schema";
import { RequestError } from "../../shared/transport";
import { useStudio, useView } from "../view";
import { Plan } from "./Plan";

export function SweepQuote() {
  const { draft } = useStudio();
  const { uid } = useView();
  const [open, setOpen] = useState(false);
  const { sweep, settled, quote } = draft;
  if (!sweep.value) {
    return (
      <p class="sd-quote">{settled.value ? "The clips are counted when the fields and values are complete." : "…"}</p>
    );
  }
  const { dollars, free, made, under_way, skipped, minutes, concurrency } = sweep.value;
  const id = `${uid}-plan`;
  return (
    <>
      <p class="sd-quote" data-settled={settled.value}>
        <Sum sweep={sweep.value} />
        {made > 0 && <span>{there(made)}</span>}
        {under_way > 0 && <span>{number(under_way)} under way</span>}
        {skipped > 0 && <span>{number(skipped)} skipped</span>}
        {free && dollars !== null && dollars > 0 && (
          <span>
            <b>{money(dollars)}</b> on fal
          </span>
        )}
        {minutes !== null && minutes > 0 && (
          <span>
            about {span(minutes * 60)}, {concurrency} at a time
          </span>
        )}
        <button class="sd-link" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          {open ? "Hide the plan" : "See the plan"}
        </button>
        {quote.value && dollars !== null && !free && (
          <small>{`${quote.value.live ? "Live price" : "Price list"} of ${day(quote.value.as_of)}`}</small>
        )}
      </p>
      <div id={id}>{open && <Planned />}</div>
      <Invalid sweep={sweep.value} />
    </>
  );
}

export const there = (hits: number): string =>
  hits === 1 ? "1 is there already" : `${number(hits)} are there already`;

function Sum({ sweep: { counts, cells } }: { sweep: Quote }) {
  const { draft } = useStudio();
  const factors = Object.values(counts).filter((count) => count > 1);
  const names = Object.keys(counts).filter((name) => (counts[name] ?? 0) > 1);
  return (
    <span title={names.map((name) => titleOf(draft.controls.value, name)).join(" × ")}>
      <b>{factors.length > 1 ? `${factors.map(number).join(" × ")} = ${number(cells)}` : number(cells)}</b>{" "}
      {cells === 1 ? "clip" : "clips"}
    </span>
  );
}

const titleOf = (controls: readonly Control[], name: string): string =>
  controls.find((control) => control.name === name)?.title ?? name;

function Invalid({ sweep: { invalid, wrong } }: { sweep: Quote }) {
  const { draft } = useStudio();
  if (!invalid) return null;
  const skip = draft.skipInvalid.value;
  return (
    <div class="sd-invalid">
      <label class="sd-switch">
        <span>Skip {countOf(invalid, "invalid cell")}</span>
        <input
          type="checkbox"
          role="switch"
          checked={skip}
          onChange={(event) => draft.setSkipInvalid(event.currentTarget.checked)}
        />
        <i aria-hidden="true" />
      </label>
      {skip &&
        wrong.map(({ field, message, cells }) => (
          <p key={message} class="sd-quiet">
            {countOf(cells, "cell")} · {titleOf(draft.controls.value, field)}: {message}
          </p>
        ))}
    </div>
  );
}

/** The plan of the draft as it is, asked for anew when it changes. */
function Planned() {
  const { draft, kernel } = useStudio();
  const [concurrency, setConcurrency] = useState(2);
  const [found, setFound] = useState<PlanValue | string | null>(null);
  const { identity, settled, sweep } = draft;
  useEffect(() => {
    if (!settled.value) return undefined;
    let wanted = true;
    const request = {
      endpoint: draft.endpoint.value.id,
      fields: draft.fields.value,
      axes: draft.varied.value,
      concurrency,
    };
    kernel.request("plan", request).then(
      ({ value }) => wanted && setFound(value),
      (error: unknown) => wanted && setFound(error instanceof RequestError ? error.message : String(error)),
    );
    return () => {
      wanted = false;
    };
  }, [identity.value, settled.value, sweep.value, concurrency]);
  if (found === null) return <p class="sd-quiet">Planning…</p>;
  if (typeof found === "string") return <p class="sd-quiet">{found}</p>;
  const titles = found.axes.map((name) => titleOf(draft.controls.value, name));
  return <Plan plan={found} titles={titles} concurrency={concurrency} setConcurrency={setConcurrency} />;
}
