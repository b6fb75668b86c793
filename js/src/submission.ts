/** Pressing Generate: one request an act, never sent again by itself. */

import { effect, type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import type { Draft } from "./draft";
import type { ErrorValue, Fields } from "./messages";
import { RequestError, type Transport } from "./transport";

export interface Submission {
  readonly sending: ReadonlySignal<boolean>;
  /** Why nothing was sent: a refusal, or a question that waits for an answer. */
  readonly outcome: ReadonlySignal<ErrorValue | null>;
  /** Generations this page asked for; their clips are shown when they are ready. */
  readonly own: ReadonlySet<number>;
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
  const own = new Set<number>();

  // A question about one request must never confirm another.
  let asked: Fields | undefined;
  const stop = effect(() => {
    const fields = draft.fields.value;
    if (outcome.peek() && fields !== asked) outcome.value = null;
    asked = fields;
  });
  signal.addEventListener("abort", stop);

  return {
    sending,
    outcome,
    own,
    withdraw: () => {
      outcome.value = null;
    },
    async submit(confirm) {
      if (sending.value) return;
      sending.value = true;
      outcome.value = null;
      const rest = new Promise((done) => setTimeout(done, REST));
      const fields = draft.fields.value;
      try {
        const { value } = await kernel.request("submit", {
          endpoint: draft.endpoint.value.id,
          fields,
          ...(confirm && { confirm }),
        });
        for (const gid of value.gids) own.add(gid);
        announce("Sent. It is in the queue below.");
        await rest;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        const lost = error.detail.type === "gone" || error.detail.type === "lost";
        const detail = lost ? UNANSWERED : error.detail;
        if (detail.problems?.length) draft.paintAll(detail.problems);
        if (detail.question && draft.fields.value !== fields) {
          announce("The request was changed before the kernel asked for its price. Nothing was sent.");
        } else outcome.value = detail;
      } finally {
        sending.value = false;
      }
    },
  };
}
