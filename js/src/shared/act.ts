/** An act that spends: sent once, never again by itself, and dear ones only with their price typed. */

import { effect, type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import type { ErrorValue } from "../protocol.gen";
import { RequestError, RUN_AGAIN } from "./transport";

export interface Act {
  readonly sending: ReadonlySignal<boolean>;
  /** Why nothing was sent: a refusal, or a question that waits for an answer. */
  readonly outcome: ReadonlySignal<ErrorValue | null>;
  withdraw(): void;
  /** Do it, unless it is being done. */
  perform(send: () => Promise<void>): Promise<void>;
}

/** What was sent and not answered may have been done, by type. */
const UNANSWERED: Readonly<Partial<Record<string, ErrorValue>>> = {
  gone: {
    type: "gone",
    message: "The kernel went away before it answered.",
    next_step: `${RUN_AGAIN} Look at the queue before you generate this again.`,
    charged: "maybe",
  },
  lost: {
    type: "lost",
    message: "The kernel is there but never answered this.",
    next_step: "It may be under way: look at the queue before you generate this again.",
    charged: "maybe",
  },
};

/** After an act its button rests: pressed again within this time, it was meant once. */
const REST = 500;

/** `identity` is all of what would be sent, as text; `refused` is told what the kernel says is wrong with it. */
export function createAct(
  identity: ReadonlySignal<string>,
  announce: (text: string) => void,
  refused: (error: ErrorValue) => void,
  signal: AbortSignal,
): Act {
  const sending = makeSignal(false);
  const outcome = makeSignal<ErrorValue | null>(null);

  // A question about one request must never confirm another.
  let asked: string | undefined;
  const stop = effect(() => {
    const now = identity.value;
    if (outcome.peek() && now !== asked) outcome.value = null;
    asked = now;
  });
  signal.addEventListener("abort", stop);

  return {
    sending,
    outcome,
    withdraw: () => {
      outcome.value = null;
    },
    async perform(send) {
      if (sending.value) return;
      sending.value = true;
      outcome.value = null;
      const rest = new Promise((done) => setTimeout(done, REST));
      const before = identity.value;
      try {
        await send();
        await rest;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        const detail = UNANSWERED[error.detail.type] ?? error.detail;
        refused(detail);
        if (detail.question && identity.value !== before) {
          announce("The request was changed before the kernel asked for its price. Nothing was sent.");
        } else outcome.value = detail;
      } finally {
        sending.value = false;
      }
    },
  };
}
