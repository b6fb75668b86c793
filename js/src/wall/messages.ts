/** What travels between a wall's kernel and browser sides. */

import type { ErrorValue, Status, SweepTotals } from "../shared/messages";
import type { Begun, Consent, Requests, Shown } from "../shared/requests";

export interface Cell {
  readonly gid: number;
  /** Its place in the sweep ("fox · seed 3"), or "". */
  readonly label: string;
  readonly prompt: string;
  readonly seed: number | null;
  readonly width: number;
  readonly height: number;
  /** Seconds. */
  readonly duration: number;
  readonly fps: number;
  readonly audio: boolean;
  readonly url: string | null;
  readonly saved: boolean;
  readonly status: Status;
  readonly stage: string;
  readonly progress: number | null;
  readonly ended: number | null;
  readonly error: ErrorValue | null;
  readonly star: boolean;
  readonly rating: number | null;
  readonly tags: readonly string[];
  readonly note: string;
  /** By the names of `_measures`; null where there is nothing to measure, and as a whole until it has been. */
  readonly measures: Readonly<Record<string, number | null>> | null;
  /** Which pictures it was made from. */
  readonly given: readonly Which[];
}

export type Which = "start" | "end";

/** What a number of a clip is called and means. */
export interface Measure {
  readonly name: string;
  readonly title: string;
  /** Before the number where there is little room; "" where its unit says it. */
  readonly short: string;
  readonly unit: string;
  /** Places after the point. */
  readonly digits: number;
  readonly meaning: string;
}

export interface Page {
  readonly rev: number;
  readonly number: number;
  /** Pages. */
  readonly count: number;
  /** Clips on all pages. */
  readonly total: number;
  readonly name: string;
  readonly axes: readonly string[];
  /** Headings; none where the clips hang in plain order. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Row by row; null where the sweep has no clip. */
  readonly cells: readonly (Cell | null)[];
  readonly project: string;
}

export interface Ballot {
  readonly first: Cell;
  readonly second: Cell;
  /** Pairs that have been compared, of all there are. */
  readonly done: number;
  readonly total: number;
}

/** By the votes, and the ends of its 95 % interval. Scores of different groups, which no votes connect, do not compare. */
export interface Score {
  readonly score: number;
  readonly low: number;
  readonly high: number;
  readonly votes: number;
  readonly group: number;
}

export interface ClipScore extends Score {
  readonly gid: number;
  readonly label: string;
  readonly prompt: string;
  readonly seed: number | null;
  readonly page: number;
  readonly star: boolean;
  readonly rating: number | null;
  readonly cost: number | null;
  readonly motion: number | null;
}

export interface ValueScore extends Score {
  readonly value: string;
}

/** Of what was voted on, the best first. */
export interface Standing {
  readonly votes: number;
  readonly clips: readonly ClipScore[];
  /** Clips that are too many for the table. */
  readonly left_out: number;
  readonly axes: readonly { readonly axis: string; readonly values: readonly ValueScore[] }[];
}

export interface WallTraits {
  _page: Page;
  _selection: readonly Cell[];
  _measures: readonly Measure[];
  _standing: Standing;
  /** The kernel answers only what shows something. */
  _read_only: boolean;
}

/** Clips to be asked for again. */
interface Finals {
  readonly gids: readonly number[];
  readonly resolution: string;
  readonly sound: boolean;
}

/** What asking for them comes to. */
export interface Promotion extends SweepTotals {
  readonly resolutions: readonly string[];
  /** What to know before. */
  readonly note: string;
}

type Nothing = Record<string, never>;

export interface WallRequests {
  hello: Requests["hello"];
  clip: Requests["clip"];
  poster: Requests["poster"];
  /** A JPEG of a clip's pictures in rows, evenly from its first to its last frame. */
  film: { ask: { gid: number }; answer: { tiles: number; columns: number } };
  /** The peaks of each clip's sound, 0 to 100 in equal parts; none where there is no sound. */
  waves: { ask: { gids: readonly number[] }; answer: { waves: readonly (readonly number[])[] } };
  /** Two JPEGs: the picture a clip was given as the model fits it, and its real first or last frame. */
  given: { ask: { gid: number; which: Which }; answer: { ssim: number; color_shift: number } };
  promotion: { ask: Finals; answer: Promotion };
  promote: { ask: Finals & { shown: Shown } & Consent; answer: Begun };
  page: { ask: { number: number }; answer: Nothing };
  select: { ask: { gids: readonly number[] }; answer: Nothing };
  judge: Requests["judge"];
  tags: Requests["tags"];
  /** The two clips to compare next, among those, or among all on the wall. */
  ballot: { ask: { gids: readonly number[] }; answer: Ballot };
  vote: {
    ask: { first: number; second: number; winner: number | null; gids: readonly number[] };
    answer: { vote: number; next: Ballot };
  };
  unvote: { ask: { vote: number }; answer: Nothing };
}
