/** The kernel's half of the protocol, played in the browser: for design and for tests of the built bundle. */

import type {
  Axes,
  DraftTrait,
  ErrorValue,
  Fields,
  Find,
  FrameValue,
  Job,
  JobsTrait,
  StudioRequests,
  Lab,
  OpenAmount,
  Problem,
  Row,
  Status,
  StudioTraits,
} from "../src/protocol.gen";
import { typedPrice } from "../src/shared/format";
import * as finding from "./finding";
import * as media from "./media";
import { type Here, planned, sweepOf } from "./fake_sweep";

/** The traits as the kernel has them: it writes them. */
export type Written = { -readonly [K in keyof StudioTraits]: StudioTraits[K] };

export interface Received {
  readonly kind: keyof StudioRequests;
  readonly req: string;
  readonly [name: string]: unknown;
}

type Listener = (...args: unknown[]) => void;
type Handler = (message: Received, buffers: readonly ArrayBuffer[]) => unknown;

export class Refusal extends Error {
  constructor(readonly detail: ErrorValue) {
    super(detail.message);
  }
}

/** A value that travels with a binary buffer. */
export class WithBytes {
  constructor(
    readonly value: unknown,
    readonly bytes: ArrayBuffer,
  ) {}
}

export function refusal(message: string, more: Partial<ErrorValue> = {}): Refusal {
  return new Refusal({ message, next_step: "", charged: "no", type: "", ...more });
}

export class FakeKernel {
  readonly received: Received[] = [];
  readonly uploads = new Map<string, Uint8Array[]>();
  readonly frames = new Map<string, Blob>();
  /** Requests of these kinds are taken and never answered, as by a kernel that runs a cell. */
  readonly deaf = new Set<keyof StudioRequests | "all">();
  readonly handlers: Partial<Record<keyof StudioRequests, Handler>> = {};
  /** Seconds one fake job takes. */
  pace = 6;
  /** Cells of a sweep that are there already, from the first on. */
  hits = 0;
  /** How many of those are under way. */
  underWay = 0;
  private runs = 0;
  clips = true;
  private readonly listeners = new Map<string, Listener[]>();
  private nextGid = 1000;
  private readonly held: (() => void)[] = [];
  private readonly ends = new Map<number, () => void>();
  /** Requests whose handlers have not come to an end. */
  private readonly working = new Set<string>();

  constructor(readonly traits: Written) {}

  /** What anywidget hands to `initialize` and `render`. */
  readonly model = {
    get: <K extends keyof StudioTraits>(name: K): StudioTraits[K] => structuredClone(this.traits[name]),
    on: (event: string, listener: Listener): void => {
      this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    },
    off: (): void => undefined,
    set: (): void => {
      throw new Error("The browser never writes traits.");
    },
    save_changes: (): void => {
      throw new Error("The browser never writes traits.");
    },
    send: (content: Received, _callbacks?: unknown, buffers: readonly (ArrayBuffer | ArrayBufferView)[] = []): void => {
      if (this.dead) throw new Error("Cannot send");
      const copies = buffers.map((b) => (b instanceof ArrayBuffer ? b : (b.buffer as ArrayBuffer)).slice(0));
      const message = structuredClone(content);
      this.received.push(message);
      const answer = (): void => void this.answer(message, copies);
      if (this.deaf.has("all") || this.deaf.has(message.kind)) this.held.push(answer);
      else setTimeout(answer, 5);
    },
  };
  dead = false;

  emit(event: string, ...args: unknown[]): void {
    for (const listener of this.listeners.get(event) ?? []) listener(...args);
  }

  set<K extends keyof StudioTraits>(name: K, value: StudioTraits[K]): void {
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  /** The cell has ended: everything that waited is answered. */
  hear(): void {
    this.deaf.clear();
    for (const answer of this.held.splice(0)) answer();
  }

  /** That job's clip is there now. */
  finish(gid: number): void {
    this.ends.get(gid)?.();
  }

  count(kind: keyof StudioRequests): number {
    return this.received.filter((message) => message.kind === kind).length;
  }

  last(kind: keyof StudioRequests): Received | undefined {
    return this.received.filter((message) => message.kind === kind).at(-1);
  }

  /** Have an act ask for its price first, or for its owner's word, or both, as the kernel does. */
  ask(kind: "submit" | "resume" | "run" | "again", count: number, price: string, left: number | null, word?: string): void {
    const act = this.defaults[kind];
    const dear = Number(price) > 1;
    this.handlers[kind] = (message, buffers) => {
      const typed = typeof message["confirm"] === "string" ? message["confirm"] : "";
      const priced = !dear || typedPrice(typed) === price;
      if (priced && (!word || message["word"] === word)) return act(message, buffers);
      const what = count === 1 ? "This clip costs" : `These ${count} clips cost`;
      const changed = priced ? message["word"] && ", and that was not the word" : typed && `, and “${typed}” was typed`;
      throw refusal(`${what} about $${price}${changed || ""}.`, {
        type: "confirm",
        question: { count, price, left, ...(word && { word: true, typed: dear }) },
      });
    };
  }

  private async answer(message: Received, buffers: readonly ArrayBuffer[]): Promise<void> {
    const { kind, req } = message;
    const handler = this.handlers[kind] ?? this.defaults[kind];
    const working = kind === "hello" && { working: [...this.working] };
    this.working.add(req);
    try {
      const result = await handler(message, buffers);
      const bytes = result instanceof WithBytes ? [new DataView(result.bytes)] : [];
      const value = result instanceof WithBytes ? result.value : (result ?? {});
      this.emit("msg:custom", { kind: "reply", req, ok: true, value, ...working }, bytes);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.emit("msg:custom", { kind: "reply", req, ok: false, error: error.detail }, []);
    } finally {
      this.working.delete(req);
    }
  }

  private readonly defaults: Record<keyof StudioRequests, Handler> = {
    hello: () => ({}),
    draft: (message) => {
      setTimeout(() => this.takeDraft(message), 5);
      return {};
    },
    submit: ({ endpoint, fields }) => {
      const problems = this.judge(endpoint as string, fields as Fields);
      if (problems.length) throw refusal("The request cannot be sent.", { problems, next_step: "Nothing was sent." });
      return { gids: [this.run(endpoint as string, fields as Fields)] };
    },
    plan: ({ fields, axes, concurrency }) => {
      const sweep = sweepOf(fields as Fields, axes as Axes, this.sweeping());
      return { ...planned(fields as Fields, axes as Axes, this.sweeping()), ...sweep.sweep, concurrency };
    },
    run: ({ endpoint, fields, axes, skip_invalid }) => {
      const { rows } = planned(fields as Fields, axes as Axes, this.sweeping());
      if (!skip_invalid && rows.some(({ plan }) => plan === "invalid")) throw refusal("Cells are invalid.");
      const sent = rows.filter(({ plan }) => plan === "run");
      const names = Object.keys(sweepOf(fields as Fields, axes as Axes, this.sweeping()).counts);
      const gids = sent.map(({ values }) => {
        const cell = Object.fromEntries(names.map((name, n) => [name, values[n] ?? ""]));
        const prompt = String(fields && (fields as Fields)["prompt"]).replace(/\{(\w+)\}/g, (all, name: string) => cell[name] ?? all);
        return this.run(endpoint as string, { ...(fields as Fields), ...cell, prompt });
      });
      this.hits += sent.length;
      return { name: `sweep-${++this.runs}`, gids, sent: sent.length };
    },
    resume: () => {
      this.set("_lab", { ...this.traits._lab, waiting: NOTHING_WAITS });
      return { gids: [] };
    },
    settle: ({ gid, billed }) => {
      const settled = { open: false, cost: billed ? 0.26 : 0, cost_source: "person" as const };
      this.patch(gid as number, settled);
      this.amounts = this.amounts.filter((amount) => amount.gid !== gid);
      const open = { count: this.amounts.length, dollars: 0.26 * this.amounts.length };
      this.set("_lab", { ...this.traits._lab, open });
    },
    open_amounts: ({ offset, limit }) => {
      const rows = this.amounts.slice(offset as number, (offset as number) + (limit as number));
      return { total: this.amounts.length, rows };
    },
    cancel: ({ gid }) => this.patch(gid as number, CANCELLED()),
    cancel_all: () => {
      const active = this.traits._jobs.cards.filter((job) => job.ended === null);
      const count = Object.values(this.traits._jobs.counts).reduce((sum, n) => sum + n, 0);
      this.setJobs(this.traits._jobs.cards.map((job) => (active.includes(job) ? { ...job, ...CANCELLED() } : job)));
      return { count };
    },
    dismiss: ({ gid }) => this.setJobs(this.traits._jobs.cards.filter((job) => job.gid !== gid)),
    select: ({ gid }) => this.set("_selected", this.traits._history.rows.find((row) => row.gid === gid) ?? null),
    compare: () => this.set("_wall", "anywidget:wall"),
    back: () => this.set("_wall", null),
    clip: async () => {
      if (!this.clips) throw refusal("The clip is not on disk any more.", { next_step: "Generate it again with its seed." });
      return new WithBytes({ content_type: "video/mp4", name: "clip.mp4" }, await media.clip());
    },
    poster: async ({ gid }) => new WithBytes({}, await media.poster(gid as number)),
    judge: ({ kind: _kind, req: _req, gid, ...judgement }) => {
      const { _history: history, _selected: selected } = this.traits;
      const judged = (row: Row): Row => (row.gid === gid ? { ...row, ...judgement } : row);
      this.set("_history", { ...history, rev: history.rev + 1, rows: history.rows.map(judged) });
      if (selected) this.set("_selected", judged(selected));
    },
    tags: () => ({ tags: ["crisp", "drifts", "keeper"] }),
    thumb: async ({ frame }) => {
      const blob = this.frames.get(frame as string);
      return new WithBytes({}, blob ? await blob.arrayBuffer() : await media.poster(Number.parseInt(frame as string, 36) || 3));
    },
    history: ({ offset, limit, find, groups }) => {
      const found = finding.found(this.allRows(), find as Find);
      const rows = found.slice(offset as number, (offset as number) + (limit as number));
      return { total: found.length, rows, groups: groups ? finding.groupsOf(found) : null };
    },
    found: ({ find, offset, limit }) => {
      const found = finding.found(this.allRows(), find as Find);
      return { gids: found.slice(offset as number, (offset as number) + (limit as number)).map(({ gid }) => gid) };
    },
    sweeps: () => ({ sweeps: finding.groupsOf(this.allRows()).flatMap(({ sweep }) => sweep ?? []) }),
    choose: ({ gids }) => this.set("_chosen", gids as number[]),
    again_price: ({ gids }) => {
      const count = (gids as number[]).length;
      return { clips: count, dollars: 0.26 * count, free: this.traits._lab.server.free };
    },
    again: ({ gids }) => ({ name: "sweep-9", gids: [2001], sent: (gids as number[]).length }),
    export: ({ gids }) => ({ folder: "/home/you/my-film/exports/2026-11-26-4-clips", count: (gids as number[]).length }),
    code: ({ gid, language }) => ({ text: `# ${language}\nproject.submit(sd.TextToVideo("clip ${gid}"))` }),
    upload: async (message, [bytes]) => {
      const { upload, name, index, last, type } = message;
      const pieces = this.uploads.get(upload as string) ?? [];
      pieces[index as number] = new Uint8Array(bytes ?? new ArrayBuffer(0));
      this.uploads.set(upload as string, pieces);
      if (!last) return {};
      const blob = new Blob(pieces as BlobPart[], { type: type as string });
      const bitmap = await createImageBitmap(blob);
      return this.frame(name as string, blob, bitmap.width, bitmap.height);
    },
    frame_url: ({ url }) => this.frame((url as string).split("/").pop() ?? "picture", null, 1280, 720, url as string),
    frame_variable: ({ name }) => this.frame(name as string, null, 1280, 720),
    frame_clip: ({ gid, which }) => this.frame(`${which} frame of clip ${gid}`, null, 1280, 720),
    variables: () => ({
      variables: [
        { name: "lake", type: "PIL image", width: 1600, height: 900 },
        { name: "noise", type: "NumPy array", width: 640, height: 640 },
      ],
    }),
  };

  /** What is open, and reserved. */
  amounts: OpenAmount[] = [];

  /** Rows beyond the snapshot, for paging. */
  older: Row[] = [];

  private allRows(): Row[] {
    return [...this.traits._history.rows, ...this.older];
  }

  frame(name: string, blob: Blob | null, width: number, height: number, url: string | null = null): FrameValue {
    const frame = `${(this.frames.size + 7).toString(36)}-${name}`;
    if (blob) this.frames.set(frame, blob);
    return { frame, name, width, height, url };
  }

  private judge(endpoint: string, fields: Fields): Problem[] {
    const schema = this.traits._catalog.find(({ id }) => id === endpoint)?.schema;
    const required = schema?.required ?? [];
    return required
      .filter((name) => fields[name] === null || fields[name] === undefined || fields[name] === "")
      .map((field) => ({ field, message: "required", missing: true }));
  }

  private takeDraft(message: Received): void {
    const { endpoint, fields, axes, origin } = message as unknown as DraftTrait;
    const swept = sweepOf(fields, axes, this.sweeping());
    const problems = [...this.judge(endpoint, fields).filter(({ field }) => !(field in axes)), ...swept.problems];
    const seconds = Number(fields["duration"] ?? 5);
    const quote = { cost: 0.052 * seconds, live: false, as_of: "2026-11-22", free: this.traits._lab.server.free, width: 1280, height: 720, seconds: 15 * seconds };
    this.set("_draft", {
      rev: this.traits._draft.rev + 1,
      origin,
      endpoint,
      fields,
      axes,
      placeholders: swept.placeholders,
      counts: swept.counts,
      sweep: swept.sweep,
      quote: problems.some((problem) => !problem.missing) ? null : quote,
      problems,
    });
  }

  private sweeping(): Here {
    return { free: this.traits._lab.server.free, hits: this.hits, underWay: this.underWay };
  }

  private patch(gid: number, changes: Partial<Job>): void {
    this.setJobs(this.traits._jobs.cards.map((job) => (job.gid === gid ? { ...job, ...changes } : job)));
  }

  setJobs(cards: readonly Job[]): void {
    this.set("_jobs", jobs(cards));
  }

  private run(endpoint: string, fields: Fields): number {
    const gid = this.nextGid++;
    const prompt = String(fields["prompt"] ?? "clip");
    const started = now();
    this.setJobs([
      {
        gid, prompt, endpoint, fields, status: "IN_QUEUE", stage: "in queue, 1 ahead", progress: null,
        elapsed_from: started, ended: null, estimate: 0.26, cost: null, cost_source: null, open: false, free: true, request_id: null, error: null,
      },
      ...this.traits._jobs.cards,
    ]);
    const end = (): void => {
      clearInterval(timer);
      this.setJobs(this.traits._jobs.cards.filter((candidate) => candidate.gid !== gid));
      const { _history: history } = this.traits;
      const row = media.row(gid, { prompt, endpoint, fields, created: started, cost_source: "free", cost: 0 });
      this.set("_history", { rev: history.rev + 1, total: history.total + 1, rows: [row, ...history.rows].slice(0, 48) });
    };
    this.ends.set(gid, end);
    const steps = 24;
    let step = 0;
    const timer = setInterval(() => {
      const job = this.traits._jobs.cards.find((candidate) => candidate.gid === gid);
      if (!job || job.status === "CANCELLED") return clearInterval(timer);
      step++;
      if (step <= steps) {
        return this.patch(gid, { status: "IN_PROGRESS", stage: `rendering frame ${step * 5} of 120`, progress: step / steps });
      }
      end();
    }, (this.pace * 1000) / steps);
    return gid;
  }
}

export const NOTHING_WAITS: Lab["waiting"] = { jobs: 0, count: 0, cost: 0, foreign: 0, held: 0, bills: 0, bill: null };

const now = (): number => Date.now() / 1000;

const CANCELLED = (): Partial<Job> => ({ status: "CANCELLED", ended: now(), error: null });

/** The trait of these cards, nothing left out. */
export function jobs(cards: readonly Job[]): JobsTrait {
  const counts: Partial<Record<Status, number>> = {};
  for (const { status, ended } of cards) if (ended === null) counts[status] = (counts[status] ?? 0) + 1;
  return { cards, counts };
}
