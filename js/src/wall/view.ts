/** One view of a wall: what belongs to this place on the page alone. */

import { computed, type ReadonlySignal, signal as makeSignal, type Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Conductor, createConductor } from "./conductor";
import type { Cell } from "./messages";
import type { WallState } from "./state";
import { createLens, type Lens } from "./lens";
import { said } from "./listening";
import { createLooks, type Looks } from "./looks";

export type Mode = "grid" | "wipe" | "difference";

export interface WallView {
  readonly state: WallState;
  readonly conductor: Conductor;
  readonly lens: Lens;
  readonly looks: Looks;
  readonly mode: ReadonlySignal<Mode>;
  /** The two clips chosen last, once there are two that can be watched. */
  readonly pair: ReadonlySignal<readonly [Cell, Cell] | null>;
  /** The clip the keys act on. */
  readonly current: Signal<number | null>;
  readonly sheet: Signal<boolean>;
  setMode(mode: Mode): void;
  /** Sound of this clip alone, or of none if it is heard already. */
  solo(cell: Cell): void;
}

export const canPlay = (cell: Cell): boolean => cell.saved || cell.url !== null;

export function createView(state: WallState, view: Window, signal: AbortSignal): WallView {
  const conductor = createConductor(view, signal);
  const looks = createLooks(state, conductor, signal);
  const chosen = makeSignal<Mode>("grid");
  const pair = computed(() => {
    const [a, b] = state.selection.value.filter(canPlay).slice(-2);
    return a && b ? ([a, b] as const) : null;
  });
  return {
    state,
    conductor,
    lens: createLens(),
    looks,
    mode: computed(() => (pair.value ? chosen.value : "grid")),
    pair,
    current: makeSignal(null),
    sheet: makeSignal(false),
    setMode(mode) {
      if (mode === "grid" || pair.value) chosen.value = mode;
      else state.announce("Choose two clips first: click them, or press Enter on them.");
    },
    solo(cell) {
      if (conductor.solo.value === cell.gid) {
        conductor.setSolo(null);
        return state.announce("All muted.");
      }
      if (!cell.audio) return state.announce("This clip has no sound.");
      conductor.setSolo(cell.gid);
      const match = looks.match.value;
      state.announce(`Hearing ${nameOf(cell)} alone${match ? `, ${said(match, cell)}` : ""}.`);
    },
  };
}

/** What a clip is called: its place in the sweep, or else its prompt. */
export function nameOf(cell: Cell): string {
  return cell.label || (cell.seed === null ? cell.prompt : `${cell.prompt} · seed ${cell.seed}`);
}

/** Why a place on the wall has no picture. */
export function whyNot({ status, stage, error, ended }: Cell): string {
  if (error) return `${error.message} ${error.next_step}`.trim();
  if (ended === null) return stage;
  return status === "CANCELLED" ? "Cancelled." : "There is no clip.";
}

const Context = createContext<WallView | null>(null);
export const WallProvider = Context.Provider;

export function useWall(): WallView {
  const view = useContext(Context);
  if (!view) throw new Error("A part of the wall was rendered outside a view.");
  return view;
}
