/** What travels between a wall's kernel and browser sides. */

import type { ErrorValue, Requests, Status } from "../messages";

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

export interface WallTraits {
  _page: Page;
  _selection: readonly Cell[];
}

type Nothing = Record<string, never>;

export interface WallRequests {
  hello: Requests["hello"];
  clip: Requests["clip"];
  poster: Requests["poster"];
  page: { ask: { number: number }; answer: Nothing };
  select: { ask: { gids: readonly number[] }; answer: Nothing };
  judge: { ask: { gid: number; star?: boolean; rating?: number | null }; answer: Nothing };
}
