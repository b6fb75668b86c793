/** Snapshots from the kernel: the traits, and what they are made of. `requests.ts` has what the browser asks. */

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
  /** An act waits until its price has been typed, its owner's word, or both. */
  readonly question?: Question;
}

export interface Question {
  /** Clips. */
  readonly count: number;
  /** US dollars as they are to be typed: "1.40". */
  readonly price: string;
  /** What the budget has left before the act; null without a budget. */
  readonly left: number | null;
  /** Of a locked widget: the word that its owner has is to be typed. */
  readonly word?: true;
  /** Of a locked widget: whether the price is to be typed too. */
  readonly typed?: boolean;
}

export interface Property {
  readonly title?: string;
  readonly description?: string;
  readonly control?: string;
  /** What the field is, whatever the endpoint calls it: "prompt", "seconds", "first_frame" … */
  readonly role?: string;
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

/** What happened, and what a person can do about it. */
export interface Told {
  readonly message: string;
  readonly next_step: string;
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
  /** What goes on only when a person says so: never sent, and what that costs; asked for by somebody else, sent or not. */
  readonly waiting: {
    /** Jobs in all. */
    readonly jobs: number;
    /** Those that would be sent, and what that costs. */
    readonly count: number;
    readonly cost: number;
    /** Those that somebody else asked for. */
    readonly foreign: number;
    /** Those that a bill far above its estimate holds back. */
    readonly held: number;
    /** How many such bills nobody has accepted, and the newest: going on accepts them. */
    readonly bills: number;
    readonly bill: Told | null;
  };
  /** What has ended without anybody knowing whether it was billed, and the US dollars reserved for it. */
  readonly open: { readonly count: number; readonly dollars: number };
  readonly project: { readonly name: string };
  /** The kernel answers only what shows something. */
  readonly read_only: boolean;
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
  /** Cells that need no clip of their own: made, under way, or the same as another. */
  readonly hits: number;
  /** Cells whose clips are there already. */
  readonly made: number;
  /** Cells whose clips were asked for and are not there yet. */
  readonly under_way: number;
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
  /** `hit`: made already; `coming`: under way; `twin`: the same as an earlier cell that is to run. */
  readonly plan: "run" | "hit" | "coming" | "twin" | "skip" | "invalid";
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

export type CostSource = "free" | "estimate" | "billed" | "person" | "elsewhere";

/** Of what has ended without anybody knowing whether it was billed. */
export interface OpenAmount {
  readonly gid: number;
  readonly prompt: string;
  readonly dollars: number;
  readonly ended: number;
  readonly request_id: string | null;
  readonly why: string;
}

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
  readonly cost: number | null;
  readonly cost_source: CostSource | null;
  /** It has ended, and whether it was billed is not known. */
  readonly open: boolean;
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
  readonly cost_source: CostSource | null;
  /** What is said of a bill far above its estimate. */
  readonly bill: Told | null;
  readonly created: number;
  readonly queue_seconds: number | null;
  readonly run_seconds: number | null;
  readonly url: string | null;
  readonly saved: boolean;
  readonly file_name: string;
  readonly request_id: string | null;
  /** What to know about it: it is not as asked, or not on the kernel's disk. */
  readonly notice: Told | null;
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
  /** `auto`: a page showed it because it had just come; nobody chose it. */
  _selected: (Row & { readonly auto?: true }) | null;
  _wall: string | null;
  /** The clips chosen in the history, in the order they were chosen. */
  _chosen: readonly number[];
}
