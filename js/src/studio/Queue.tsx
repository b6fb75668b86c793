/** Jobs under way, and those that ended badly until they are dismissed. */

import { useEffect, useRef, useState } from "preact/hooks";
import { clock, countOf, money, number, span } from "../shared/format";
import type { ErrorValue, Job, Status } from "../protocol.gen";
import { Tool } from "../shared/parts/Tool";
import { ending, isActive } from "./state";
import { useNow, useStudio, useView } from "./view";
import { charge } from "./composer/Generate";
import { Settle } from "./OpenAmounts";

export function Queue() {
  const { jobs, underWay, readOnly } = useStudio();
  // What ended badly waits for whoever may do something about it.
  const cards = readOnly ? jobs.value.cards.filter(isActive) : jobs.value.cards;
  if (!cards.length) return null;
  return (
    <section class="sd-queue" aria-label="Queue" tabIndex={-1}>
      {underWay.value > 1 && <Head />}
      <ul>
        {cards.map((job) => (
          <li key={job.gid}>{isActive(job) ? <Running job={job} /> : <Ended job={job} />}</li>
        ))}
      </ul>
    </section>
  );
}

const GROUPS: readonly (readonly [string, readonly Status[]])[] = [
  ["being made", ["IN_PROGRESS"]],
  ["being saved", ["COMPLETED"]],
  ["being looked for", ["UNCONFIRMED"]],
  ["in queue", ["IN_QUEUE"]],
  ["to be sent", ["SUBMITTING", "PENDING"]],
];

function Head() {
  const { jobs, underWay, readOnly } = useStudio();
  const { cards, counts } = jobs.value;
  const total = underWay.value;
  const shown = cards.filter(isActive).length;
  const parts = GROUPS.map(([words, statuses]) => {
    const count = statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
    return count ? `${number(count)} ${words}` : "";
  });
  if (shown < total) parts.push(`${shown} of ${number(total)} shown`);
  return (
    <div class="sd-head">
      <h3>Queue</h3>
      <span class="sd-quiet">{parts.filter(Boolean).join(" · ")}</span>
      {!readOnly && <CancelAll count={total} />}
    </div>
  );
}

/** Asks once more, in place. */
function CancelAll({ count }: { count: number }) {
  const { kernel, attempt, announce, lab } = useStudio();
  const { uid } = useView();
  const [asking, setAsking] = useState<boolean | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  // To the button that is there now: on asking, the one that does no harm.
  useEffect(() => {
    if (asking !== null) button.current?.focus();
  }, [asking]);
  const act = (): void => {
    setAsking(false);
    attempt(
      kernel.request("cancel_all", {}).then(({ value }) => announce(`Asked to cancel ${countOf(value.count, "job")}.`)),
    );
  };
  if (!asking) {
    return (
      <button ref={button} class="sd-button" key="ask" onClick={(event) => event.detail < 2 && setAsking(true)}>
        Cancel all
      </button>
    );
  }
  return (
    <div
      class="sd-row"
      role="group"
      aria-labelledby={`${uid}-cancel-all`}
      onKeyDown={(event) => event.key === "Escape" && setAsking(false)}
    >
      <span id={`${uid}-cancel-all`}>
        <b>Cancel {countOf(count, "job")}?</b> Those being made may still finish
        {lab.value.server.free ? "." : " and be billed."}
      </span>
      <button class="sd-button" onClick={(event) => event.detail < 2 && act()}>
        Cancel {number(count)}
      </button>
      <button
        ref={button}
        class="sd-button"
        key="keep"
        aria-describedby={`${uid}-cancel-all`}
        onClick={(event) => event.detail < 2 && setAsking(false)}
      >
        Keep them
      </button>
    </div>
  );
}

function Running({ job }: { job: Job }) {
  const { kernel, attempt, readOnly } = useStudio();
  const now = useNow(true);
  return (
    <article class="sd-job" aria-label={job.prompt}>
      <p class="sd-job-prompt" title={job.prompt}>
        {job.prompt}
      </p>
      <progress aria-label="Progress" max={1} {...(job.progress !== null && { value: job.progress })} />
      <div class="sd-job-foot">
        <span class="sd-job-stage" title={job.stage}>
          {job.stage}
        </span>
        {!job.free && <span class="sd-num">{money(job.estimate)}</span>}
        <span class="sd-num" title="Elapsed">
          {clock(now - job.elapsed_from)}
        </span>
        {job.status !== "COMPLETED" && !readOnly && (
          <Tool
            icon="close"
            name={`Cancel ${job.prompt}`}
            hint="Cancel"
            act={() => attempt(kernel.request("cancel", { gid: job.gid }))}
          />
        )}
      </div>
    </article>
  );
}

/** What is known of its bill by now. */
function charged({ cost, cost_source: source }: Job, told: ErrorValue["charged"]): string {
  if (cost === null || source === "estimate") return charge(told);
  const billed = cost ? `${money(cost)} was billed` : "It was not billed";
  return source === "person" ? `${billed}, as you said.` : `${billed}.`;
}

function Ended({ job }: { job: Job }) {
  const { kernel, attempt, draft } = useStudio();
  const { focus } = useView();
  const { error, status, fields } = job;
  const cancelled = status === "CANCELLED";
  const reuse = (): void => {
    draft.open(job.endpoint, fields ?? {});
    const [first] = draft.controls.value;
    if (first) focus(first.name);
  };
  return (
    <article class="sd-job" data-tone={cancelled ? "quiet" : status === "UNCONFIRMED" ? "wait" : "bad"} aria-label={job.prompt}>
      <p class="sd-job-prompt" title={job.prompt}>
        {job.prompt}
      </p>
      <p class="sd-job-error">
        <b>{ending(status)}.</b> {error?.message}
        {!cancelled && error && !job.free && <span class="sd-charge"> {charged(job, error.charged)}</span>}
      </p>
      {error?.next_step && <p class="sd-quiet">{error.next_step}</p>}
      {job.open && <Settle gid={job.gid} dollars={job.estimate} />}
      <div class="sd-job-foot">
        <button class="sd-link" onClick={reuse}>
          Use these settings
        </button>
        <button
          class="sd-link"
          onClick={() => attempt(kernel.request("dismiss", { gid: job.gid }))}
        >
          Dismiss
        </button>
        {job.ended !== null && <span class="sd-num sd-quiet">after {span(job.ended - job.elapsed_from)}</span>}
      </div>
    </article>
  );
}
