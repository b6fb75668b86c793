/** What travels between kernel and browser: traits are snapshots from the kernel, requests are acts of the user. */

export interface FrameValue {
  readonly frame: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly url: string | null;
}

export type Value = string | number | boolean | null | FrameValue;
export type Fields = Readonly<Record<string, Value>>;

export interface Problem {
  readonly field: string;
  readonly message: string;
  /** Required and merely still empty: pointed at when Generate is pressed, not before. */
  readonly missing?: boolean;
}

export interface ErrorValue {
  readonly message: string;
  readonly next_step: string;
  readonly charged: "no" | "maybe" | "yes";
  readonly type: string;
  readonly problems?: readonly Problem[];
  /** An act that costs this much waits until its price has been typed. */
  readonly question?: Question;
}

export interface Question {
  /** Clips. */
  readonly count: number;
  /** US dollars as they are to be typed: "1.40". */
  readonly price: string;
  /** What the budget has left before the act; null without a budget. */
  readonly left: number | null;
}

export interface Property {
  readonly title?: string;
  readonly description?: string;
  readonly control?: string;
  readonly type?: string;
  readonly enum?: readonly (string | number)[];
  readonly default?: Value;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly allowed?: string;
  readonly $ref?: string;
  readonly anyOf?: readonly Property[];
  readonly allOf?: readonly Property[];
}

export interface Schema {
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly $defs?: Readonly<Record<string, Property>>;
}

export interface Endpoint {
  readonly id: string;
  readonly model: string;
  readonly title: string;
  readonly schema: Schema;
  readonly fps: number;
}

export interface Helper {
  readonly title: string;
  readonly items: readonly { readonly label: string; readonly insert: string }[];
}

export interface Example {
  readonly use: string;
  readonly prompt: string;
  readonly endpoint: string;
}

export interface Lab {
  readonly server: {
    readonly kind: "offline" | "fal" | "url";
    readonly label: string;
    readonly free: boolean;
    readonly state: "starting" | "ready" | "refused" | "locked" | "unreachable";
    readonly message: string;
    readonly next_step: string;
  };
  /** Endpoints the service calls deprecated. */
  readonly retired: readonly string[];
  readonly purse: { readonly spent: number; readonly reserved: number; readonly cap: number | null };
  /** What was asked for and never sent; it goes only when a person says so. */
  readonly waiting: { readonly count: number; readonly cost: number };
  readonly project: { readonly name: string; readonly path: string };
  readonly version: string;
  readonly prompting: { readonly helpers: readonly Helper[]; readonly examples: readonly Example[] };
}

export interface Quote {
  readonly cost: number;
  /** The service's own price; otherwise a price list's. */
  readonly live: boolean;
  /** The day that price is of: "2026-11-22". */
  readonly as_of: string;
  readonly free: boolean;
  readonly width: number;
  readonly height: number;
  readonly seconds: number | null;
}

/** What a field or a placeholder is varied over: a text in the sweep's syntax, which only the kernel reads, or values. */
export type Axis = string | readonly Value[];
export type Axes = Readonly<Record<string, Axis>>;

/** What running a sweep comes to. */
export interface SweepTotals {
  /** Values of each axis, the last of which changes fastest. */
  readonly counts: Readonly<Record<string, number>>;
  readonly cells: number;
  readonly to_run: number;
  /** Cells whose clips are there already, or under way. */
  readonly hits: number;
  readonly skipped: number;
  readonly invalid: number;
  /** Of what is to run. */
  readonly dollars: number;
  readonly free: boolean;
  readonly minutes: number | null;
  /** Requests at a time that `minutes` goes by. */
  readonly concurrency: number;
}

export interface SweepQuote extends SweepTotals {
  /** Why cells are invalid: the first few reasons. */
  readonly wrong: readonly { readonly field: string; readonly message: string; readonly cells: number }[];
}

export interface PlanRow {
  readonly values: readonly string[];
  readonly estimate: number;
  readonly plan: "run" | "hit" | "skip" | "invalid";
  readonly problem: string | null;
}

export interface Plan extends SweepTotals {
  readonly axes: readonly string[];
  /** The first cells; `cells` counts all. */
  readonly rows: readonly PlanRow[];
}

export interface DraftTrait {
  readonly rev: number;
  readonly origin: string;
  readonly endpoint: string;
  readonly fields: Fields;
  readonly axes: Axes;
  /** Names in braces in the prompt that may be axes. */
  readonly placeholders: readonly string[];
  /** Values of each axis that can be read. */
  readonly counts: Readonly<Record<string, number>>;
  /** Null while nothing is varied, or something is wrong. */
  readonly sweep: SweepQuote | null;
  readonly quote: Quote | null;
  readonly problems: readonly Problem[];
}

export type Status =
  | "PENDING"
  | "SUBMITTING"
  | "IN_QUEUE"
  | "IN_PROGRESS"
  | "COMPLETED"
  | "FAILED"
  | "CANCELLED"
  | "UNCONFIRMED";

export interface Job {
  readonly gid: number;
  readonly prompt: string;
  readonly endpoint: string;
  readonly status: Status;
  readonly stage: string;
  readonly progress: number | null;
  readonly elapsed_from: number;
  /** Null while it is under way. */
  readonly ended: number | null;
  readonly estimate: number;
  readonly free: boolean;
  readonly request_id: string | null;
  readonly error: ErrorValue | null;
  /** Of one that has ended. */
  readonly fields: Fields | null;
}

export interface JobsTrait {
  /** Those that ended badly, then the foremost of those under way. */
  readonly cards: readonly Job[];
  /** All jobs under way, by status. */
  readonly counts: Readonly<Partial<Record<Status, number>>>;
}

export interface Row {
  readonly gid: number;
  readonly prompt: string;
  readonly endpoint: string;
  readonly fields: Fields;
  readonly seed: number | null;
  readonly width: number;
  readonly height: number;
  readonly duration: number;
  readonly fps: number;
  readonly audio: boolean;
  readonly cost: number | null;
  readonly cost_source: "free" | "estimate" | "billed" | "elsewhere" | null;
  readonly created: number;
  readonly queue_seconds: number | null;
  readonly run_seconds: number | null;
  readonly url: string | null;
  readonly saved: boolean;
  readonly file_name: string;
  readonly request_id: string | null;
  /** What to know about it: it is not as asked, or not on the kernel's disk. */
  readonly notice: { readonly message: string; readonly next_step: string } | null;
  /** The run of a sweep it was asked for by. */
  readonly sweep: string | null;
  readonly star: boolean;
  /** 1 to 5. */
  readonly rating: number | null;
  readonly tags: readonly string[];
  readonly note: string;
}

/** What a person says of a clip; what is left out stays as it was. */
export interface Judgement {
  readonly star?: boolean;
  readonly rating?: number | null;
  readonly tags?: readonly string[];
  readonly note?: string;
}

export interface HistoryTrait {
  readonly rev: number;
  readonly total: number;
  readonly rows: readonly Row[];
}

export interface Traits {
  _catalog: readonly Endpoint[];
  _lab: Lab;
  _draft: DraftTrait;
  _jobs: JobsTrait;
  _history: HistoryTrait;
  _selected: Row | null;
  _wall: string | null;
  /** The clips chosen in the history, in the order they were chosen. */
  _chosen: readonly number[];
}

export type Sort = "newest" | "oldest" | "cost" | "cheapest" | "duration" | "shortest" | "rating";

/** What is looked for in the history. Of several values of a field any will do. */
export interface Find {
  readonly query: string;
  readonly sort: Sort;
  /** Whether the clips of each sweep stand together. */
  readonly grouped: boolean;
  readonly endpoint?: readonly string[];
  readonly resolution?: readonly string[];
  readonly aspect_ratio?: readonly string[];
  /** Seconds as asked for. */
  readonly duration?: readonly string[];
  readonly sound?: boolean;
  readonly starred?: true;
  /** The least rating. */
  readonly rated?: number;
  readonly seed?: number;
  readonly sweep?: string;
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
  submit: { ask: { endpoint: string; fields: Fields; confirm?: string }; answer: { gids: readonly number[] } };
  plan: { ask: Composed & { concurrency: number }; answer: Plan };
  run: { ask: Composed & { skip_invalid: boolean; shown: Shown; confirm?: string }; answer: Begun };
  resume: { ask: { confirm?: string }; answer: { gids: readonly number[] } };
  cancel: { ask: { gid: number }; answer: Nothing };
  cancel_all: { ask: Nothing; answer: { count: number } };
  dismiss: { ask: { gid: number }; answer: Nothing };
  select: { ask: { gid: number | null }; answer: Nothing };
  /** Hang these clips, or the run of that sweep, on the wall and show it. */
  compare: { ask: { gids: readonly number[] } | { sweep: string }; answer: Nothing };
  /** From the wall to the composer and the player. */
  back: { ask: Nothing; answer: Nothing };
  again_price: { ask: { gids: readonly number[] }; answer: { clips: number; dollars: number; free: boolean } };
  /** `shown` is what the button said; `confirm` what was typed. */
  again: {
    ask: {
      gids: readonly number[];
      seeds: "new" | "same";
      shown: { clips: number; dollars: number };
      confirm?: string;
    };
    answer: { name: string; gids: readonly number[]; sent: number };
  };
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
}

/** The part of anywidget's model that is used: traits are only ever read. */
export interface Model<T = Traits> {
  get<K extends keyof T>(name: K): T[K];
  on(event: string, listener: (...args: never[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[] | ArrayBufferView[]): void;
}
