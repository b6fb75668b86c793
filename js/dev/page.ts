/**
 * One widget of the built bundle, alone on a page, whose kernel is the Python process that serves the page.
 *
 * `?widget=studio|wall&session=…&theme=dark|light&width=860`. Tests drive it through `window.lab`.
 */

interface Message {
  readonly kind: string;
  readonly req: string;
  readonly [name: string]: unknown;
}

interface Refused {
  readonly message: string;
  readonly next_step: string;
  readonly charged: string;
  readonly type: string;
  readonly [name: string]: unknown;
}

/** Gives an answer's value, or throws a `Refusal`. */
type Handler = (message: Message) => unknown;
type Listener = (...args: unknown[]) => void;

interface Widget {
  initialize(props: { model: unknown; signal: AbortSignal }): void;
  render(props: { model: unknown; el: HTMLElement; signal: AbortSignal; host: unknown }): void;
}

class Refusal extends Error {
  constructor(readonly detail: Refused) {
    super(detail.message);
  }
}

/** Longer than the composer waits for typing to end. */
const SOON = 350;
/** What the page put off for no longer than that. */
const waiting = new Set<number>();
const { setTimeout: wait, clearTimeout: forget } = window;
const putOff = (act: TimerHandler, delay = 0, ...args: unknown[]): number => {
  const timer = wait(() => {
    waiting.delete(timer);
    if (typeof act === "function") act(...args);
  }, delay);
  if (delay <= SOON) waiting.add(timer);
  return timer;
};
const callOff = (timer?: number): void => {
  waiting.delete(timer ?? 0);
  forget(timer);
};
Object.assign(window, { setTimeout: putOff, clearTimeout: callOff });

const endless = ({ effect }: Animation): boolean => effect?.getComputedTiming().endTime === Infinity;
/** Whether nothing is put off, moves or is being loaded. */
const quiet = (): boolean =>
  !waiting.size &&
  document.getAnimations().every((one) => one.playState !== "running" || endless(one)) &&
  [...document.images].every(({ complete }) => complete);
const nextFrame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(done));

const refusal = (message: string, more: Partial<Refused> = {}): Refusal =>
  new Refusal({ message, next_step: "", charged: "no", type: "", ...more });

/** The model a host hands to the widget. What it is told comes from Python, and what it is asked goes there. */
class Kernel {
  readonly received: Message[] = [];
  /** What came along with each of those. */
  readonly bytes: (Uint8Array<ArrayBuffer> | null)[] = [];
  /** Requests of these kinds are not delivered before `hear()`, as by a kernel that runs a cell. */
  readonly deaf = new Set<string>();
  /** What answers requests of a kind in Python's place. */
  readonly handlers: Record<string, Handler> = {};
  /** A kernel that is gone: nothing can be sent. */
  dead = false;
  traits: Record<string, unknown> = {};
  private readonly listeners = new Map<string, Listener[]>();
  private readonly held: (() => void)[] = [];
  /** Requests that were delivered and not answered yet. */
  private readonly unanswered = new Set<string>();
  private readonly handled = new Set<string>();
  /** The frame whose buffers are still to come. */
  private coming: { readonly content: Message; readonly count: number; readonly buffers: DataView[] } | null = null;

  constructor(private readonly line: WebSocket) {
    line.binaryType = "arraybuffer";
  }

  readonly model = {
    get: (name: string): unknown => structuredClone(this.traits[name]),
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
    send: (content: Message, _callbacks?: unknown, buffers: readonly (ArrayBuffer | ArrayBufferView)[] = []): void => {
      if (this.dead) throw new Error("Cannot send");
      const message = structuredClone(content);
      const [first] = buffers;
      const bytes = first ? new Uint8Array((first instanceof ArrayBuffer ? first : first.buffer) as ArrayBuffer).slice() : null;
      this.received.push(message);
      this.bytes.push(bytes);
      const deliver = (): void => this.deliver(message, bytes);
      if (this.deaf.has("all") || this.deaf.has(message.kind)) this.held.push(deliver);
      else deliver();
    },
  };

  /** The first snapshot, and from then on what Python sends. */
  open(): Promise<void> {
    return new Promise((opened, failed) => {
      this.line.addEventListener("error", () => failed(new Error("The page's Python does not answer.")));
      this.line.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data !== "string") return this.take(data);
        const frame = JSON.parse(data) as { state?: Record<string, unknown>; content: Message; buffers: number };
        if (!frame.state) return this.answered(frame.content, frame.buffers);
        for (const [name, value] of Object.entries(frame.state)) this.set(name, value);
        opened();
      });
    });
  }

  emit(event: string, ...args: unknown[]): void {
    for (const listener of this.listeners.get(event) ?? []) listener(...args);
  }

  /** Have a snapshot arrive. Of what Python is in no state to send, a test makes it up. */
  set(name: string, value: unknown): void {
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  /** The cell has ended: everything that waited is delivered. */
  hear(): void {
    this.deaf.clear();
    for (const deliver of this.held.splice(0)) deliver();
  }

  count(kind: string): number {
    return this.received.filter((message) => message.kind === kind).length;
  }

  last(kind: string): Message | undefined {
    return this.received.filter((message) => message.kind === kind).at(-1);
  }

  /** Whether everything that was delivered has been answered. */
  get rests(): boolean {
    return this.unanswered.size === 0;
  }

  private deliver(message: Message, bytes: Uint8Array<ArrayBuffer> | null): void {
    const handler = this.handlers[message.kind];
    if (handler) return void this.handle(handler, message);
    this.unanswered.add(message.req);
    this.line.send(JSON.stringify({ content: message, buffers: bytes ? 1 : 0 }));
    if (bytes) this.line.send(bytes);
  }

  private async handle(handler: Handler, message: Message): Promise<void> {
    const { req } = message;
    this.handled.add(req);
    let answer: object;
    try {
      await null; // no answer comes before the request was sent
      answer = { ok: true, value: (await handler(message)) ?? {} };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer = { ok: false, error: error.detail };
    } finally {
      this.handled.delete(req);
    }
    this.emit("msg:custom", { kind: "reply", req, ...answer }, []);
  }

  private answered(content: Message, count: number): void {
    this.coming = { content, count, buffers: [] };
    this.tell();
  }

  private take(data: ArrayBuffer): void {
    this.coming?.buffers.push(new DataView(data));
    this.tell();
  }

  private tell(): void {
    if (!this.coming || this.coming.buffers.length < this.coming.count) return;
    const { content, buffers } = this.coming;
    this.coming = null;
    this.unanswered.delete(content.req);
    // What a handler here is at work on, Python knows nothing of.
    const working = content["working"] as readonly string[] | undefined;
    this.emit("msg:custom", working ? { ...content, working: [...working, ...this.handled] } : content, buffers);
  }
}

const query = new URLSearchParams(location.search);
const theme = query.get("theme") ?? "light";
document.documentElement.style.colorScheme = theme;
document.documentElement.dataset["theme"] = theme;
const kind = query.get("widget") ?? "studio";
const bundle = `/src/ipyseedance/widgets/static/${kind}`;
document.title = `${kind === "wall" ? "Wall" : "Studio"} on the page's Python`;

const style = document.createElement("link");
Object.assign(style, { rel: "stylesheet", href: `${bundle}.css` });
const styled = new Promise((done) => style.addEventListener("load", done));
document.head.append(style);

const kernel = new Kernel(new WebSocket(`ws://${location.host}/kernel/${query.get("session") ?? ""}`));
const [{ default: factory }] = await Promise.all([import(`${bundle}.js`) as Promise<{ default: () => Widget }>, kernel.open(), styled]);
const widget = factory();
const life = new AbortController();
widget.initialize({ model: kernel.model, signal: life.signal });

/** In the place of the wall inside Studio, which has tests of its own, an element that stays as long as it may. */
const host = {
  getWidget: (ref: string) =>
    Promise.resolve({
      render({ el, signal }: { el: HTMLElement; signal: AbortSignal }) {
        if (query.has("wall-fails")) return Promise.reject(new Error("No widget of that name."));
        const stand = el.appendChild(Object.assign(document.createElement("p"), { className: "stand-in", textContent: ref }));
        signal.addEventListener("abort", () => stand.remove());
        return Promise.resolve();
      },
    }),
};

/** What tests drive the page through. */
const lab = {
  kernel,
  refusal,
  mount() {
    const el = document.createElement("div");
    // What ipywidgets calls a view that was saved and has no kernel.
    el.className = query.has("saved") ? "cell jupyter-widgets-disconnected" : "cell";
    if (query.has("width")) el.style.width = `${query.get("width")}px`;
    document.querySelector("[role=main]")?.append(el);
    const view = new AbortController();
    widget.render({ model: kernel.model, el, signal: AbortSignal.any([life.signal, view.signal]), host });
    return { el, leave: () => view.abort() };
  },
  leave: () => life.abort(),
  /** The page has done what it was about to do, and has an answer to all it asked. What never ends is not waited for. */
  async settled() {
    const latest = performance.now() + SOON;
    for (let still = 0; still < 3 && (performance.now() < latest || !kernel.rests); ) {
      await nextFrame();
      still = kernel.rests && quiet() ? still + 1 : 0;
    }
  },
};
Object.assign(window, { lab });
lab.mount();
document.body.dataset["ready"] = "true";

export {};
