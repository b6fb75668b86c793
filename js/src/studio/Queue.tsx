import { clock, money, span } from "../format";
import type { Job } from "../messages";
import { Tool } from "../parts/Tool";
import { isActive } from "../state";
import { useNow, useStudio, useView } from "../view";
import { charge } from "./Generate";

/** Jobs under way, and those that ended badly until they are dismissed. */
export function Queue() {
  const { jobs } = useStudio();
  if (!jobs.value.length) return null;
  return (
    <section class="sd-queue" aria-label="Queue">
      <ul>
        {jobs.value.map((job) => (
          <li key={job.gid}>{isActive(job) ? <Running job={job} /> : <Ended job={job} />}</li>
        ))}
      </ul>
    </section>
  );
}

const STAGES: Readonly<Record<string, string>> = {
  PENDING: "waiting to be sent",
  SUBMITTING: "sending",
  IN_QUEUE: "in queue",
  IN_PROGRESS: "rendering",
  COMPLETED: "saving clip",
};

function Running({ job }: { job: Job }) {
  const { kernel, attempt } = useStudio();
  const now = useNow(true);
  const stage = job.stage || STAGES[job.status];
  return (
    <article class="sd-job" aria-label={job.prompt}>
      <p class="sd-job-prompt" title={job.prompt}>
        {job.prompt}
      </p>
      <progress aria-label="Progress" max={1} {...(job.progress !== null && { value: job.progress })} />
      <div class="sd-job-foot">
        <span class="sd-job-stage">{stage}</span>
        {!job.free && <span class="sd-num">{money(job.estimate)}</span>}
        <span class="sd-num" title="Elapsed">
          {clock(now - job.elapsed_from)}
        </span>
        {job.status !== "COMPLETED" && (
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

const TITLES: Readonly<Record<string, string>> = {
  FAILED: "Failed",
  CANCELLED: "Cancelled",
  UNCONFIRMED: "Not confirmed",
};

const UNCONFIRMED = "It was sent and the answer was lost, so it may be running, and cost money. It is not sent again by itself.";

function Ended({ job }: { job: Job }) {
  const { kernel, attempt, draft } = useStudio();
  const { focus } = useView();
  const { error, status, fields } = job;
  const cancelled = status === "CANCELLED";
  const reuse = (): void => {
    draft.open(job.endpoint, fields);
    const [first] = draft.controls.value;
    if (first) focus(first.name);
  };
  return (
    <article class="sd-job" data-tone={cancelled ? "quiet" : status === "UNCONFIRMED" ? "wait" : "bad"} aria-label={job.prompt}>
      <p class="sd-job-prompt" title={job.prompt}>
        {job.prompt}
      </p>
      <p class="sd-job-error">
        <b>{TITLES[status]}.</b> {error?.message ?? (status === "UNCONFIRMED" ? UNCONFIRMED : "")}
        {!cancelled && error && !job.free && <span class="sd-charge"> {charge(error.charged)}</span>}
      </p>
      {error?.next_step && <p class="sd-quiet">{error.next_step}</p>}
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
