/** What the browser asks the kernel, and is answered: acts of the user travel as messages. */

import type { Axes, ErrorValue, Fields, FrameValue, Judgement, OpenAmount, Plan, Row, Traits } from "./messages";

export type Sort = "newest" | "oldest" | "cost" | "cheapest" | "duration" | "shortest" | "rating";

/** What is looked for in the history. Of several values of a field any will do. */
export interface Find {
  readonly query: string;
  readonly sort: Sort;
  /** Whether the clips of each sweep stand together. */
  readonly grouped: boolean;
  readonly endpoint?: readonly string[];
  readonly resolution?: readonly string[];
  readonly ratio?: readonly string[];
  /** Seconds as asked for. */
  readonly seconds?: readonly string[];
  readonly sound?: boolean;
  readonly starred?: true;
  /** The least rating. */
  readonly rated?: number;
  readonly seed?: number;
  readonly sweep?: string;
  readonly tag?: string;
}

/** The clips of one sweep among those found, or, without a name, those of none. */
export interface Group {
  readonly sweep: string | null;
  readonly axes: readonly string[];
  readonly count: number;
}

export type Language = "python" | "javascript" | "curl";

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly width: number;
  readonly height: number;
}

type Nothing = Record<string, never>;

interface Composed {
  readonly endpoint: string;
  readonly fields: Fields;
  readonly axes: Axes;
}

/** What the button said: an act is never more. */
export interface Shown {
  readonly clips: number;
  readonly dollars: number;
}

/** What was typed in answer to a question: the price, and the owner's word. */
export interface Consent {
  readonly confirm?: string;
  readonly word?: string;
}

/** A run of a sweep. */
export interface Begun {
  readonly name: string;
  /** Of all its cells. */
  readonly gids: readonly number[];
  /** How many of them were asked for now. */
  readonly sent: number;
}

/** Every request: what is asked and what is answered. */
export interface Requests {
  hello: { ask: Nothing; answer: Nothing };
  draft: { ask: Composed & { origin: string }; answer: Nothing };
  submit: { ask: { endpoint: string; fields: Fields; shown: Shown } & Consent; answer: { gids: readonly number[] } };
  plan: { ask: Composed & { concurrency: number }; answer: Plan };
  run: { ask: Composed & { skip_invalid: boolean; shown: Shown } & Consent; answer: Begun };
  /** Accepts the bills that were shown, too. */
  resume: { ask: Consent & { shown: Shown & { bills: number } }; answer: { gids: readonly number[] } };
  /** What a person says of an open amount: it was billed as estimated, or not at all. */
  settle: { ask: { gid: number; billed: boolean }; answer: Nothing };
  open_amounts: { ask: { offset: number; limit: number }; answer: { total: number; rows: readonly OpenAmount[] } };
  cancel: { ask: { gid: number }; answer: Nothing };
  cancel_all: { ask: Nothing; answer: { count: number } };
  dismiss: { ask: { gid: number }; answer: Nothing };
  select: { ask: { gid: number | null; auto?: true }; answer: Nothing };
  /** Hang these clips, or the run of that sweep, on the wall and show it. */
  compare: { ask: { gids: readonly number[] } | { sweep: string }; answer: Nothing };
  /** From the wall to the composer and the player. */
  back: { ask: Nothing; answer: Nothing };
  again_price: { ask: { gids: readonly number[] }; answer: { clips: number; dollars: number; free: boolean } };
  again: { ask: { gids: readonly number[]; seeds: "new" | "same"; shown: Shown } & Consent; answer: Begun };
  export: { ask: { gids: readonly number[] }; answer: { folder: string; count: number } };
  clip: { ask: { gid: number }; answer: { content_type: string; name: string } };
  poster: { ask: { gid: number }; answer: Nothing };
  thumb: { ask: { frame: string }; answer: Nothing };
  judge: { ask: { gid: number } & Judgement; answer: Nothing };
  /** Those in use, of most clips first. */
  tags: { ask: Nothing; answer: { tags: readonly string[] } };
  history: {
    ask: { find: Find; offset: number; limit: number; groups: boolean };
    answer: { total: number; rows: readonly Row[]; groups: readonly Group[] | null };
  };
  /** The numbers of what is found, without its rows. */
  found: { ask: { find: Find; offset: number; limit: number }; answer: { gids: readonly number[] } };
  sweeps: { ask: Nothing; answer: { sweeps: readonly string[] } };
  choose: { ask: { gids: readonly number[] }; answer: Nothing };
  code: { ask: { gid: number; language: Language }; answer: { text: string } };
  upload: {
    ask: { upload: string; name: string; type: string; size: number; index: number; last: boolean };
    answer: FrameValue | Nothing;
  };
  frame_url: { ask: { url: string }; answer: FrameValue };
  frame_variable: { ask: { name: string }; answer: FrameValue };
  frame_clip: { ask: { gid: number; which: "first" | "last" }; answer: FrameValue };
  variables: { ask: Nothing; answer: { variables: readonly Variable[] } };
}

export type Kind = keyof Requests;

export interface Reply {
  readonly kind: "reply";
  readonly req: string;
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: ErrorValue;
  /** In the answer to a greeting: the requests the kernel is at work on. */
  readonly working?: readonly string[];
}

/** The part of anywidget's model that is used: traits are only ever read. */
export interface Model<T = Traits> {
  get<K extends keyof T>(name: K): T[K];
  on(event: string, listener: (...args: never[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[] | ArrayBufferView[]): void;
}
