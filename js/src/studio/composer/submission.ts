/** Pressing Generate: one request or one sweep. */

import { type Act, createAct } from "../../shared/act";
import type { Draft } from "./draft";
import { countOf } from "../../shared/format";
import type { Begun, Consent, ErrorValue, StudioRequests } from "../../protocol.gen";
import type { Transport } from "../../shared/transport";

export interface Submission extends Pick<Act, "sending" | "outcome" | "withdraw"> {
  /** Whether a clip that has come is the first of an act of this page: it is shown. */
  isFirst(gid: number): boolean;
  /** `consent` is what was typed in answer to the question. */
  submit(consent?: Consent): Promise<void>;
  /** Show the clips of the sweep, which are all there, on the wall. Nothing is sent. */
  open(): Promise<void>;
}

export function createSubmission(
  kernel: Transport<StudioRequests>,
  draft: Draft,
  announce: (text: string) => void,
  signal: AbortSignal,
): Submission {
  const awaited: ReadonlySet<number>[] = [];
  const paint: Parameters<typeof createAct>[2] = ({ problems }) => problems?.length && draft.paintAll(problems);
  const { sending, outcome, withdraw, perform } = createAct(draft.identity, announce, paint, signal);

  // The run whose clips those of the draft are, as far as this page knows: opened again it needs no new one.
  let known: { readonly identity: string; readonly name: string } | undefined;

  const send = async (consent: Consent | undefined, asked: ErrorValue["question"]): Promise<void> => {
    const request = { endpoint: draft.endpoint.value.id, fields: draft.fields.value, ...consent };
    const sweep = draft.sweep.value;
    const identity = draft.identity.value;
    if (!draft.isSweep.value || !sweep) {
      // What was on the screen: the kernel asks before it sends anything dearer.
      const dollars = consent && asked ? Number(asked.price) : (draft.quote.value?.cost ?? 0);
      const { value } = await kernel.request("submit", { ...request, shown: { clips: 1, dollars } });
      awaited.push(new Set(value.gids));
      return announce("Sent. It is in the queue below.");
    }
    const { value } = await kernel.request("run", {
      ...request,
      axes: draft.varied.value,
      skip_invalid: draft.skipInvalid.value,
      shown: { clips: sweep.to_run, dollars: sweep.dollars ?? 0 },
    });
    awaited.push(new Set(value.gids));
    known = { identity, name: value.name };
    announce(summaryOf(value));
  };

  return {
    sending,
    outcome,
    withdraw,
    isFirst(gid) {
      const at = awaited.findIndex((act) => act.has(gid));
      if (at >= 0) awaited.splice(at, 1);
      return at >= 0;
    },
    async open() {
      await perform(async () => {
        const identity = draft.identity.value;
        if (known?.identity !== identity) {
          const { value } = await kernel.request("run", {
            endpoint: draft.endpoint.value.id,
            fields: draft.fields.value,
            axes: draft.varied.value,
            skip_invalid: draft.skipInvalid.value,
            shown: { clips: 0, dollars: 0 },
          });
          known = { identity, name: value.name };
        }
        await kernel.request("compare", { sweep: known.name });
      });
    },
    async submit(consent) {
      // One clip must never be sent in the place of a sweep, nor a sweep that nobody has counted.
      const uncounted = draft.isSweep.value && !(draft.sweep.value && draft.settled.value);
      if (uncounted || draft.unread.value) {
        return announce("The clips are still being counted. Nothing was sent.");
      }
      const asked = outcome.value?.question;
      await perform(() => send(consent, asked));
    },
  };
}

function summaryOf({ name, sent, gids }: Begun): string {
  const there = gids.length - sent;
  if (!sent) return `Nothing to generate: the clips of ${name} are there already.`;
  return `Sent ${countOf(sent, "clip")} as ${name}${there > 0 ? `; ${there} were there already` : ""}. They are in the queue below.`;
}
