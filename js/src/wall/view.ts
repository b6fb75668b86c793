/** One view of a wall: what belongs to this place on the page alone. */

import { computed, type ReadonlySignal, signal as makeSignal, type Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { inWords } from "../shared/transport";
import { type Comparing, createComparing } from "./comparing";
import { beatOf, type Conductor, createConductor } from "./conductor/conductor";
import type { Ballot, Cell } from "../protocol.gen";
import { type Mode, needsOf } from "./mode";
import type { WallState } from "./state";
import { createLens, type Lens } from "./lens";
import { createLoudness, gainText, type Loudness } from "./loudness";
import { createShownMeasures, type ShownMeasures } from "./measures";
import { createPromotion, type Promotion } from "./promotion";
import { type Choice, createVoting, type Voting } from "./voting";

export interface WallView {
  readonly state: WallState;
  readonly conductor: Conductor;
  readonly lens: Lens;
  readonly measures: ShownMeasures;
  readonly loudness: Loudness;
  readonly comparing: Comparing;
  readonly promotion: Promotion;
  readonly voting: Voting;
  readonly mode: ReadonlySignal<Mode>;
  /** The two clips chosen last, once there are two that can be watched. */
  readonly pair: ReadonlySignal<readonly [Cell, Cell] | null>;
  /** The clip the keys act on if it was made from a picture, or else the first of the page that was. */
  readonly given: ReadonlySignal<Cell | null>;
  /** The clip the keys act on. */
  readonly current: Signal<number | null>;
  readonly sheet: Signal<boolean>;
  can(mode: Mode): boolean;
  setMode(mode: Mode): void;
  /** To the next clip of the page that was made from a picture, or the one before. */
  turnGiven(by: number): void;
  /** Sound of this clip alone, or of none if it is heard already. */
  solo(cell: Cell): void;
}

export const canPlay = (cell: Cell): boolean => cell.saved || cell.url !== null;

export function createView(state: WallState, view: Window, signal: AbortSignal): WallView {
  const conductor = createConductor(beatOf(view), signal);
  const loudness = createLoudness(state, conductor, signal);
  const chosen = makeSignal<Mode>("grid");
  const pair = computed(() => {
    const [a, b] = state.selection.value.filter(canPlay).slice(-2);
    return a && b ? ([a, b] as const) : null;
  });
  const current = makeSignal<number | null>(null);
  const fromPictures = computed(() => state.page.value.cells.flatMap((cell) => (cell?.saved && cell.given.length ? [cell] : [])));
  const given = computed(() => fromPictures.value.find(({ gid }) => gid === current.value) ?? fromPictures.value[0] ?? null);
  const can = (mode: Mode): boolean => mode === "grid" || (mode === "given" ? given.value : pair.value) !== null;
  return {
    state,
    conductor,
    lens: createLens(),
    measures: createShownMeasures(state),
    loudness,
    comparing: createComparing(view, signal),
    promotion: createPromotion(state, signal),
    voting: createVoting(state, conductor, voteText, signal),
    mode: computed(() => (can(chosen.value) ? chosen.value : "grid")),
    pair,
    given,
    current,
    sheet: makeSignal(false),
    can,
    setMode(mode) {
      if (!can(mode)) return state.announce(needsOf(mode));
      if (mode === "given") conductor.pause();
      chosen.value = mode;
    },
    turnGiven(by) {
      const cells = fromPictures.value;
      const at = cells.findIndex(({ gid }) => gid === given.value?.gid);
      current.value = cells.at((at + by) % cells.length)?.gid ?? null;
    },
    solo(cell) {
      if (conductor.solo.value === cell.gid) {
        conductor.setSolo(null);
        return state.announce("All muted.");
      }
      if (!cell.audio) return state.announce("This clip has no sound.");
      conductor.setSolo(cell.gid);
      const match = loudness.match.value;
      state.announce(`Hearing ${nameOf(cell)} alone${match ? `, ${gainText(match, cell)}` : ""}.`);
    },
  };
}

/** What a clip is called: its place in the sweep, or else its prompt. */
export function nameOf(cell: Pick<Cell, "label" | "prompt" | "seed">): string {
  return cell.label || (cell.seed === null ? cell.prompt : `${cell.prompt} · seed ${cell.seed}`);
}

/** What a vote was between, once it is given. */
function voteText({ first, second }: Ballot, choice: Choice): string {
  if (choice === "tie") return `A tie of ${nameOf(first)} and ${nameOf(second)}.`;
  const [won, lost] = choice === "A" ? [first, second] : [second, first];
  return `${choice} preferred: ${nameOf(won)}, over ${nameOf(lost)}.`;
}

/** Why a place on the wall has no picture. */
export function whyNot({ status, stage, error, ended }: Cell): string {
  if (error) return inWords(error);
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
