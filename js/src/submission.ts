/** Pressing Generate: one request or one sweep an act, never sent again by itself. */

import { effect, type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import type { Draft } from "./draft";
import { counted } from "./format";
import type { Begun, ErrorValue } from "./messages";
import { RequestError, type Transport } from "./transport";

export interface Submission {
  readonly sending: ReadonlySignal<boolean>;
  /** Why nothing was sent: a refusal, or a question that waits for an answer. */
  readonly outcome: ReadonlySignal<ErrorValue | null>;
  /** Whether a clip that has come is the first of an act of this page: it is shown. */
  isFirst(gid: number): boolean;
  /** `confirm` is the price as it was typed, in answer to the question. */
  submit(confirm?: string): Promise<void>;
  withdraw(): void;
}

const UNANSWERED: ErrorValue = {
  type: "gone",
  message: "The kernel went away before it answered.",
  next_step: "Run the cell again and look at the queue before you generate this again.",
  charged: "maybe",
};

/** After a submit the button rests: pressed again within this time, it was meant once. */
const REST = 500;

export function createSubmission(
  kernel: Transport,
  draft: Draft,
  announce: (text: string) => void,
  signal: AbortSignal,
): Submission {
  const sending = makeSignal(false);
  const outcome = makeSignal<ErrorValue | null>(null);
  const acts: ReadonlySet<number>[] = [];

  // A question about one request must never confirm another.
  let asked: string | undefined;
  const stop = effect(() => {
    const identity = draft.identity.value;
    if (outcome.peek() && identity !== asked) outcome.value = null;
    asked = identity;
  });
  signal.addEventListener("abort", stop);

  const send = async (confirm: string | undefined): Promise<readonly number[]> => {
    const request = { endpoint: draft.endpoint.value.id, fields: draft.fields.value, ...(confirm && { confirm }) };
    const sweep = draft.sweep.value;
    if (!draft.isSweep.value || !sweep) {
      const { value } = await kernel.request("submit", request);
      announce("Sent. It is in the queue below.");
      return value.gids;
    }
    const { value } = await kernel.request("run", {
      ...request,
      axes: draft.varied.value,
      skip_invalid: draft.skipInvalid.value,
      shown: { clips: sweep.to_run, dollars: sweep.dollars },
    });
    announce(begun(value));
    return value.gids;
  };

  return {
    sending,
    outcome,
    isFirst(gid) {
      const at = acts.findIndex((act) => act.has(gid));
      if (at >= 0) acts.splice(at, 1);
      return at >= 0;
    },
    withdraw: () => {
      outcome.value = null;
    },
    async submit(confirm) {
      if (sending.value) return;
      // One clip must never be sent in the place of a sweep, nor a sweep that nobody has counted.
      if (draft.isSweep.value && !(draft.sweep.value && draft.settled.value)) {
        return announce("The clips are still being counted. Nothing was sent.");
      }
      sending.value = true;
      outcome.value = null;
      const rest = new Promise((done) => setTimeout(done, REST));
      const identity = draft.identity.value;
      try {
        acts.push(new Set(await send(confirm)));
        await rest;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        const lost = error.detail.type === "gone" || error.detail.type === "lost";
        const detail = lost ? UNANSWERED : error.detail;
        if (detail.problems?.length) draft.paintAll(detail.problems);
        if (detail.question && draft.identity.value !== identity) {
          announce("The request was changed before the kernel asked for its price. Nothing was sent.");
        } else outcome.value = detail;
      } finally {
        sending.value = false;
      }
    },
  };
}

/** What is said once a sweep's clips are asked for. */
export function begun({ name, sent, gids }: Begun): string {
  const there = gids.length - sent;
  if (!sent) return `Nothing to generate: the clips of ${name} are there already.`;
  return `Sent ${counted(sent, "clip")} as ${name}${there > 0 ? `; ${there} were there already` : ""}. They are in the queue below.`;
}
