/** The stand-alone page: `?state=…&theme=dark|light&width=860`. Tests drive it through `window.lab`. */

import type { Endpoint, ErrorValue, Job, Lab, StudioTraits } from "../src/protocol.gen";
import type { Model } from "../src/shared/transport";
import type { Host } from "../src/shared/widget";
import { FakeKernel, jobs, NOTHING_WAITS, refusal, type Written } from "./fake_kernel";
import { draw, IMAGE, prompt, row, TEXT } from "./media";

interface Widget {
  initialize(props: { model: Model<StudioTraits>; signal: AbortSignal }): void;
  render(props: { model: Model<StudioTraits>; el: HTMLElement; signal: AbortSignal; host: Host }): void;
}

declare global {
  interface Window {
    lab: { kernel: FakeKernel; mount(): { el: HTMLElement; leave(): void }; refusal: typeof refusal };
  }
}

const query = new URLSearchParams(location.search);
const state = query.get("state") ?? "history";
document.documentElement.style.colorScheme = query.get("theme") ?? "light";
document.documentElement.dataset["theme"] = query.get("theme") ?? "light";
const width = query.get("width");

const catalog = (await (await fetch("catalog.json")).json()) as Endpoint[];
const now = Date.now() / 1000;

const lab: Lab = {
  server: { kind: "offline", label: "Offline engine", free: true, state: "ready", message: "", next_step: "" },
  retired: [],
  purse: { spent: 1.84, reserved: 0, cap: 5 },
  waiting: NOTHING_WAITS,
  open: { count: 0, dollars: 0 },
  project: { name: "my-film" },
  read_only: query.has("read-only"),
  prompting: {
    helpers: [
      { title: "Dialogue", items: [{ label: "Someone says", insert: "A man says “|”" }, { label: "Whisper", insert: "She whispers “|”" }] },
      { title: "Camera", items: ["Slow push-in", "Dolly right", "Crane up", "Handheld", "Orbit"].map((label) => ({ label, insert: `${label}.` })) },
      { title: "Sound", items: [{ label: "Music", insert: "Soft piano music." }, { label: "Ambience", insert: "Wind and birdsong." }] },
      { title: "Emotion", items: [{ label: "Relief", insert: "with visible relief" }, { label: "Doubt", insert: "hesitating" }] },
    ],
    examples: [
      { use: "Product reveal", prompt: "A glass bottle turns slowly on black stone, water beads on it, rim light. Slow push-in. Soft electronic pulse.", endpoint: TEXT },
      { use: "Dialogue", prompt: "Two friends on a rooftop at dusk. One says “We should have left hours ago.” The other laughs. City hum.", endpoint: TEXT },
      { use: "Bring a picture to life", prompt: "The leaves stir, light moves across the wall, birdsong. Camera fixed.", endpoint: IMAGE },
    ],
  },
};

const job = (gid: number, more: Partial<Job>): Job => ({
  gid, prompt: prompt(gid), endpoint: TEXT, fields: row(gid).fields, status: "IN_PROGRESS", stage: "", progress: null,
  elapsed_from: now - 2, ended: null, estimate: 0.26, cost: null, cost_source: null, open: false, free: true, request_id: null, error: null, ...more,
});
const error = (message: string, more: Partial<ErrorValue> = {}): ErrorValue => ({
  message, next_step: "", charged: "no", type: "", ...more,
});

const defaults = (endpoint: Endpoint | undefined) =>
  Object.fromEntries(Object.entries(endpoint?.schema.properties ?? {}).map(([name, p]) => [name, p.default ?? null]));

const traits: Written = {
  _catalog: catalog,
  _lab: lab,
  _draft: {
    rev: 1, origin: "kernel", endpoint: TEXT, quote: null, axes: {}, placeholders: [], counts: {}, sweep: null, fields: { ...defaults(catalog[0]), prompt: "" },
    problems: [{ field: "prompt", message: "required", missing: true }],
  },
  _jobs: jobs([]),
  _history: { rev: 1, total: 0, rows: [] },
  _selected: null,
  _wall: null,
  _chosen: [],
};
const kernel = new FakeKernel(traits);

const rows = (count: number) => Array.from({ length: count }, (_, i) => row(count - i));
const quote = { cost: 0.26, live: false, as_of: "2026-11-22", free: true, width: 1280, height: 720, seconds: 75 };
const withHistory = (count = 14): void => {
  const all = rows(count);
  kernel.older = all.slice(48);
  Object.assign(traits, {
    _history: { rev: 1, total: count, rows: all.slice(0, 48) },
    _selected: all[2] ?? all[0] ?? null,
    _draft: { ...traits._draft, quote, problems: [], fields: { ...traits._draft.fields, prompt: "Slow push-in across the lake as the light fades. A man says “I’ve been waiting for this moment.” Soft piano, water lapping." } },
  });
};
const server = (changes: Partial<Lab["server"]>): void => {
  traits._lab = { ...lab, server: { ...lab.server, kind: "fal", label: "fal", free: false, ...changes } };
  if (traits._draft.quote) traits._draft = { ...traits._draft, quote: { ...quote, free: traits._lab.server.free } };
};

const STATES: Readonly<Record<string, () => void>> = {
  empty: () => undefined,
  history: () => withHistory(),
  long: () => withHistory(130),
  one: () => withHistory(1),
  /** As many as `count` says, 10,000 by default. */
  huge: () => withHistory(Number(query.get("count") ?? 10_000)),
  /** Where what is chosen costs money. */
  paid: () => {
    withHistory(130);
    server({});
  },
  running: () => {
    withHistory();
    traits._jobs = jobs([
      job(21, { stage: "rendering frame 74 of 120", progress: 0.62 }),
      job(22, { status: "IN_QUEUE", stage: "in queue, 2 ahead", elapsed_from: now - 71 }),
      job(23, { status: "COMPLETED", stage: "saving clip", progress: 1 }),
    ]);
  },
  failed: () => {
    withHistory();
    server({});
    traits._jobs = jobs([
      job(24, { status: "FAILED", free: false, open: true, ended: now, error: error("The safety checker refused the prompt.", { next_step: "Change the prompt or the image and generate again.", charged: "maybe", type: "content_policy_violation" }) }),
      job(25, { status: "UNCONFIRMED", free: false, open: true, ended: now, error: error("The submit was sent and its answer was lost, so the request may be running at fal.", { next_step: "It was not sent again. Look under fal.ai/dashboard/requests before you generate the same clip again.", charged: "maybe" }) }),
      job(26, { status: "CANCELLED", ended: now }),
      job(27, { status: "COMPLETED", free: false, ended: now, error: error("The clip could not be written: no space left on the disk.", { next_step: "The clip is made: make room and reopen the project, which saves it.", charged: "yes" }) }),
    ]);
  },
  /** A sweep of thousands. */
  many: () => {
    withHistory();
    server({});
    const making = Array.from({ length: 40 }, (_, i) => job(200 + i, { free: false, stage: `rendering frame ${20 + i} of 120`, progress: (20 + i) / 120 }));
    const queued = Array.from({ length: 20 }, (_, i) => job(240 + i, { free: false, status: "IN_QUEUE", stage: `in queue, ${i} ahead` }));
    traits._jobs = { cards: [...making, ...queued], counts: { IN_PROGRESS: 40, IN_QUEUE: 9800 } };
  },
  /** A clip that came and is not what was asked for. */
  unlike: () => {
    withHistory();
    server({});
    const notice = { message: "A clip of 5 s at 1280×720 with sound was asked for; it is 4.04 s at 864×496 without sound.", next_step: "The clip is kept. The endpoint may be sent to another model now; look at its page at fal." };
    const [first, ...others] = traits._history.rows;
    const odd = { ...first!, cost: 0.26, cost_source: "billed" as const, audio: false, notice };
    Object.assign(traits, { _history: { ...traits._history, rows: [odd, ...others] }, _selected: odd });
  },
  /** A clip that was billed far above its estimate, and what it holds back. */
  bill: () => {
    withHistory();
    server({});
    const bill = { message: "Clip 14 was billed $1.93 where $0.10 was expected.", next_step: "Ask support@fal.ai about it with the request id 00000000-0000-4000-8000-000000000014." };
    const [first, ...others] = traits._history.rows;
    const dear = { ...first!, cost: 1.93, cost_source: "billed" as const, bill };
    Object.assign(traits, { _history: { ...traits._history, rows: [dear, ...others] }, _selected: dear });
    traits._lab = { ...traits._lab, purse: { spent: 2.2, reserved: 0.8, cap: 5 }, waiting: { ...NOTHING_WAITS, jobs: 8, count: 8, cost: 0.8, held: 8, bills: 1, bill } };
    const held = { status: "PENDING" as const, free: false, stage: `Held: clip 14 was billed $1.93 where $0.10 was expected.`, progress: 0, estimate: 0.1 };
    traits._jobs = jobs([job(30, held), job(31, held)]);
  },
  /** What has ended without word of a bill; of all of them the failed ones are cards too. */
  open: () => {
    STATES["failed"]?.();
    kernel.amounts = Array.from({ length: Number(query.get("open") ?? 4) }, (_, n) => ({
      gid: 24 + n, prompt: prompt(24 + n), dollars: 0.26, ended: now - 90_000 * n, request_id: n % 2 ? null : `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
      why: n % 2 ? "The answer to the request was lost, and it cannot be looked for." : "The safety checker refused the prompt.",
    }));
    const dollars = 0.26 * kernel.amounts.length;
    traits._lab = { ...traits._lab, purse: { spent: 0.26, reserved: dollars, cap: 3 }, open: { count: kernel.amounts.length, dollars } };
  },
  retired: () => {
    withHistory();
    server({});
    traits._lab = { ...traits._lab, retired: [TEXT] };
  },
  unsent: () => {
    withHistory();
    server({});
    traits._lab = { ...traits._lab, waiting: { ...NOTHING_WAITS, jobs: 14, count: 14, cost: 3.6288 } };
    kernel.ask("resume", 14, "3.63", 6.79);
  },
  /** A folder that somebody else made: jobs under way, and some that were never sent. */
  foreign: () => {
    withHistory();
    server({});
    traits._lab = { ...traits._lab, waiting: {
        ...NOTHING_WAITS,
        jobs: Number(query.get("jobs") ?? 3),
        count: Number(query.get("unsent") ?? 2),
        cost: 0.5184,
        foreign: Number(query.get("jobs") ?? 3),
      },
    };
  },
  /** What spends needs the owner's word. */
  lock: () => {
    withHistory();
    server({});
    kernel.ask("submit", 1, query.get("price") ?? "0.26", 3.16, "red kite");
    kernel.ask("again", 2, "0.52", 3.16, "red kite");
  },
  /** With all that a clip may have said of it. */
  judged: () => {
    withHistory();
    const rows = traits._history.rows.map((one) => ({ ...one, star: true, rating: 4, tags: ["crisp", "keeper"], note: "The light turns on the last word.\nUse it." }));
    Object.assign(traits, { _history: { ...traits._history, rows }, _selected: rows[2] });
  },
  /** What no control lets through: from Python, or from a page of another day. */
  wrong: () => {
    withHistory();
    const fields = { ...traits._draft.fields, duration: "3", seed: -2, aspect_ratio: "2:1" };
    const problems = [
      { field: "duration", message: "'3' is not allowed; give one of 4, 5, 6, 7, 8, 9, 10, 11, 12" },
      { field: "seed", message: "-2 is not allowed; give a whole number from 0 to 2147483647" },
      { field: "aspect_ratio", message: "'2:1' is not allowed; give one of 21:9, 16:9, 4:3, 1:1, 3:4, 9:16, auto" },
      { field: "sharpness", message: "not a field of TextToVideo" },
    ];
    traits._draft = { ...traits._draft, fields, problems, quote: null };
  },
  image: () => {
    withHistory();
    const frame = kernel.frame("lake.png", null, 1600, 900);
    traits._draft = { ...traits._draft, endpoint: IMAGE, fields: { ...defaults(catalog[1]), ...traits._draft.fields, image_url: frame, end_image_url: null } };
  },
  starting: () => server({ kind: "offline", label: "Offline engine", free: true, state: "starting", message: "The offline engine is starting.", next_step: "It takes a few seconds; you can write meanwhile." }),
  refused: () => {
    withHistory();
    server({ state: "refused", message: "fal does not accept the key.", next_step: "Set FAL_KEY before starting Jupyter, then restart the kernel." });
  },
  locked: () => server({ state: "locked", message: "The account is locked.", next_step: "Look at fal.ai/dashboard/billing, then try again." }),
  unreachable: () => server({ state: "unreachable", message: "fal cannot be reached.", next_step: "Check the network." }),
  confirm: () => {
    withHistory();
    server({});
    kernel.ask("submit", 1, "1.40", query.has("unlimited") ? null : 3.16);
  },
  budget: () => {
    withHistory();
    server({});
    kernel.handlers.submit = () => {
      throw refusal("This clip costs $0.26 and $0.16 of the budget is left.", { next_step: "Raise the project's budget or make a shorter clip.", type: "over_budget" });
    };
  },
  gone: () => withHistory(),
  missing: () => {
    withHistory();
    kernel.clips = false;
  },
  /** An endpoint nobody has met, with every kind of control and none of the known names. */
  invented: () => {
    traits._catalog = [
      ...catalog,
      {
        id: "acme/motion/v9", model: "Motion 9", title: "Words → motion", fps: 30,
        schema: {
          required: ["script"],
          properties: {
            script: { title: "Script", control: "prompt", type: "string" },
            mood: { title: "Mood", enum: ["calm", "tense", "wild"], type: "string", default: "tense" },
            style: { title: "Style", enum: ["a very long name of a style", "another very long name", "and one more of them"], type: "string" },
            strength: { title: "Strength", type: "number", minimum: 0, maximum: 1, default: 0.4 },
            shots: { title: "Shots", type: "integer", minimum: 1, maximum: 6, default: 2 },
            length: { title: "Length", control: "seconds", type: "integer", minimum: 2, maximum: 30, default: 10, unit: "s" },
            upscale: { title: "Upscale", type: "boolean", default: true },
            negative: { title: "Avoid", anyOf: [{ type: "string" }, { type: "null" }], default: null },
            canvas: { title: "Canvas", $ref: "#/$defs/Canvas", control: "ratio" },
            dice: { title: "Dice", control: "seed", type: "integer", minimum: 0, maximum: 99, default: null },
          },
          $defs: { Canvas: { type: "string", enum: ["1:1", "2:1"], default: "2:1" } },
        },
      },
    ];
    traits._draft = { ...traits._draft, endpoint: "acme/motion/v9", fields: {}, problems: [] };
  },
};
STATES[state]?.();

const source = "../../../src/ipyseedance/widgets/static/studio.js";
const { default: factory } = (await import(source)) as { default: () => Widget };
const widget = factory();
const life = new AbortController();
const model = kernel.model as unknown as Model<StudioTraits>;
widget.initialize({ model, signal: life.signal });

/** In the place of the wall, which has a page of its own, an element that stays as long as it may. */
const host: Host = {
  getWidget: (ref) =>
    Promise.resolve({
      render({ el, signal }) {
        if (query.has("wall-fails")) return Promise.reject(new Error("No widget of that name."));
        const stand = el.appendChild(Object.assign(document.createElement("p"), { className: "stand-in", textContent: ref }));
        signal.addEventListener("abort", () => stand.remove());
        return Promise.resolve();
      },
    }),
};

window.lab = {
  kernel,
  refusal,
  mount() {
    const el = document.createElement("div");
    // What ipywidgets calls a view that was saved and has no kernel.
    el.className = query.has("saved") ? "cell jupyter-widgets-disconnected" : "cell";
    if (width) el.style.width = `${width}px`;
    document.querySelector("[role=main]")?.append(el);
    const view = new AbortController();
    widget.render({ model, el, signal: AbortSignal.any([life.signal, view.signal]), host });
    return { el, leave: () => view.abort() };
  },
};
window.lab.mount();
if (state === "gone") {
  kernel.dead = true;
  kernel.emit("comm_live_update");
}
if (state === "image") {
  draw(3, 1600, 900).toBlob((blob) => blob && kernel.frames.set("7-lake.png", blob), "image/jpeg");
}
document.body.dataset["ready"] = "true";
