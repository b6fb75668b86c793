/** The button that asks for a clip or a sweep, with its price, and what is missing before it can. */

import { isMac } from "../../shared/host";
import { countOf, day, money, number, size, span } from "../../shared/format";
import type { Consent, ErrorValue } from "../../protocol.gen";
import { Confirm } from "../../shared/parts/Confirm";
import { Icon } from "../../shared/parts/Icon";
import type { State } from "../state";
import { RUN_AGAIN } from "../../shared/transport";
import { useAsker, useStudio, useView } from "../view";
import { SweepQuote } from "./SweepQuote";

/** Asks for the clip, or points at what is missing. `consent` is what was typed in answer to a question. */
type Ask = (consent?: Consent) => void;

export function useGenerate(): Ask {
  const view = useView();
  return (consent) => {
    const { draft, submission } = view.state;
    if (blockage(view.state) || submission.sending.value) return;
    const obstacle = draft.firstObstacle();
    if (obstacle === undefined) {
      const left = nothingLeft(view.state);
      if (left === "under way") view.toQueue();
      else if (left === "made") void submission.open();
      else void submission.submit(consent);
    } else view.focus(placeOf(view.state, obstacle));
  };
}

/** A prompt that is varied has two inputs: what is wrong is in the second. */
function placeOf({ draft }: State, name: string): string {
  const control = draft.controls.value.find((candidate) => candidate.name === name);
  return control?.kind === "prompt" && draft.isVaried(name) ? `${name}-axis` : name;
}

/** Why nothing can be generated now, in words. */
function blockage({ kernel, lab, frames, draft }: State): string | null {
  if (kernel.life.value === "gone") return `The kernel is gone. ${RUN_AGAIN}`;
  if (Object.keys(frames.transfers.value).length) return "A picture is still on its way.";
  const { state, message } = lab.value.server;
  if (state === "refused" || state === "locked") return message || "The service refuses to work for this key.";
  const sweep = draft.isSweep.value ? draft.sweep.value : null;
  if (sweep && draft.settled.value && !sweep.to_run && !sweep.made && !sweep.under_way) return "No cell is left to run.";
  return null;
}

/** What stands in the way and is to be put right in the fields. */
function hint({ draft: { isSweep, sweep, skipInvalid } }: State): string | null {
  const invalid = isSweep.value && !skipInvalid.value ? (sweep.value?.invalid ?? 0) : 0;
  return invalid ? `${countOf(invalid, "cell")} cannot be sent: put ${invalid === 1 ? "it" : "them"} right, or skip ${invalid === 1 ? "it" : "them"}.` : null;
}

/** How the clips of a sweep stand of which none is left to ask for. */
function nothingLeft({ draft: { isSweep, sweep, settled } }: State): "under way" | "made" | null {
  if (!isSweep.value || !sweep.value || !settled.value || sweep.value.to_run) return null;
  return sweep.value.under_way ? "under way" : sweep.value.made ? "made" : null;
}

/** What pressing the button does, and what that costs where it is more than one clip. */
function label({ draft: { isSweep, sweep } }: State): string {
  if (!isSweep.value || !sweep.value) return "Generate";
  const { to_run, made, under_way, dollars, free } = sweep.value;
  if (!to_run && under_way) return `${number(under_way)} under way`;
  if (!to_run && made) return made === 1 ? "Made already: open it" : `All ${number(made)} made: open them`;
  const price = free ? "free" : money(dollars);
  if (under_way) return `Generate ${number(to_run)} more · ${price} (${number(under_way)} under way)`;
  return `Generate ${countOf(to_run, "clip")} · ${price}`;
}

export function Generate({ generate }: { generate: Ask }) {
  const studio = useStudio();
  const { uid } = useView();
  const asker = useAsker();
  const { sending, outcome, withdraw } = studio.submission;
  const question = outcome.value?.question;
  const reason = blockage(studio);
  const waits = sending.value && ["busy", "silent"].includes(studio.kernel.life.value);
  return (
    <div class="sd-generate">
      {outcome.value &&
        (question ? (
          <Confirm
            asker={asker}
            name="generate"
            after="generate"
            act="generate"
            message={outcome.value.message}
            question={question}
            confirm={generate}
            cancel={withdraw}
          />
        ) : (
          <Refusal error={outcome.value} dismiss={withdraw} />
        ))}
      {studio.draft.general.value.map((problem) => (
        <p key={problem} class="sd-problem">
          {problem}
        </p>
      ))}
      {studio.draft.isSweep.value ? <SweepQuote /> : <Quote />}
      <div class="sd-go">
        <button
          class="sd-button sd-strong sd-primary"
          id={`${uid}-generate`}
          disabled={reason !== null}
          aria-disabled={sending.value}
          aria-describedby={`${uid}-why`}
          // The second click of a double click, and a key held down, mean the same act as the first.
          onKeyDown={(event) => event.repeat && event.key === "Enter" && event.preventDefault()}
          onClick={(event) => event.detail < 2 && generate()}
        >
          {sending.value ? <i class="sd-spinner" aria-hidden="true" /> : null}
          {sending.value ? "Sending" : label(studio)}
          {!sending.value && <kbd aria-hidden="true">{isMac() ? "⌘↵" : "Ctrl ↵"}</kbd>}
        </button>
        <p class="sd-why" id={`${uid}-why`}>
          {waits ? "Sent to the kernel, waiting for it. It will not be sent twice." : (reason ?? hint(studio))}
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
  const { cost, live, as_of, free, width, height, seconds } = quote.value;
  return (
    <p class="sd-quote" data-settled={settled.value}>
      {free && <span>free here</span>}
      {!(free && cost === null) && (
        <span>
          <b>{money(cost)}</b>
          {free && " on fal"}
        </span>
      )}
      {seconds !== null && <span>about {span(seconds)}</span>}
      {width !== null && height !== null && <span>{size(width, height)}</span>}
      {cost !== null && <small>{`${live ? "Live price" : "Price list"} of ${day(as_of)}`}</small>}
    </p>
  );
}

export function Refusal({ error, dismiss }: { error: ErrorValue; dismiss(): void }) {
  return (
    <div class="sd-outcome" data-tone="bad" role="alert">
      <Icon name="warn" />
      <div>
        <p>
          <b>{error.message}</b> {error.next_step}
        </p>
        {error.charged !== "no" && <p>{charge(error.charged)}</p>}
        <div class="sd-row">
          <button class="sd-button" onClick={dismiss}>
            Dismiss
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
