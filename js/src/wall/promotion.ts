/** From draft to final: the chosen clips asked for again at another resolution. */

import { computed, effect, type ReadonlySignal, type Signal, signal as makeSignal } from "@preact/signals";
import { type Act, createAct } from "../shared/act";
import { countOf } from "../shared/format";
import type { Consent, Promotion as Quote } from "../protocol.gen";
import { RequestError } from "../shared/transport";
import type { WallState } from "./state";

export interface Promotion extends Pick<Act, "sending" | "outcome" | "withdraw"> {
  /** "" until one is chosen: the last that the clips' model has. */
  readonly resolution: Signal<string>;
  readonly audio: Signal<boolean>;
  /** What it comes to, or why it cannot be; null while that is being asked. */
  readonly quote: ReadonlySignal<Quote | string | null>;
  /** `consent` is what was typed in answer to the question. */
  promote(consent?: Consent): Promise<void>;
}

/** Milliseconds: clips are chosen one after the other. */
const SETTLE = 150;
/** While finals are under way. */
const AGAIN = 2_000;

export function createPromotion(state: WallState, signal: AbortSignal): Promotion {
  const { kernel, selection, announce } = state;
  const resolution = makeSignal("");
  const audio = makeSignal(true);
  const quote = makeSignal<Quote | string | null>(null);
  // As text, because the clips themselves change while they are watched.
  const identity = computed(() =>
    JSON.stringify({
      gids: selection.value.map(({ gid }) => gid),
      resolution: resolution.value,
      sound: audio.value,
    }),
  );
  const request = () => JSON.parse(identity.value) as { gids: number[]; resolution: string; sound: boolean };
  const act = createAct(identity, announce, () => undefined, signal);

  const look = (): void => {
    const asked = identity.value;
    kernel.request("promotion", request()).then(
      ({ value }) => {
        if (asked !== identity.value) return;
        quote.value = value;
        // Finals hang nowhere on this wall: only asking tells when they are there.
        clearTimeout(timer);
        if (value.under_way && !signal.aborted) timer = setTimeout(look, AGAIN);
      },
      (error: unknown) => {
        if (!(error instanceof RequestError)) throw error;
        if (asked !== identity.value) return;
        quote.value = error.message;
        if (!resolution.value) return;
        // It was chosen for the clips of another model perhaps. Where that is not it, what is wrong is said by now.
        const otherwise = { ...request(), resolution: "" };
        const reset = (): void => void (asked === identity.value && (resolution.value = ""));
        kernel.request("promotion", otherwise).then(reset, () => undefined);
      },
    );
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const { gids } = JSON.parse(identity.value) as { gids: number[] };
    clearTimeout(timer);
    quote.value = null;
    if (gids.length && !state.readOnly) timer = setTimeout(look, SETTLE);
  });
  signal.addEventListener("abort", () => {
    stop();
    clearTimeout(timer);
  });

  return {
    sending: act.sending,
    outcome: act.outcome,
    withdraw: act.withdraw,
    resolution,
    audio,
    quote,
    async promote(consent) {
      const told = quote.value;
      if (told === null || typeof told === "string" || !told.to_run) return;
      await act.perform(async () => {
        const shown = { clips: told.to_run, dollars: told.dollars ?? 0 };
        const { value } = await kernel.request("promote", { ...request(), resolution: told.resolution, shown, ...consent });
        announce(`Sent ${countOf(value.sent, "clip")} as ${value.name}. They join the project ${state.page.value.project}.`);
        look();
      });
    },
  };
}
