/** What is shown of the clips' measures, and how loud they are heard: of one view alone. */

import { computed, effect, type ReadonlySignal, signal as makeSignal, type Signal } from "@preact/signals";
import type { Conductor } from "./conducting";
import { type Scale, scaleOf, withUnit } from "./scale";
import { factor, type Match, matched } from "./listening";
import type { Measure } from "./messages";
import type { WallState } from "./state";

export interface Looks {
  /** The measures under the clips, by name. */
  readonly shown: Signal<readonly string[]>;
  /** The measure the clips are coloured by, on the scale of this page. */
  readonly heat: ReadonlySignal<Scale | null>;
  /** The measures to choose from are shown. */
  readonly panel: Signal<boolean>;
  /** How loud each clip is played so that all are heard alike; null while they play as they are. */
  readonly match: ReadonlySignal<Match | null>;
  colourBy(name: string | null): void;
  /** The next measure that any clip of the page has; none after the last. */
  nextHeat(): void;
  toggleMatch(): void;
}

const AT_FIRST = ["motion", "start_ssim", "loudness"];

export function createLooks(state: WallState, conductor: Conductor, signal: AbortSignal): Looks {
  const chosen = makeSignal<string | null>(null);
  const matching = makeSignal(false);
  const heat = computed(() => {
    const measure = state.measures.find(({ name }) => name === chosen.value);
    return measure ? scaleOf(measure, state.page.value.cells) : null;
  });
  const match = computed(() => {
    const chosenToo = state.selection.value;
    return matching.value ? matched([...state.page.value.cells, ...chosenToo]) : null;
  });
  const stop = effect(() => {
    const gains = match.value?.gains ?? new Map<number, number>();
    conductor.setGains(new Map([...gains].map(([gid, decibels]) => [gid, factor(decibels)])));
  });
  signal.addEventListener("abort", stop);

  const tell = (): void => {
    if (!heat.value) return state.announce("Colours off.");
    const { measure, low, high } = heat.value;
    state.announce(
      low === null || high === null
        ? `${measure.title}: none of these clips has it.`
        : `Coloured by ${measure.title.toLowerCase()}, ${withUnit(measure, low)} to ${withUnit(measure, high)}.`,
    );
  };
  const measured = (measure: Measure): boolean => scaleOf(measure, state.page.value.cells).low !== null;

  return {
    shown: makeSignal(AT_FIRST),
    heat,
    panel: makeSignal(false),
    match,
    colourBy(name) {
      chosen.value = name;
      tell();
    },
    nextHeat() {
      const at = state.measures.findIndex(({ name }) => name === chosen.value);
      const next = state.measures.slice(at + 1).find(measured);
      if (at < 0 && !next) return state.announce("None of these clips has been measured yet.");
      chosen.value = next?.name ?? null;
      tell();
    },
    toggleMatch() {
      matching.value = !matching.value;
      const target = match.value?.target;
      if (!matching.value) state.announce("Every clip as loud as it is.");
      else if (target === null || target === undefined) state.announce("No clip here has a measured loudness: all play as they are.");
      else state.announce(`Every clip at ${target.toFixed(1).replace("-", "−")} LUFS, as loud as the quietest here.`);
    },
  };
}
