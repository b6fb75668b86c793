/** Requests to the kernel and their answers, and what can be known about whether it still lives. */

import { type ReadonlySignal, signal as makeSignal } from "@preact/signals";
import type { ErrorValue, Reply, SharedRequests } from "../protocol.gen";

/** The part of anywidget's model that is used: traits are only ever read. */
export interface Model<T> {
  get<K extends keyof T>(name: K): T[K];
  on(event: string, listener: (...args: never[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[] | ArrayBufferView[]): void;
}

export type Life =
  | "starting"
  | "live"
  /** It shows signs of life, but a cell keeps it from answering. */
  | "busy"
  /** It shows none: a cell may be running, or it is gone. */
  | "silent"
  | "gone";

/** What is asked and answered in a request of a widget's table `R`. */
type Ask<R, K extends keyof R> = R[K] extends { ask: infer A } ? A : never;
type Value<R, K extends keyof R> = R[K] extends { answer: infer A } ? A : never;

export interface Transport<R = SharedRequests> {
  readonly life: ReadonlySignal<Life>;
  /** In a notebook that was opened without a kernel there never was one; otherwise it restarted, or ended. */
  readonly wasThere: boolean;
  request<K extends keyof R & string>(kind: K, ask: Ask<R, K>, buffer?: ArrayBuffer): Promise<Answer<Value<R, K>>>;
  /** Ask whether it is there, and have it show everything anew. */
  greet(): void;
  /** Anything from the kernel proves that it lives. */
  heard(): void;
  /** The host says that the line to the kernel is cut, or that there never was one. */
  lost(when?: "never there"): void;
  /** While this says yes, the kernel is asked now and then whether it is still there. */
  expectNews(expected: () => boolean): void;
}

export interface Answer<V> {
  readonly value: V;
  readonly buffers: readonly DataView[];
}

export class RequestError extends Error {
  constructor(readonly detail: ErrorValue) {
    super(detail.message);
  }
}

/** What went wrong, and what helps. */
export const inWords = ({ message, next_step }: Pick<ErrorValue, "message" | "next_step">): string =>
  `${message} ${next_step}`.trim();

/** The same of whatever was thrown. */
export function textOf(error: unknown): string {
  if (error instanceof RequestError) return inWords(error.detail);
  return error instanceof Error ? error.message : String(error);
}

/** Milliseconds. An answer may be late by as long as a cell runs, so nothing is given up merely for being late. */
const PROBE = 2_500;
const LATE = 4_000;
const QUIET = 8_000;
const ASK_AGAIN = 30_000;
/**
 * A request this old is lost (a dropped line loses messages) once a greeting sent after it has been answered, unless
 * the kernel says that it is at work on it: thousands of clips take their time.
 */
const LOST = 60_000;

interface Waiting {
  readonly kind: string;
  readonly since: number;
  readonly order: number;
  readonly settle: (reply: Reply, buffers: readonly DataView[]) => void;
}

const failure = (type: string, message: string, next_step: string): Reply => ({
  kind: "reply",
  req: "",
  ok: false,
  error: { type, message, next_step, charged: "no" },
});

/** What helps when the kernel is gone: this cell alone would not know the project any more. */
export const RUN_AGAIN = "Run the cells above, then this one.";
const GONE = failure("gone", "This kernel is gone.", RUN_AGAIN);
const NEVER_ANSWERED = failure("lost", "The kernel is there but never answered this.", "Try it again.");

export function randomToken(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");
}

export function connect<T, R>(model: Model<T>, signal: AbortSignal): Transport<R> {
  const life = makeSignal<Life>("starting");
  const waiting = new Map<string, Waiting>();
  // Views of this model in other pages receive the same replies, so the ids must not meet. By the number at an id's end
  // the kernel, which may hand on a later message first, knows in which order they were sent.
  const prefix = randomToken();
  let count = 0;
  let lastHeard = Date.now();
  let answeredOrder = 0;
  let working: ReadonlySet<string> = new Set();
  let greeted = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  let wasThere = true;
  let newsExpected: () => boolean = () => false;

  const heard = (): void => {
    lastHeard = Date.now();
    // A comm that died never comes back: the last words of a dead kernel change nothing.
    if (life.value !== "busy" && life.value !== "gone") life.value = "live";
  };

  const gone = (): void => {
    life.value = "gone";
    stop();
    for (const [req, entry] of [...waiting]) {
      waiting.delete(req);
      entry.settle(GONE, []);
    }
  };

  const checkLife = (): void => {
    if (life.value === "gone") return;
    const now = Date.now();
    // Slow work is no sign of a busy kernel while greetings sent after it are answered.
    const oldest = Math.max(0, ...[...waiting.values()].map((w) => (w.order > answeredOrder ? now - w.since : 0)));
    if (oldest > LATE) life.value = now - lastHeard < LATE ? "busy" : "silent";
    else if (life.value !== "starting") life.value = "live";

    let slow = false;
    for (const [req, entry] of [...waiting]) {
      if (entry.order > answeredOrder || now - entry.since < LOST) continue;
      if (working.has(req)) slow = true;
      else {
        waiting.delete(req);
        entry.settle(NEVER_ANSWERED, []);
      }
    }
    const greetings = [...waiting.values()].filter((entry) => entry.kind === "hello");
    const wanted =
      oldest > PROBE || (newsExpected() && now - lastHeard > QUIET) || (slow && now - greeted > ASK_AGAIN);
    if (wanted && greetings.every((entry) => now - entry.since > ASK_AGAIN)) greet();
    if (!waiting.size && !newsExpected()) stop();
  };

  const start = (): void => {
    timer ??= setInterval(checkLife, 1_000);
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  function request<V>(kind: string, ask: object, buffer?: ArrayBuffer): Promise<Answer<V>> {
    return new Promise((resolve, reject) => {
      const order = ++count;
      const req = `${prefix}-${order}`;
      const settle: Waiting["settle"] = (reply, buffers) => {
        if (reply.ok) resolve({ value: reply.value as V, buffers });
        else reject(new RequestError(reply.error ?? NEVER_ANSWERED.error!));
      };
      if (life.value === "gone") return settle(GONE, []);
      waiting.set(req, { kind, order, since: Date.now(), settle });
      start();
      try {
        model.send({ kind, req, ...ask }, undefined, buffer ? [buffer] : []);
      } catch {
        // JupyterLab disposes a dead kernel's comms; sending on one throws.
        gone();
      }
    });
  }

  const greet = (): void => {
    greeted = Date.now();
    request("hello", {}).catch((error: unknown) => {
      if (!(error instanceof RequestError)) throw error;
    });
  };

  model.on("msg:custom", (reply: Reply, buffers: DataView[]) => {
    heard();
    const entry = reply.kind === "reply" ? waiting.get(reply.req) : undefined;
    if (!entry) return;
    waiting.delete(reply.req);
    if (entry.kind === "hello" && entry.order > answeredOrder) {
      answeredOrder = entry.order;
      working = new Set(reply.working);
    }
    entry.settle(reply, buffers ?? []);
    checkLife();
  });

  signal.addEventListener("abort", gone);

  return {
    life,
    get wasThere() {
      return wasThere;
    },
    request: request as Transport<R>["request"],
    greet,
    heard,
    lost(when) {
      if (life.value === "starting") wasThere = when === undefined;
      gone();
    },
    expectNews(expected) {
      newsExpected = expected;
      if (expected() && life.value !== "gone") start();
    },
  };
}
