import { money, size, span } from "../format";
import { Icon } from "../parts/Icon";
import type { State } from "../state";
import { useStudio, useView } from "../view";

/** Ask for the clip, or point at what is missing. */
export function useGenerate(): (confirmed?: boolean) => void {
  const view = useView();
  return (confirmed = false) => {
    const { draft, submission } = view.state;
    if (blockage(view.state) || submission.sending.value) return;
    const obstacle = draft.firstObstacle();
    if (obstacle === undefined) void submission.submit(confirmed);
    else view.focus(obstacle);
  };
}

/** Why nothing can be generated now, in words. */
function blockage({ kernel, lab, frames }: State): string | null {
  if (kernel.life.value === "gone") return "The kernel is gone. Run the cell again.";
  if (Object.keys(frames.transfers.value).length) return "A picture is still on its way.";
  const { state, message } = lab.value.server;
  if (state === "refused" || state === "locked") return message || "The service refuses to work for this key.";
  return null;
}

const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

export function Generate({ generate }: { generate: (confirmed?: boolean) => void }) {
  const studio = useStudio();
  const { uid } = useView();
  const { sending, outcome } = studio.submission;
  const reason = blockage(studio);
  const waits = sending.value && ["busy", "silent"].includes(studio.kernel.life.value);
  const general = studio.draft.problems.value[""];
  return (
    <div class="sd-generate">
      {outcome.value && <OutcomeBox generate={generate} />}
      {general && <p class="sd-problem">{general}</p>}
      <Quote />
      <div class="sd-go">
        <button
          class="sd-primary"
          id={`${uid}-generate`}
          disabled={reason !== null}
          aria-disabled={sending.value}
          aria-describedby={`${uid}-why`}
          // The second click of a double click, and a key held down, mean the same act as the first.
          onKeyDown={(event) => event.repeat && event.key === "Enter" && event.preventDefault()}
          onClick={(event) => event.detail < 2 && generate()}
        >
          {sending.value ? <i class="sd-spinner" aria-hidden="true" /> : null}
          {sending.value ? "Sending" : "Generate"}
          {!sending.value && <kbd aria-hidden="true">{isMac() ? "⌘↵" : "Ctrl ↵"}</kbd>}
        </button>
        <p class="sd-why" id={`${uid}-why`}>
          {waits ? "Sent to the kernel, waiting for it. It will not be sent twice." : reason}
        </p>
      </div>
    </div>
  );
}

function Quote() {
  const { quote, settled } = useStudio().draft;
  if (!quote.value) {
    return <p class="sd-quote">{settled.value ? "The price is shown when the request is complete." : "…"}</p>;
  }
  const { cost, free, width, height, seconds } = quote.value;
  return (
    <p class="sd-quote" data-settled={settled.value}>
      {free && <span>free here</span>}
      <span>
        <b>{money(cost)}</b>
        {free && " on fal"}
      </span>
      {seconds !== null && <span>about {span(seconds)}</span>}
      <span>{size(width, height)}</span>
    </p>
  );
}

function OutcomeBox({ generate }: { generate: (confirmed?: boolean) => void }) {
  const { submission } = useStudio();
  const outcome = submission.outcome.value;
  if (!outcome) return null;
  const { kind, error } = outcome;
  return (
    <div class="sd-outcome" data-tone={kind === "question" ? "wait" : "bad"} role="alert">
      <Icon name="warn" />
      <div>
        <p>
          <b>{error.message}</b> {error.next_step}
        </p>
        {kind === "refused" && error.charged !== "no" && <p>{charge(error.charged)}</p>}
        <div class="sd-row">
          {kind === "question" && (
            <button class="sd-button sd-strong" onClick={(event) => event.detail < 2 && generate(true)}>
              Generate anyway
            </button>
          )}
          <button class="sd-button" onClick={submission.withdraw}>
            {kind === "question" ? "Not now" : "Dismiss"}
          </button>
        </div>
      </div>
    </div>
  );
}

export function charge(charged: "no" | "maybe" | "yes"): string {
  if (charged === "no") return "Nothing was charged.";
  return charged === "yes" ? "It was charged." : "It may have been charged.";
}
