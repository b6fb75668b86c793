/** The chosen clips asked for once more: one act, whichever view it was begun in and whether that still shows it. */

import { computed, effect, type Signal, signal as makeSignal } from "@preact/signals";
import { type Act, createAct } from "../../shared/act";
import type { Choice } from "./choice";
import { countOf } from "../../shared/format";
import type { Consent, ErrorValue, StudioRequests } from "../../protocol.gen";
import { inWords, type Transport } from "../../shared/transport";

export type Price = StudioRequests["again_price"]["answer"];

export interface Again extends Pick<Act, "sending" | "outcome" | "withdraw"> {
  readonly seeds: Signal<"new" | "same">;
  /** `price` is what the button said, and `consent` what was typed in answer to the question. */
  perform(gids: readonly number[], price: Price, sent: () => void, consent?: Consent): Promise<void>;
}

export function createAgain(
  kernel: Transport<StudioRequests>,
  choice: Choice,
  announce: (text: string) => void,
  signal: AbortSignal,
): Again {
  const seeds = makeSignal<"new" | "same">("new");
  const chosen = computed(() => choice.gids.value.join());
  const stop = effect(() => {
    void chosen.value;
    seeds.value = "new";
  });
  signal.addEventListener("abort", stop);

  const identity = computed(() => `${seeds.value}: ${chosen.value}`);
  // With nothing chosen any more there is no other place for it.
  const refused = (error: ErrorValue): void => {
    if (!choice.gids.value.length) announce(inWords(error));
  };
  const { sending, outcome, withdraw, perform } = createAct(identity, announce, refused, signal);
  return {
    seeds,
    sending,
    outcome,
    withdraw,
    perform: (gids, { clips, dollars }, sent, consent) =>
      perform(async () => {
        const shown = { clips, dollars: dollars ?? 0 };
        const { value } = await kernel.request("again", { gids, seeds: seeds.value, shown, ...consent });
        announce(`${countOf(value.sent, "clip")} asked for again, as ${value.name}.`);
        sent();
      }),
  };
}
