/** Blind votes: two clips at a time, of which nothing is said until the person has voted. */

import { batch, type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import { RequestError, textOf } from "../shared/transport";
import type { Conductor } from "./conductor/conductor";
import type { Ballot, Cell } from "../protocol.gen";
import type { WallState } from "./state";

export type Side = "A" | "B";
export type Choice = Side | "tie";

export interface Voting {
  readonly on: ReadonlySignal<boolean>;
  /** The pair in question; null while it is asked for. */
  readonly ballot: ReadonlySignal<Ballot | null>;
  /** The pair after it, so that its clips can be on their way. */
  readonly next: ReadonlySignal<Ballot | null>;
  /** What was voted, while the names are shown. */
  readonly voted: ReadonlySignal<Choice | null>;
  readonly heard: ReadonlySignal<Side | null>;
  /** Votes of this view that can still be taken back. */
  readonly given: ReadonlySignal<number>;
  start(): void;
  stop(): void;
  vote(choice: Choice): void;
  /** On to the next pair, before its time. */
  proceed(): void;
  undo(): void;
  /** Sound of this side alone, or of none if it is heard already. */
  hear(side: Side): void;
}

/** Milliseconds the names are shown. */
const SHOWN_FOR = 2_000;

export const cellOf = (ballot: Ballot, side: Side): Cell => (side === "A" ? ballot.first : ballot.second);

export function createVoting(
  state: WallState,
  conductor: Conductor,
  voteText: (ballot: Ballot, choice: Choice) => string,
  signal: AbortSignal,
): Voting {
  const on = makeSignal(false);
  const ballot = makeSignal<Ballot | null>(null);
  const next = makeSignal<Ballot | null>(null);
  const voted = makeSignal<Choice | null>(null);
  const heard = makeSignal<Side | null>(null);
  const given = makeSignal(0);
  const cast: { readonly vote: number; readonly ballot: Ballot }[] = [];
  let gids: readonly number[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the names have been shown for long enough. */
  let seen = false;
  /** Something of the last vote is still on its way to the kernel. */
  let busy = false;

  const failed = (error: unknown): void => {
    if (!(error instanceof RequestError)) throw error;
    state.announce(textOf(error));
  };
  const show = (pair: Ballot | null): void => {
    clearTimeout(timer);
    batch(() => {
      ballot.value = pair;
      next.value = voted.value = null;
    });
    state.announce("");
    // Until somebody plays, posters do: a seek would have the clips loaded.
    if (pair && conductor.armed.value) conductor.seek(0);
  };
  const stop = (): void => {
    on.value = false;
    heard.value = null;
    conductor.setSolo(null);
    show(null);
  };
  const goOn = (): void => {
    if (seen && next.value) show(next.value);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));

  return {
    on,
    ballot,
    next,
    voted,
    heard,
    given,
    start() {
      const chosen = state.selection.value.map(({ gid }) => gid);
      gids = chosen.length > 1 ? chosen : [];
      cast.length = given.value = 0;
      busy = false;
      conductor.setSolo(null);
      show(null);
      on.value = true;
      kernelBallot();
    },
    stop,
    vote(choice) {
      const pair = ballot.value;
      if (!pair || voted.value || busy) return;
      const winner = choice === "tie" ? null : cellOf(pair, choice).gid;
      busy = true;
      seen = false;
      voted.value = choice;
      state.announce(voteText(pair, choice));
      timer = setTimeout(() => {
        seen = true;
        goOn();
      }, SHOWN_FOR);
      state.kernel
        .request("vote", { first: pair.first.gid, second: pair.second.gid, winner, gids })
        .then(({ value }) => {
          busy = false;
          cast.push({ vote: value.vote, ballot: pair });
          given.value = cast.length;
          if (!on.value || ballot.value !== pair) return;
          next.value = value.next;
          goOn();
        })
        .catch((error: unknown) => {
          busy = false;
          if (on.value && ballot.value === pair) show(pair);
          failed(error);
        });
    },
    proceed() {
      seen = true;
      goOn();
    },
    undo() {
      const last = cast.at(-1);
      if (!last || busy) return state.announce(busy ? "Your vote is still on its way." : "There is no vote to take back.");
      busy = true;
      state.kernel
        .request("unvote", { vote: last.vote })
        .then(() => {
          cast.pop();
          given.value = cast.length;
          if (on.value) show(last.ballot);
          state.announce("Your last vote is taken back.");
        })
        .catch(failed)
        .finally(() => (busy = false));
    },
    hear: (side) => void (heard.value = heard.value === side ? null : side),
  };

  function kernelBallot(): void {
    state.kernel
      .request("ballot", { gids })
      .then(({ value }) => on.value && show(value))
      .catch((error: unknown) => {
        stop();
        failed(error);
      });
  }
}
