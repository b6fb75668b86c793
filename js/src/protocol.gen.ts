/**
 * What travels between the kernel and the browser. Written by scripts/protocol.py: instead of this file, change
 * src/ipyseedance/widgets/protocol and run `make js`.
 */

/** It was done: there is no more to say. */
export type Nothing = Record<string, never>;

export type Status = "PENDING" | "SUBMITTING" | "IN_QUEUE" | "IN_PROGRESS" | "COMPLETED" | "FAILED" | "CANCELLED" | "UNCONFIRMED";

export type CostSource = "free" | "estimate" | "billed" | "person" | "elsewhere";

/** A picture: the page holds its token, the kernel its bytes. */
export interface FrameValue {
  /** The token. */
  readonly frame: string;
  readonly name: string;
  /** Pixels; 0 where they are not known. */
  readonly width: number;
  readonly height: number;
  readonly url: string | null;
}

/** What a field holds. */
export type Value = string | number | boolean | FrameValue | null;

/** The fields of a request, by name. */
export type Fields = Readonly<Record<string, Value>>;

/** One thing that is wrong. */
export interface Problem {
  readonly field: string;
  readonly message: string;
  /** Required and merely still empty: pointed at when Generate is pressed, not before. */
  readonly missing?: boolean;
}

/** What a person is to type before an act that costs something. */
export interface Question {
  /** Clips. */
  readonly count: number;
  /** US dollars as they are to be typed: "1.40". Null where that is not known: then the word "unknown" is typed. */
  readonly price: string | null;
  /** What the budget has left before the act; null without a budget. */
  readonly left: number | null;
  /** Of a locked widget: the word that its owner has is to be typed. */
  readonly word?: true;
  /** Whether the price is to be typed too, where that is not a matter of course. */
  readonly typed?: boolean;
}

/** What went wrong, and what helps. */
export interface ErrorValue {
  readonly message: string;
  readonly next_step: string;
  readonly charged: "no" | "maybe" | "yes";
  readonly type: string;
  readonly problems?: readonly Problem[];
  /** An act waits until its price has been typed, its owner's word, or both. */
  readonly question?: Question;
}

/** What happened, and what a person can do about it. */
export interface Told {
  readonly message: string;
  readonly next_step: string;
}

/** The answer to one message. */
export interface Reply {
  readonly kind: "reply";
  /** The name of the message that is answered. */
  readonly req: string;
  readonly ok: boolean;
  /** What that kind of message is answered. */
  readonly value?: unknown;
  readonly error?: ErrorValue;
  /** In the answer to a greeting: the messages the kernel is at work on. */
  readonly working?: readonly string[];
}

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
  /** Of what is to run; null where the price is not known. */
  readonly dollars: number | null;
  readonly free: boolean;
  readonly minutes: number | null;
  /** Requests at a time that `minutes` goes by. */
  readonly concurrency: number;
}

/** A run of a sweep. */
export interface Begun {
  readonly name: string;
  /** Of all its cells. */
  readonly gids: readonly number[];
  /** How many of them were asked for now. */
  readonly sent: number;
}

/** What the button said: an act is never more. */
export interface Shown {
  readonly clips: number;
  /** 0 where no price was known: then the kernel asks in any case. */
  readonly dollars: number;
  /** Of the button that goes on with what waits: how many bills that accepts. */
  readonly bills?: number;
}

/** What was typed in answer to a question: the price, and the owner's word. */
export interface Consent {
  /** What is no text is not the price: it is asked for again. */
  readonly confirm?: string | null;
  /** The page sends a text. Its digest takes the text's place before anything else is done with the message. */
  readonly word?: string | null;
}

/** An act that may cost something. */
export interface Paid extends Consent {
  readonly shown: Shown;
}

/** About one clip. */
export interface OfClip {
  /** Its number in the history. */
  readonly gid: number;
}

/** What a person says of a clip; what is left out stays as it was. */
export interface Judgement {
  readonly star?: boolean;
  /** 1 to 5. */
  readonly rating?: number | null;
  readonly tags?: readonly string[] | null;
  readonly note?: string;
}

/** A clip's file, whose bytes come beside it. */
export interface ClipFile {
  readonly content_type: string;
  readonly name: string;
}

/** Those in use, of most clips first. */
export interface Tags {
  readonly tags: readonly string[];
}

/** What is asked, and what is answered. */
export interface SharedRequests {
  /** Ask whether the kernel is there, and have it show everything anew. */
  hello: { ask: Nothing; answer: Nothing };
  /** The clip itself. */
  clip: { ask: OfClip; answer: ClipFile };
  /** A JPEG of a clip's first frame, which comes beside the answer. */
  poster: { ask: OfClip; answer: Nothing };
  /** Keep what a person says of a clip. */
  judge: { ask: OfClip & Judgement; answer: Nothing };
  /** The tags in use in the project. */
  tags: { ask: Nothing; answer: Tags };
}

/** A field of a request in JSON Schema, as far as controls are drawn from it. */
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
  readonly "$ref"?: string;
  readonly anyOf?: readonly Property[];
  readonly allOf?: readonly Property[];
}

/** The fields of an endpoint's requests. */
export interface Schema {
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly "$defs"?: Readonly<Record<string, Property>>;
}

/** A model's endpoint: its schema draws the controls. */
export interface Endpoint {
  readonly id: string;
  readonly model: string;
  readonly title: string;
  readonly schema: Schema;
  readonly fps: number;
}

/** A piece of a prompt; a "|" marks where the caret goes. */
export interface Insertion {
  readonly label: string;
  readonly insert: string;
}

export interface Helper {
  readonly title: string;
  readonly items: readonly Insertion[];
}

export interface Example {
  readonly use: string;
  readonly prompt: string;
  readonly endpoint: string;
}

/** Help with prompts. */
export interface Prompting {
  readonly helpers: readonly Helper[];
  readonly examples: readonly Example[];
}

/** Where requests go, and how that is. */
export interface Server {
  readonly kind: "offline" | "fal" | "url";
  readonly label: string;
  readonly free: boolean;
  readonly state: "starting" | "ready" | "refused" | "locked" | "unreachable";
  readonly message: string;
  readonly next_step: string;
}

/** US dollars. */
export interface Spending {
  readonly spent: number;
  readonly reserved: number;
  /** The budget; null without one. */
  readonly cap: number | null;
}

/**
 * What goes on only when a person says so: never sent, and what that costs; asked for by somebody else, sent or
 * not.
 */
export interface Waiting {
  /** Jobs in all. */
  readonly jobs: number;
  /** Those that would be sent, and what that costs: null where it is not known. */
  readonly count: number;
  readonly cost: number | null;
  /** Those that somebody else asked for. */
  readonly foreign: number;
  /** Those that a bill far above its estimate holds back. */
  readonly held: number;
  /** How many such bills nobody has accepted, and the newest: going on accepts them. */
  readonly bills: number;
  readonly bill: Told | null;
}

/** What has ended without anybody knowing whether it was billed, and the US dollars reserved for it. */
export interface OpenSum {
  readonly count: number;
  readonly dollars: number;
}

export interface ProjectName {
  readonly name: string;
}

/** Where requests go, what has been spent, and what waits for a person. */
export interface Lab {
  readonly server: Server;
  /** Endpoints the service calls deprecated. */
  readonly retired: readonly string[];
  readonly purse: Spending;
  readonly waiting: Waiting;
  readonly open: OpenSum;
  readonly project: ProjectName;
  /** The kernel answers only what shows something. */
  readonly read_only: boolean;
  readonly prompting: Prompting;
}

/** What a draft would cost, in US dollars: null where that is not known. */
export interface Price {
  readonly cost: number | null;
  /** The service's own price; otherwise a price list's. */
  readonly live: boolean;
  /** The day that price is of: "2026-11-22". */
  readonly as_of: string;
}

/** What a draft would cost, and what it would give. */
export interface Quote extends Price {
  readonly free: boolean;
  /** Pixels; null where the endpoint says no sizes. */
  readonly width: number | null;
  readonly height: number | null;
  /** Until it would be there; null where nothing is known of that. */
  readonly seconds: number | null;
}

/** What a field or a placeholder is varied over: a text in the syntax of a sweep, which the kernel reads, or values. */
export type Axis = string | readonly Value[];

export type Axes = Readonly<Record<string, Axis>>;

/** A reason why cells are invalid, and how many have it. */
export interface WrongCells {
  readonly field: string;
  readonly message: string;
  readonly cells: number;
}

/** What a draft some of whose fields are varied comes to. */
export interface SweepQuote extends SweepTotals {
  /** Why cells are invalid: the first few reasons. */
  readonly wrong: readonly WrongCells[];
}

/** What is being composed, which all views of a Studio share. */
export interface DraftTrait {
  readonly rev: number;
  /** Which view wrote it. */
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

/** A card of the queue. */
export interface Job {
  readonly gid: number;
  readonly prompt: string;
  readonly endpoint: string;
  readonly status: Status;
  /** What it is at, in words. */
  readonly stage: string;
  /** 0 to 1. */
  readonly progress: number | null;
  /** Seconds since the epoch. */
  readonly elapsed_from: number;
  /** Null while it is under way. */
  readonly ended: number | null;
  /** US dollars; null where the price was not known. */
  readonly estimate: number | null;
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
  /** All jobs under way, by status; only those that there are. */
  readonly counts: Partial<Readonly<Record<Status, number>>>;
}

/** A clip of the history. */
export interface Row {
  readonly gid: number;
  readonly prompt: string;
  readonly endpoint: string;
  readonly fields: Fields;
  readonly seed: number | null;
  readonly width: number;
  readonly height: number;
  /** Seconds. */
  readonly duration: number;
  readonly fps: number;
  readonly audio: boolean;
  readonly cost: number | null;
  readonly cost_source: CostSource | null;
  /** What is said of a bill far above its estimate. */
  readonly bill: Told | null;
  /** Seconds since the epoch. */
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

/** The clip in the player. */
export interface SelectedRow extends Row {
  /** A page showed it because it had just come; nobody chose it. */
  readonly auto?: true;
}

export interface HistoryTrait {
  readonly rev: number;
  readonly total: number;
  /** The newest. */
  readonly rows: readonly Row[];
}

/** Studio's traits. */
export interface StudioTraits {
  readonly _catalog: readonly Endpoint[];
  readonly _lab: Lab;
  readonly _draft: DraftTrait;
  readonly _jobs: JobsTrait;
  readonly _history: HistoryTrait;
  readonly _selected: SelectedRow | null;
  /** A reference to the wall's model, while it is shown. */
  readonly _wall: string | null;
  /** The clips chosen in the history, in the order they were chosen. */
  readonly _chosen: readonly number[];
}

export type Sort = "newest" | "oldest" | "cost" | "cheapest" | "duration" | "shortest" | "rating";

/**
 * What is looked for in the history. Of several values of a field any will do.
 *
 * A part that is not known is refused: a filter passed over would find more than what was meant.
 */
export interface Find {
  readonly query?: string;
  readonly sort?: Sort;
  /** Whether the clips of each sweep stand together. */
  readonly grouped?: boolean;
  readonly endpoint?: readonly string[];
  readonly resolution?: readonly string[];
  readonly ratio?: readonly string[];
  /** Seconds as asked for. */
  readonly seconds?: readonly string[];
  readonly sound?: boolean | null;
  readonly starred?: boolean;
  /** The least rating. */
  readonly rated?: number | null;
  readonly seed?: number | null;
  readonly sweep?: string | null;
  readonly tag?: string | null;
}

/** The clips of one sweep among those found, or, without a name, those of none. */
export interface Group {
  readonly sweep: string | null;
  readonly axes: readonly string[];
  readonly count: number;
}

export interface FoundRows {
  readonly total: number;
  readonly rows: readonly Row[];
  /** Null where they were not asked for. */
  readonly groups: readonly Group[] | null;
}

export interface FoundNumbers {
  readonly gids: readonly number[];
}

export interface Sweeps {
  readonly sweeps: readonly string[];
}

export interface AgainPrice {
  readonly clips: number;
  /** Null where the price is not known. */
  readonly dollars: number | null;
  readonly free: boolean;
}

export interface Exported {
  readonly folder: string;
  readonly count: number;
}

export type Language = "python" | "javascript" | "curl";

/** Of what has ended without anybody knowing whether it was billed. */
export interface OpenAmount {
  readonly gid: number;
  readonly prompt: string;
  /** Null where the price was not known. */
  readonly dollars: number | null;
  readonly ended: number;
  readonly request_id: string | null;
  readonly why: string;
}

/** `hit`: made already; `coming`: under way; `twin`: the same as an earlier cell that is to run. */
export type CellPlan = "run" | "hit" | "coming" | "twin" | "skip" | "invalid";

/** A cell of a plan. */
export interface PlanRow {
  readonly values: readonly string[];
  /** US dollars; null where the price is not known. */
  readonly estimate: number | null;
  readonly plan: CellPlan;
  readonly problem: string | null;
}

/** What running a sweep would do, cell by cell. */
export interface Plan extends SweepTotals {
  readonly axes: readonly string[];
  /** The first cells; `cells` counts all. */
  readonly rows: readonly PlanRow[];
}

/** What a view's composer holds. A page of another day knows nothing of axes. */
export interface Composed {
  readonly endpoint: string;
  readonly fields: Fields;
  readonly axes?: Axes;
}

export interface Sent {
  /** The generations that were asked for. */
  readonly gids: readonly number[];
}

export interface OpenAmounts {
  readonly total: number;
  /** The oldest first. */
  readonly rows: readonly OpenAmount[];
}

export interface Cancelled {
  readonly count: number;
}

export interface Code {
  readonly text: string;
}

/** A variable of the notebook that holds a picture or a clip. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly width: number;
  readonly height: number;
}

export interface Variables {
  readonly variables: readonly Variable[];
}

/** What is asked, and what is answered. */
export interface StudioRequests {
  hello: SharedRequests["hello"];
  clip: SharedRequests["clip"];
  poster: SharedRequests["poster"];
  judge: SharedRequests["judge"];
  tags: SharedRequests["tags"];
  /** What a view's composer holds now. Answered when it is priced and planned. */
  draft: {
    ask: Composed & {
      /** Which view wrote it. */
      readonly origin: string;
    };
    answer: Nothing;
  };
  /** Ask for one clip. */
  submit: { ask: Composed & Paid; answer: Sent };
  /** What running the draft as a sweep would do, cell by cell. */
  plan: { ask: Composed & { readonly concurrency: number }; answer: Plan };
  /** Run the draft as a sweep. */
  run: { ask: Composed & Paid & { readonly skip_invalid?: boolean }; answer: Begun };
  /** Go on with what waits. Accepts the bills that were shown, too. */
  resume: { ask: Paid; answer: Sent };
  /** What a person says of an open amount: it was billed as estimated, or not at all. */
  settle: { ask: OfClip & { readonly billed: boolean }; answer: Nothing };
  /** Some of the open amounts. */
  open_amounts: {
    ask: {
      readonly offset: number;
      readonly limit: number;
    };
    answer: OpenAmounts;
  };
  /** Cancel one job. */
  cancel: { ask: OfClip; answer: Nothing };
  /** Cancel all jobs under way. */
  cancel_all: { ask: Nothing; answer: Cancelled };
  /** Take the card of a job that ended badly out of the queue. */
  dismiss: { ask: OfClip; answer: Nothing };
  /** Show a clip in the player; with null, none. */
  select: {
    ask: {
      readonly gid: number | null;
      /** It is shown because it has just come; nobody chose it. */
      readonly auto?: boolean;
    };
    answer: Nothing;
  };
  /** A small JPEG of a picture, which comes beside the answer. */
  thumb: {
    ask: {
      /** Its token. */
      readonly frame: string;
    };
    answer: Nothing;
  };
  /** A clip as code that makes it again. */
  code: { ask: OfClip & { readonly language: Language }; answer: Code };
  /** A piece of a picture; the piece's bytes come beside it. The last one is answered with the picture. */
  upload: {
    ask: {
      /** What all pieces of it say. */
      readonly upload: string;
      /** Of the file. */
      readonly name: string;
      readonly index: number;
      readonly last?: boolean;
    };
    answer: FrameValue | Nothing;
  };
  /** The picture at an address. */
  frame_url: { ask: { readonly url: string }; answer: FrameValue };
  /** The picture in a variable of the notebook. */
  frame_variable: { ask: { readonly name: string }; answer: FrameValue };
  /** The first or last frame of a clip. */
  frame_clip: { ask: OfClip & { readonly which: "first" | "last" }; answer: FrameValue };
  /** The variables of the notebook that hold a picture or a clip. */
  variables: { ask: Nothing; answer: Variables };
  /** A page of what is found in the history. */
  history: {
    ask: {
      readonly find: Find;
      readonly offset: number;
      readonly limit: number;
      readonly groups?: boolean;
    };
    answer: FoundRows;
  };
  /** The numbers of what is found, without its rows. */
  found: {
    ask: {
      readonly find: Find;
      readonly offset: number;
      readonly limit: number;
    };
    answer: FoundNumbers;
  };
  /** The names of the newest runs of sweeps. */
  sweeps: { ask: Nothing; answer: Sweeps };
  /** Choose these clips in the history, and no others. */
  choose: { ask: { readonly gids: readonly number[] }; answer: Nothing };
  /** Hang these clips, or, where one is named, the run of that sweep, on the wall and show it. */
  compare: {
    ask: {
      readonly gids?: readonly number[];
      readonly sweep?: string | null;
    };
    answer: Nothing;
  };
  /** From the wall to the composer and the player. */
  back: { ask: Nothing; answer: Nothing };
  /** What asking for these clips once more would cost. */
  again_price: { ask: { readonly gids: readonly number[] }; answer: AgainPrice };
  /** Ask for these clips once more. */
  again: {
    ask: Paid & {
      readonly gids: readonly number[];
      readonly seeds?: "new" | "same";
    };
    answer: Begun;
  };
  /** Copy these clips, with what they were made from, to a folder of exports. */
  export: { ask: { readonly gids: readonly number[] }; answer: Exported };
}

export type Which = "start" | "end";

/** A place on the wall: its clip, or how far that is. */
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

/** One page of the wall. */
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

/**
 * By the votes, and the ends of its 95 % interval. Scores of different groups, which no votes connect, do not
 * compare.
 */
export interface Score {
  readonly score: number;
  readonly low: number;
  readonly high: number;
  readonly votes: number;
  readonly group: number;
}

/** How a clip stands. */
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

/** How a value of an axis stands. */
export interface ValueScore extends Score {
  readonly value: string;
}

export interface AxisScores {
  readonly axis: string;
  readonly values: readonly ValueScore[];
}

/** Of what was voted on, the best first. */
export interface Standing {
  readonly votes: number;
  readonly clips: readonly ClipScore[];
  /** Clips that are too many for the table. */
  readonly left_out: number;
  readonly axes: readonly AxisScores[];
}

/** A wall's traits. */
export interface WallTraits {
  readonly _page: Page;
  readonly _selection: readonly Cell[];
  readonly _measures: readonly Measure[];
  readonly _standing: Standing;
  /** The kernel answers only what shows something. */
  readonly _read_only: boolean;
}

export interface FilmTiles {
  readonly tiles: number;
  readonly columns: number;
}

export interface Waves {
  readonly waves: readonly (readonly number[])[];
}

export interface Likeness {
  /** 1 is the same. */
  readonly ssim: number;
  /** ΔE. */
  readonly color_shift: number;
}

/** Clips to be asked for again. */
export interface Finals {
  readonly gids: readonly number[];
  /** Empty: the last that their model has. */
  readonly resolution: string;
  readonly sound: boolean;
}

/** What asking for them comes to. */
export interface Promotion extends SweepTotals {
  readonly resolution: string;
  /** All that their model has. */
  readonly resolutions: readonly string[];
  /** What to know before. */
  readonly note: string;
}

/** The two clips to compare next. */
export interface Ballot {
  readonly first: Cell;
  readonly second: Cell;
  /** Pairs that have been compared, of all there are. */
  readonly done: number;
  readonly total: number;
}

export interface Voted {
  /** Its number, to take it back by. */
  readonly vote: number;
  readonly next: Ballot;
}

/** What is asked, and what is answered. */
export interface WallRequests {
  hello: SharedRequests["hello"];
  clip: SharedRequests["clip"];
  poster: SharedRequests["poster"];
  /** A JPEG of a clip's pictures in rows, evenly from its first to its last frame, which comes beside the answer. */
  film: { ask: OfClip; answer: FilmTiles };
  /** The peaks of each clip's sound, 0 to 100 in equal parts; none where there is no sound. */
  waves: { ask: { readonly gids: readonly number[] }; answer: Waves };
  /** Two JPEGs: the picture a clip was given as the model fits it, and its real first or last frame. */
  given: { ask: OfClip & { readonly which: Which }; answer: Likeness };
  /** What promoting those clips comes to. */
  promotion: { ask: Finals; answer: Promotion };
  /** Promote those clips. */
  promote: { ask: Finals & Paid; answer: Begun };
  /** Show the page with that number, from 0. */
  page: { ask: { readonly number: number }; answer: Nothing };
  /** Choose these clips on the wall, and no others. */
  select: { ask: { readonly gids: readonly number[] }; answer: Nothing };
  judge: SharedRequests["judge"];
  /** The tags in use in the project, to choose from: whoever only looks has no use for them. */
  tags: { ask: Nothing; answer: Tags };
  /** The two clips to compare next, among those, or among all on the wall. */
  ballot: { ask: { readonly gids: readonly number[] }; answer: Ballot };
  /** Which of two clips is better; null for neither. */
  vote: {
    ask: {
      readonly first: number;
      readonly second: number;
      readonly winner: number | null;
      /** Those to compare next, or none for all on the wall. */
      readonly gids: readonly number[];
    };
    answer: Voted;
  };
  /** Take a vote back. */
  unvote: { ask: { readonly vote: number }; answer: Nothing };
}
